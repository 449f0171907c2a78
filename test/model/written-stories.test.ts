/** Stories that random ones seldom tell: certain steps in a row, and a check that no other step causes. */
import { expect, it } from "vitest";
import { playInProcess } from "../../playground/model/stage-actor.ts";
import type { Step } from "../../playground/model/steps.ts";
import { opens } from "./opens.ts";

const QUIET: Step = { do: "quiet" };

/** Persons 0 and 1 have signed. */
it.each<[string, readonly Step[]]>([
  [
    "a head that nobody else's pull request shares any longer",
    [opens(0), { do: "twin", pull: 0, by: 2 }, QUIET, { do: "close", pull: 1 }],
  ],
  [
    "a signature of an earlier version, when its grace ends",
    [opens(0), QUIET, { do: "version", graceDays: 1 }, QUIET, { do: "clock", minutes: 1_500 }],
  ],
  [
    "the sentence of another version",
    [opens(2), QUIET, { do: "comment", pull: 0, by: 2, says: "other-version" }],
  ],
  [
    "a merge group whose second pull request is not signed",
    [opens(0), opens(2), QUIET, { do: "queue", pulls: [0, 1], method: "merge" }],
  ],
  [
    "a commit beside one that was waived",
    [
      opens(0, null),
      { do: "waive", pull: 0 },
      { do: "push", pull: 0, commit: { author: null, coauthor: null } },
    ],
  ],
])("the model and the bot agree on %s", async (_, story) => {
  await expect(playInProcess(story, { host: "github" })).resolves.toBeTypeOf("number");
});
