/** The running bot and the simulated Gitee, as the end-to-end tests on Gitee use them. */
import type { Stage, StageOptions } from "../../../playground/stage.ts";
import type { SimulatedPull } from "../../../playground/gitee/pull.ts";
import { signatureOf, stageForTest } from "../scene.ts";

/** Alice has signed, Bob has not. */
export async function scene(options: StageOptions = {}) {
  const stage = await stageForTest(options);
  const { gitee } = stage;
  const alice = gitee.user({ login: "alice" });
  const bob = gitee.user({ login: "bob" });
  const widget = gitee.repository({ owner: "octo", name: "widget" });
  await sign(stage, alice);
  return { stage, gitee, alice, bob, widget };
}

/** Records in the running bot's database that accounts of Gitee have signed, and waits for the result. */
export async function sign(stage: Stage, ...users: readonly { readonly id: number }[]): Promise<void> {
  const rows = users.map((user) => signatureOf(user, "gitee"));
  await stage.bot.engine.signatures.sign([rows], { evidence: "import" });
  await stage.settled();
}

/** The bot's comments on a pull request. */
export function commentsOf(stage: Stage, pull: SimulatedPull): readonly string[] {
  return pull.comments.filter(({ user }) => user === stage.gitee.bot).map(({ body }) => body);
}
