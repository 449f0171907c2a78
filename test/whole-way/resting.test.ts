import { expect, it, onTestFinished } from "vitest";
import { STAGE_CONFIGURATION, startStage } from "../../playground/stage.ts";
import { signatureOf, stateOf } from "./scene.ts";

/** More than the bot works on at once. */
const REPOSITORIES = 44;
/** More than a sweep settles before it looks whether the host's limits have room. */
const PULLS = 23;

it("A new pull request has its status while more sweeps than the bot has places wait for the host's limits", async () => {
  const stage = await startStage({
    configuration: STAGE_CONFIGURATION.replace('"github:octo/*"', '"github:octo/*", "github:acme/*"'),
  });
  onTestFinished(() => stage.stop());
  const { github } = stage;
  const [alice, bob] = [github.user({ login: "alice" }), github.user({ login: "bob" })];
  const elsewhere = github.repository({ owner: "acme", name: "elsewhere" });
  await stage.bot.engine.signatures.sign([[signatureOf(alice)]], { evidence: "import" });
  github.limits.enforced = true;
  github.faults.latency = 400;
  github.loseDeliveries = "without a trace";
  const repositories = Array.from({ length: REPOSITORIES }, (_, at) =>
    github.repository({ owner: "octo", name: `hello-${at}` }),
  );
  const pulls = repositories.flatMap((one) =>
    Array.from({ length: PULLS }, () => one.openPull({ opener: bob })),
  );
  github.loseDeliveries = false;
  for (const one of repositories) one.writeFile(".github/cla.yml", "comment: never\n");
  // Bulk work may write a hundred statuses in a minute; all sweeps have begun by then, and wait.
  await expect.poll(() => pulls.filter((pull) => stateOf(pull) !== null).length).toBeGreaterThan(90);
  const first = elsewhere.openPull({ opener: alice });
  await expect.poll(() => stateOf(first), { timeout: 20_000 }).toBe("success");
});
