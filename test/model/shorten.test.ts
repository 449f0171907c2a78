import { expect, it } from "vitest";
import { shorten } from "../../playground/model/shorten.ts";

const LIST = Array.from({ length: 60 }, (_, at) => at);

it.each([[[0, 59]], [[30]], [[11, 12, 13]], [[0, 20, 40, 59]], [[]]])(
  "a list that fails because of %j is shortened to it, in fewer tries than it has parts",
  async (needed) => {
    let tries = 0;
    const fails = async (shorter: readonly number[]): Promise<boolean> => {
      tries += 1;
      return needed.every((one) => shorter.includes(one));
    };
    expect(await shorten(LIST, fails, Infinity)).toEqual(needed);
    expect(tries).toBeLessThan(60);
  },
);

it("a list of which nothing can be left out stays as it is", async () => {
  expect(await shorten(LIST, async () => false, Infinity)).toEqual(LIST);
});

it("a list is shortened no longer than the given time", async () => {
  expect(await shorten(LIST, async () => true, -Infinity)).toEqual(LIST);
});
