import { DEFAULT_LABELS } from "../policy.ts";
import type { Client } from "./client.ts";
import { within, type RepositoryPath } from "./path.ts";
import { OperateLogs, type Self } from "./schema.ts";

/**
 * Whether the bot itself put one of its labels on a pull request. A label bears no name of who set it, and other
 * bots use the same words, so the pull request's log is asked, and only where such a label stands.
 * @param there the labels on the pull request
 */
export async function isMarked(
  client: Client,
  self: () => Promise<Self>,
  path: RepositoryPath,
  number: number,
  there: readonly string[],
): Promise<boolean> {
  const own = Object.values(DEFAULT_LABELS).filter((name) => there.includes(name));
  if (own.length === 0) return false;
  const { id } = await self();
  const target = within(path, "pulls", number, "operate_logs");
  const log = await client.find("the pull request's log", target, OperateLogs);
  return (log ?? []).some(
    ({ action_type: action, content, user }) =>
      action === "add_label" && user?.id === id && own.some((name) => content?.includes(name) === true),
  );
}
