/**
 * The repositories in which no check run can be written, for an operator. Each has times that only grow: the last
 * refusal, the last green run that could not be replaced, the last check without a refusal, and the first check run.
 * Nothing is written if nothing changed.
 */
import type { HostName } from "../account.ts";
import type { Engine } from "../ports/engine.ts";
import type { CheckRefusal, Shown } from "../ports/host.ts";
import type { RepositoryRef } from "../pull.ts";

const REFUSALS: readonly CheckRefusal[] = ["right", "edition", "refused"];

type Kept = Pick<Engine, "cursors">;

export interface FoundRefusal {
  readonly refusal: CheckRefusal;
  /** Whether a green check run of an earlier verdict could not be replaced since the last check without a refusal. */
  readonly stale: boolean;
}

/** @param shown without a refusal: no check run was refused, or none was requested */
export async function noteCheckRefusal(
  { cursors }: Kept,
  repository: RepositoryRef,
  {
    checkRefusal: refusal,
    checkStale: stale,
    checkRun,
  }: Pick<Shown, "checkRefusal" | "checkStale" | "checkRun">,
  now: number,
): Promise<void> {
  const known = await findCheckRefusal({ cursors }, repository);
  if (known?.refusal !== refusal) await cursors.move(nameOf(repository, refusal ?? "none"), now);
  if (stale === true && known?.stale !== true) await cursors.move(nameOf(repository, "stale"), now);
  if (checkRun === true && !(await hadCheckRuns({ cursors }, repository)))
    await cursors.move(nameOf(repository, "run"), now);
}

/** Whether a check run of the bot was ever seen in the repository. */
export async function hadCheckRuns({ cursors }: Kept, repository: RepositoryRef): Promise<boolean> {
  return (await cursors.find(nameOf(repository, "run"))) !== null;
}

/** Why the last requested check run could not be written there; null: it was written, or none was requested. */
export async function findCheckRefusal(
  { cursors }: Kept,
  repository: RepositoryRef,
): Promise<FoundRefusal | null> {
  const none = (await cursors.find(nameOf(repository, "none"))) ?? 0;
  let last: { refusal: CheckRefusal; at: number } | null = null;
  for (const refusal of REFUSALS) {
    const at = (await cursors.find(nameOf(repository, refusal))) ?? 0;
    if (at > none && at > (last?.at ?? 0)) last = { refusal, at };
  }
  if (last === null) return null;
  const stale = (await cursors.find(nameOf(repository, "stale"))) ?? 0;
  return { refusal: last.refusal, stale: stale > none };
}

/** Every repository of a host in which no check run can be written, and why. */
export async function listCheckRefusals(
  engine: Pick<Engine, "cursors" | "pulls">,
  host: HostName,
): Promise<readonly (FoundRefusal & { readonly repository: number })[]> {
  const found: (FoundRefusal & { repository: number })[] = [];
  for (const { id } of await engine.pulls.repositories(host)) {
    const one = await findCheckRefusal(engine, { host, id });
    if (one !== null) found.push({ repository: id, ...one });
  }
  return found;
}

function nameOf({ host, id }: RepositoryRef, what: CheckRefusal | "stale" | "none" | "run"): string {
  return `check-run/${host}/${id}/${what}`;
}
