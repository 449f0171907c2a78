/** Measures the number of calls to sweep a thousand unchanged open pull requests on GitHub. */
import { accountOf } from "../src/account.ts";
import { startStage } from "../playground/stage.ts";
import { command } from "../test/whole-way/serve-process.ts";
import type { Bench } from "./result.ts";

const PULLS = 1_000;
const GOAL = 30;

export const sweeping: Bench = async () => {
  const stage = await startStage();
  try {
    const { github, bot } = stage;
    const alice = github.user({ login: "alice" });
    const hello = github.repository({ owner: "octo", name: "hello" });
    const signature = {
      account: accountOf("github", alice.id),
      agreement: "icla",
      version: "1.0",
      signedAt: Date.now(),
      entity: null,
    };
    await bot.engine.signatures.sign([[signature]], { evidence: "import" });
    const first = hello.openPull({ opener: alice });
    await stage.settled();
    const status = hello.statusesOf(first.head.sha)[0];
    if (status === undefined) throw new Error("the first pull request was not judged");
    // The bot's own writes on each, which GitHub's limits would not allow within seconds.
    github.loseDeliveries = "without a trace";
    for (let number = 2; number <= PULLS; number += 1) {
      const pull = hello.openPull({ opener: alice });
      hello.addStatus({
        ...status,
        sha: pull.head.sha,
        targetUrl: status.targetUrl?.replace(/\d+$/, String(number)) ?? null,
      });
    }
    github.resetCalls();
    const started = performance.now();
    const { stdout } = await command(stage, ["sweep", "github:octo/hello", "--json"]);
    const seconds = (performance.now() - started) / 1_000;
    const { pulls: checked } = JSON.parse(stdout) as { pulls: number };
    const { reads, writes } = github.calls();
    if (checked !== PULLS || writes > 0) throw new Error(`${checked} were checked, with ${writes} writes`);
    return [
      {
        what: `${PULLS} unchanged open pull requests swept`,
        measured: `${reads} calls, ${seconds.toFixed(1)} s`,
        goal: `≤ ${GOAL} calls`,
        met: reads <= GOAL,
      },
    ];
  } finally {
    await stage.stop();
  }
};
