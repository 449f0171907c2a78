import type { Client } from "../../traffic/client.ts";
import { within, type RepositoryPath } from "../path.ts";
import { OperateLogs, type Self } from "../schema.ts";

/**
 * The given labels that the bot itself once put on a pull request. A label does not tell who set it, and other bots use
 * the same names, so this reads the pull request's log: one call, or no call without names.
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

/** Whether an entry is about this label, and not about one whose name has this one in it. */
function tells(content: string, name: string): boolean {
  return content.trim() === name || content.split(/[\s,，、:：;'"`“”[\]【】()（）]+/).includes(name);
}
