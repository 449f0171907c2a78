/**
 * The repositories in which no check run can be written, for an operator. Each has two times, which only grow: the last
 * refusal, and the last check without a refusal. Nothing is written if nothing changed.
 */
import type { HostName } from "../account.ts";
import type { Engine } from "../ports/engine.ts";
import type { CheckRefusal } from "../ports/host.ts";
import type { RepositoryRef } from "../pull.ts";

const REFUSALS: readonly CheckRefusal[] = ["right", "edition"];

type Kept = Pick<Engine, "cursors">;

/** @param refusal null: no check run was refused, or none was requested */
export async function noteCheckRefusal(
  { cursors }: Kept,
  repository: RepositoryRef,
  refusal: CheckRefusal | null,
  now: number,
): Promise<void> {
  const known = await findCheckRefusal({ cursors }, repository);
  if (known !== refusal) await cursors.move(nameOf(repository, refusal ?? "none"), now);
}

/** Why the last requested check run could not be written there; null: it was written, or none was requested. */
export async function findCheckRefusal(
  { cursors }: Kept,
  repository: RepositoryRef,
): Promise<CheckRefusal | null> {
  const none = (await cursors.find(nameOf(repository, "none"))) ?? 0;
  let last: { refusal: CheckRefusal; at: number } | null = null;
  for (const refusal of REFUSALS) {
    const at = (await cursors.find(nameOf(repository, refusal))) ?? 0;
    if (at > none && at > (last?.at ?? 0)) last = { refusal, at };
  }
  return last?.refusal ?? null;
}

/** Every repository of a host in which no check run can be written, and why. */
export async function listCheckRefusals(
  engine: Pick<Engine, "cursors" | "pulls">,
  host: HostName,
): Promise<readonly { readonly repository: number; readonly refusal: CheckRefusal }[]> {
  const found: { repository: number; refusal: CheckRefusal }[] = [];
  for (const { id } of await engine.pulls.repositories(host)) {
    const refusal = await findCheckRefusal(engine, { host, id });
    if (refusal !== null) found.push({ repository: id, refusal });
  }
  return found;
}

function nameOf({ host, id }: RepositoryRef, what: CheckRefusal | "none"): string {
  return `check-run/${host}/${id}/${what}`;
}
