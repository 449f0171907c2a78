import type { Command } from "commander";
import { FAILURES, adviceOf } from "../error.ts";
import { listCheckRefusals, type FoundRefusal } from "../check/check-refusals.ts";
import type { CheckRefusal } from "../ports/host.ts";
import { printPullRef } from "../pull.ts";
import { taskKey, taskRepository, type Task, type TroubledTask } from "../ports/queue.ts";
import { columns, moment } from "./columns.ts";
import { plural } from "../report/texts/plural.ts";
import { exitWith } from "./command-line.ts";
import type { OpenRights, RightsContext } from "./rights/rights-context.ts";

/** The number of failing tasks that are listed; the rest are counted. */
const NAMED = 20;

interface Line {
  readonly host: string;
  /** Null: pull requests that no agreement covers. */
  readonly agreement: string | null;
  signatures: number;
  open: number;
  /** Open pull requests that are not green: unsigned or undecided. */
  blocked: number;
}

export async function printStats({ engine, output }: RightsContext, json: boolean): Promise<number> {
  const lines = await linesOf({ engine });
  const queue = await engine.queue.depth();
  const troubled = await engine.queue.troubled(NAMED);
  const requests = await engine.subjects.requests();
  const unchecked = await listCheckRefusals(engine, "gitee");
  const rosters = await engine.entities.requests();
  if (json) {
    const tasks = troubled.map(({ task, code, attempts, dueAt }) => ({
      task: taskName(task),
      code,
      attempts,
      retry_at: dueAt === null ? null : new Date(dueAt).toISOString(),
    }));
    const refused = unchecked.map(({ repository, refusal, stale }) => ({
      host: "gitee",
      repository,
      reason: refusal,
      green_remains: stale,
    }));
    const asked = requests.map(({ account, kind, agreement, at }) => ({
      account,
      kind,
      agreement,
      at: new Date(at).toISOString(),
    }));
    const wanted = rosters.map(({ account, name, agreement, at }) => ({
      account,
      company: name,
      agreement,
      at: new Date(at).toISOString(),
    }));
    const all = {
      agreements: lines,
      queue,
      troubled: tasks,
      requests: asked,
      roster_requests: wanted,
      check_runs_refused: refused,
    };
    output.write(`${JSON.stringify(all, null, 2)}\n`);
    return 0;
  }
  output.write(
    columns([
      ["HOST", "AGREEMENT", "SIGNATURES", "OPEN", "BLOCKED"],
      ...lines.map(({ host, agreement, signatures, open, blocked }) => [
        host,
        agreement ?? "(none)",
        String(signatures),
        String(open),
        String(blocked),
      ]),
    ]),
  );
  output.write(
    `queue: ${queue.due} due, ${queue.leased} running, ${queue.waiting} waiting for their time, ${queue.parked} parked\n`,
  );
  for (const task of troubled) output.write(troubleOf(task));
  for (const one of unchecked) output.write(refusalOf(one));
  if (requests.length > 0) {
    output.write(
      "people's requests (handle each, then run countersign subject settle ACCOUNT --agreement ID):\n",
    );
    output.write(
      columns(requests.map(({ account, kind, agreement, at }) => ["", account, kind, agreement, moment(at)])),
    );
  }
  if (rosters.length > 0) {
    output.write(
      "companies that request a roster (check that the person may sign for the company, then run countersign entity accept ID ACCOUNT, or entity decline ACCOUNT):\n",
    );
    output.write(
      columns(rosters.map(({ account, name, agreement, at }) => ["", account, name, agreement, moment(at)])),
    );
  }
  return 0;
}

async function linesOf({ engine }: Pick<RightsContext, "engine">): Promise<readonly Line[]> {
  const lines = new Map<string, Line>();
  const lineOf = (host: string, agreement: string | null): Line => {
    const key = `${agreement ?? ""} ${host}`;
    const line = lines.get(key) ?? { host, agreement, signatures: 0, open: 0, blocked: 0 };
    lines.set(key, line);
    return line;
  };
  for (const { host, agreement, signatures } of await engine.signatures.count())
    lineOf(host, agreement).signatures += signatures;
  for (const { host, agreement, verdict, pulls } of await engine.pulls.count()) {
    const line = lineOf(host, agreement);
    line.open += pulls;
    if (verdict !== "signed") line.blocked += pulls;
  }
  return [...lines].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, line]) => line);
}

function troubleOf({ task, code, attempts, dueAt }: TroubledTask): string {
  const advice = adviceOf(code);
  const next =
    dueAt === null
      ? `parked: ${advice ?? "fix it, then sweep the repository or comment /check-cla"}`
      : `${advice === null ? "" : `${advice}; `}tried again ${moment(dueAt)}`;
  return `  ${taskName(task)}: ${FAILURES[code].says} (${code}), ${plural(attempts, "try", "tries")}; ${next}\n`;
}

const REFUSALS: Readonly<Record<CheckRefusal, string>> = {
  right: "the bot's account does not administer the repository; countersign doctor names it",
  edition: "this edition of Gitee has none",
  refused:
    "Gitee refuses it: choose another name (context) in the policy; countersign doctor names the repository",
};

function refusalOf({ repository, refusal, stale }: FoundRefusal & { readonly repository: number }): string {
  const more = stale ? "; an out-of-date green run could not be replaced, as the comment there says" : "";
  return `  gitee:${repository}: no check run can be written, ${REFUSALS[refusal]}${more}\n`;
}

/** Names a task by numbers, as in logs. */
function taskName(task: Task): string {
  return task.kind === "pull" ? printPullRef(task) : `${task.host}:${taskRepository(task)} ${taskKey(task)}`;
}

export function declareStats(program: Command, open: OpenRights): void {
  program
    .command("stats")
    .summary("signatures, open pull requests and blocked ones, by host and agreement")
    .description(
      "Shows how many signatures count, how many pull requests are open and how many of those are blocked, by " +
        "host and agreement; also tasks that keep failing, and people's pending requests.",
    )
    .option("--json", "print it as JSON")
    .addHelpText("after", "\nExample:\n  countersign stats --json\n")
    .action(async (options: { json?: true }, command: Command) => {
      await using context = await open("read");
      exitWith(command, await printStats(context, options.json === true));
    });
}
