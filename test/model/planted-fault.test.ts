/** The model must be able to fail: each fault that is planted here breaks a promise, which a story finds. */
import { expect, it } from "vitest";
import type { Actor } from "../../playground/model/actor.ts";
import { holdTo } from "../../playground/model/hold-to.ts";
import { playInProcess } from "../../playground/model/stage-actor.ts";
import type { Step } from "../../playground/model/steps.ts";

/** An actor that differs in some methods. */
function changed(actor: Actor, methods: Partial<Actor>): Actor {
  return Object.create(actor, Object.getOwnPropertyDescriptors(methods)) as Actor;
}

const opens = (person: number): Step => ({
  do: "open",
  repository: 0,
  by: person,
  commit: { author: person, coauthor: null },
});
const DONE = { code: 0, stderr: "" };

it("a revocation that the bot does not get is found, and the story is shortened to what it takes", async () => {
  // `revoke` seems to work, and does nothing.
  const change = (actor: Actor): Actor =>
    changed(actor, {
      command: async (args, file) => (args[0] === "revoke" ? DONE : actor.command(args, file)),
    });
  const found = await holdTo((story) => playInProcess(story, { host: "gitee", change }), {
    seeds: [821],
    steps: 24,
    shrinkMs: 6_000,
    options: "--host gitee --engine sqlite",
  }).catch((error: unknown) => (error as Error).message);
  expect(found).toMatch(/shows green and not red|was shown green/);
  expect(found).toMatch(/^seed \d+; the shortest story found that does it:$/m);
  const story = JSON.parse(/^\[.*\]$/m.exec(String(found))?.[0] ?? "") as Step[];
  expect(story.map((step) => step.do)).toEqual(expect.arrayContaining(["open", "revoke"]));
  expect(story.length).toBeLessThan(24);
  await playInProcess(story, { host: "gitee" });
}, 120_000);

it.each<[string, Step[], (actor: Actor) => Partial<Actor>, RegExp]>([
  [
    "a person whose restriction is lost",
    [{ do: "restrict", person: 0 }, opens(0), { do: "quiet" }],
    (actor) => ({
      command: async (args, file) => (args[1] === "restrict" ? DONE : actor.command(args, file)),
    }),
    /was shown green/,
  ],
  [
    "an import that loads somebody else",
    [opens(2), { do: "quiet" }],
    (actor) => ({
      command: (args, file) =>
        actor.command(
          args,
          file?.replaceAll(/^gitee,(\d+)/gm, (_, id) => `gitee,${Number(id) + 2}`),
        ),
    }),
    /was shown green/,
  ],
  [
    "a bot that never catches up with what it missed",
    [{ do: "deliveries", how: "lost" }, opens(0), { do: "quiet" }],
    () => ({ restart: async () => {}, caughtUp: async () => {}, sweep: async () => {} }),
    /shows null and not green/,
  ],
])("%s is found", async (_, story, methods, broken) => {
  const change = (actor: Actor): Actor => changed(actor, methods(actor));
  await expect(playInProcess(story, { host: "gitee", change })).rejects.toThrow(broken);
  await playInProcess(story, { host: "gitee" });
});
