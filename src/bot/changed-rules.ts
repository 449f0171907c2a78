/**
 * Which agreement covers a repository, and the server's policy: a change of `countersign.yml` may turn pull requests red
 * that are green. So a start with other rules than the last one queues a check of all known repositories.
 */
import { createHash } from "node:crypto";
import type { HostName } from "../account.ts";
import type { Engine } from "../ports/engine.ts";
import type { Mark } from "../ports/queue.ts";
import type { Configuration } from "./configuration.ts";

/** The last rules are a cursor, which a database has already. Its name has their digest. */
const PREFIX = "rules: ";

/** Runs at the start. @returns the number of repositories that it queued */
export async function enforceRules(
  { cursors, pulls, queue }: Pick<Engine, "cursors" | "pulls" | "queue">,
  rules: Pick<Configuration, "agreements" | "policy">,
  hosts: Iterable<HostName>,
  now: number,
): Promise<number> {
  const name = `${PREFIX}${digestOf(rules)}`;
  if ((await cursors.find(name)) !== null) return 0;
  const marks: Mark[] = [];
  for (const host of hosts)
    for (const { id } of await pulls.repositories(host))
      marks.push({ task: { kind: "repository", host, repository: id }, route: null, bulk: true });
  // First, so that a process that is killed here does not lose them.
  await queue.mark(marks);
  await cursors.fresh(PREFIX, 0, -1);
  await cursors.move(name, now);
  return marks.length;
}

/** Versions are not part of it: they have their own records, and change only their own agreement's pull requests. */
function digestOf({ agreements, policy }: Pick<Configuration, "agreements" | "policy">): string {
  // The order counts: the first agreement that covers a repository applies.
  const coverage = agreements.map(({ id, repositories }) => ({ id, repositories }));
  return createHash("sha256").update(JSON.stringify({ coverage, policy })).digest("hex");
}
