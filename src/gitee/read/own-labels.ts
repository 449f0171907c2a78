import type { Client } from "../traffic/client.ts";
import { within, type RepositoryPath } from "./path.ts";
import { OperateLogs, type Self } from "./schema.ts";

/**
 * Those of some labels that the bot itself put on a pull request at some time. A label bears no name of who set
 * it, and other bots use the same words, so the pull request's log is asked: one call, and none for no names.
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
