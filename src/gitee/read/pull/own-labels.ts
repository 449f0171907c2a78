import type { Client } from "../../traffic/client.ts";
import { within, type RepositoryPath } from "../path.ts";
import { OperateLogs, type Self } from "../schema.ts";

/**
 * The labels, of the given ones, that the bot itself once added to a pull request. A label does not show who added it,
 * and other bots use the same names, so this reads the pull request's log: one call, or none without names.
 */
export async function ownLabels(
  client: Client,
  self: () => Promise<Self>,
  path: RepositoryPath,
  number: number,
  names: readonly string[],
): Promise<readonly string[]> {
  if (names.length === 0) return [];
  const { id } = await self();
  const target = within(path, "pulls", number, "operate_logs");
  const log = (await client.find("the pull request's log", target, OperateLogs)) ?? [];
  const added = log.flatMap(({ action_type: action, content, user }) =>
    action === "add_label" && user?.id === id ? [content ?? ""] : [],
  );
  return names.filter((name) => added.some((content) => tells(content, name)));
}

/** Whether an entry is about this label, and not about one whose name contains this one. */
function tells(content: string, name: string): boolean {
  return content.trim() === name || content.split(/[\s,，、:：;'"`“”[\]【】()（）]+/).includes(name);
}
