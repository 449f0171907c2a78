import { expect, it } from "vitest";
import { playInProcess } from "../../playground/model/stage-actor.ts";
import type { Step } from "../../playground/model/steps.ts";

const OPENS: Step = { do: "open", repository: 0, by: 2, commit: { author: 2, coauthor: null } };
const SIGNS: Step = { do: "sign", pull: 0, by: 2 };

/** Gitee sends a delivery once, and a bot that ends before it has stored one may lose it. */
it.each<[string, readonly Step[]]>([
  ["restarted", [OPENS, SIGNS, { do: "restart", atWrite: 0 }]],
  ["killed", [OPENS, SIGNS, { do: "kill", at: "write", after: 0 }]],
])("a comment that signs on Gitee arrives before the bot is %s by the next step", async (_, story) => {
  await expect(playInProcess(story, { host: "gitee" })).resolves.toBeTypeOf("number");
});
