import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { confirmed } from "../../src/cli/confirm.ts";

describe("a question at a terminal", () => {
  const asked = async (typed: string): Promise<[boolean, string]> => {
    const [input, errors] = [new PassThrough(), new PassThrough()];
    input.end(typed);
    const answer = await confirmed({ input, errors, isTerminal: true }, "This would end it.", false);
    return [answer, String(errors.read() ?? "")];
  };

  it.each(["y\n", "yes\n", "Y\n"])("takes %j for yes", async (typed) => {
    expect((await asked(typed))[0]).toBe(true);
  });

  it.each(["\n", "n\n", "yessir\n", ""])(
    "takes %j for no, and says that nothing was changed",
    async (typed) => {
      const [answer, said] = await asked(typed);
      expect(answer).toBe(false);
      expect(said).toContain("Nothing was changed.");
    },
  );
});
