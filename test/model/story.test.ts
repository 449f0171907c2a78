import { expect, it } from "vitest";
import { playInProcess } from "../../playground/model/stage-actor.ts";
import type { Step } from "../../playground/model/steps.ts";
import { changed } from "./changed-actor.ts";
import { opens } from "./opens.ts";

const OPENS = opens(2);
const SIGNS: Step = { do: "sign", pull: 0, by: 2 };

/** Gitee sends a delivery once, and a bot that ends before it has stored one may lose it. */
it.each<[string, readonly Step[]]>([
  ["restarted", [OPENS, SIGNS, { do: "restart", atWrite: 0 }]],
  ["killed", [OPENS, SIGNS, { do: "kill", at: "write", after: 0 }]],
])("a comment that signs on Gitee arrives before the bot is %s by the next step", async (_, story) => {
  await expect(playInProcess(story, { host: "gitee" })).resolves.toBeTypeOf("number");
});

/** As on a busy machine, where the answer to a request is read after the clock was moved. */
it("a limit that comes only after the clock moved is over before all is quiet", async () => {
  let afterMove: (() => Promise<void>) | null = null;
  let depth: object | null = null;
  await playInProcess([OPENS], {
    host: "github",
    change: (actor) =>
      changed(actor, {
        async moveClock(milliseconds) {
          await actor.moveClock(milliseconds);
          const act = afterMove;
          afterMove = null;
          await act?.();
        },
      }),
    async atEnd(story, { github }) {
      const { actor, site } = story;
      const commit = { author: 2, coauthor: null };
      afterMove = async () => {
        github.fail({ kind: "secondary limit", retryAfter: null });
        site.open(0, 2, commit);
        await expect.poll(() => actor.troubles()).toContain("a pull is in trouble: host-limit");
        // What is due meanwhile is not taken before the limit is over.
        site.open(0, 2, commit);
      };
      await Promise.race([story.quiet(), late()]);
      depth = await actor.depth();
    },
  });
  expect(depth).toEqual({ due: 0, leased: 0, waiting: 0, parked: 0 });
});

/** As long as a step may take. @throws after that */
function late(): Promise<never> {
  return new Promise((_, reject) => {
    setTimeout(() => reject(new Error("not quiet within half a minute")), 30_000).unref();
  });
}
