import { appClaServer } from "./app-cla-server.ts";
import { claAssistant } from "./cla-assistant.ts";
import { claAssistantLite } from "./cla-assistant-lite.ts";
import { easyClaCompanies, easyClaEmployees, easyClaIndividuals, easyClaRecords } from "./easycla.ts";
import type { Tool } from "./tool.ts";

/** The name of a list decides before the keys of its entries; of these, the most specific come first. */
const TOOLS: readonly Tool[] = [
  claAssistantLite,
  appClaServer,
  easyClaRecords,
  easyClaEmployees,
  easyClaIndividuals,
  easyClaCompanies,
  claAssistant,
];

/** The names under which the tools, and the APIs of some, keep their lists. */
export const LISTS = ["signedContributors", "signatures", "list", "contributors", "data"] as const;

/**
 * The tool that wrote an entry; null: no known tool.
 * @param keys of the entry
 * @param list the name of its list; null: none
 * @param account the key that a person says holds the accounts' numbers; null: none
 */
export function toolOf(keys: ReadonlySet<string>, list: string | null, account: string | null): Tool | null {
  const tool = TOOLS.find(({ recognizes }) => recognizes(keys, list)) ?? null;
  return tool === appClaServer && account !== null && keys.has(account) ? null : tool;
}
