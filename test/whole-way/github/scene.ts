/** The running bot and a simulated GitHub, as the tests of single features use them. */
import { expect } from "vitest";
import type { Stage } from "../../../playground/stage.ts";
import type { StageOptions } from "../../../playground/stage.ts";
import type { Pull } from "../../../playground/github/state/model.ts";
import { run, sign, stageForTest, statusOf } from "../scene.ts";

export { anHourOn, commentsOf, run, sign, stageForTest, stateOf, statusOf } from "../scene.ts";

/** Alice has signed; Bob and Carol have not. `octo/hello` is covered, with this policy file if one is given. */
export async function scene(policy: string | null = null, options: StageOptions = {}) {
  const stage = await stageForTest(options);
  const { github } = stage;
  const [alice, bob, carol] = ["alice", "bob", "carol"].map((login) => github.user({ login })) as [
    ReturnType<typeof github.user>,
    ReturnType<typeof github.user>,
    ReturnType<typeof github.user>,
  ];
  const octo = github.organization({ login: "octo" });
  const hello = github.repository({
    owner: octo,
    name: "hello",
    files: { "README.md": "# hello\n", ...(policy === null ? {} : { ".github/cla.yml": policy }) },
  });
  await sign(stage, alice);
  return { stage, github, octo, hello, alice, bob, carol };
}

/** What `countersign check --json` says of an account. */
interface CheckedAccount {
  readonly account: string;
  readonly roles: readonly string[];
  readonly required: boolean;
  readonly kind: string;
  readonly by?: string;
}

/** What `countersign check --json` prints, as far as it is read here. */
export interface Checked {
  readonly verdict: string;
  readonly line: string;
  readonly accounts: readonly CheckedAccount[];
  readonly unlinked: readonly { commit: string; role: string; required: boolean; waived: boolean }[];
  readonly backports: readonly string[];
  readonly doubts: readonly string[];
  readonly exemption: string | null;
}

/** What the command `check` says of a pull request. */
export async function checkOf({ variables }: Stage, pull: Pull): Promise<Checked> {
  const name = `github:${pull.repository.fullName}#${pull.number}`;
  const { stdout, stderr } = await run(variables, ["check", name, "--json"]);
  expect(stderr).toBe("");
  return JSON.parse(stdout) as Checked;
}

/** The same in words, for people. */
export async function explained({ variables }: Stage, pull: Pull): Promise<string> {
  return (await run(variables, ["check", `github:${pull.repository.fullName}#${pull.number}`])).stdout;
}

/** The pull request's page, as its status links to it. */
export async function pageOf(stage: Stage, pull: Pull): Promise<string> {
  const path = new URL(statusOf(pull)?.url ?? "about:blank").pathname;
  const answer = await fetch(`${stage.bot.url}${path}`);
  expect(answer.status).toBe(200);
  return answer.text();
}

/** Reads a pull request again, as after a comment of anybody's. */
export async function recheck(stage: Stage, pull: Pull): Promise<void> {
  pull.comment(pull.openedBy, "/check-cla");
  await stage.settled();
}

/** A commit's author without a linked account. */
export function stranger(name = "Somebody", email = "somebody@example.org") {
  return { name, email };
}
