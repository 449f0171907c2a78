import { appClaServer } from "./app-cla-server.ts";
import { claAssistantRecords, claAssistantReport } from "./cla-assistant.ts";
import { claAssistantLite } from "./cla-assistant-lite.ts";
import { easyClaCompanies, easyClaEmployees, easyClaIndividuals, easyClaRecords } from "./easycla.ts";
import { keyOf } from "../columns/column-names.ts";
import type { ColumnAnswers } from "../columns/columns.ts";
import type { Tool } from "./tool.ts";

/** The name of a list decides before the keys of its entries; of these, the most specific come first. */
const TOOLS: readonly Tool[] = [
  claAssistantLite,
  appClaServer,
  easyClaRecords,
  easyClaEmployees,
  easyClaIndividuals,
  easyClaCompanies,
  claAssistantReport,
  claAssistantRecords,
];

/** The names under which the tools, and the APIs of some, keep their lists. */
export const LISTS = ["signedContributors", "signatures", "list", "contributors", "data"] as const;

/**
 * The tool that wrote an entry; null: no known tool.
 * @param keys of the entry
 * @param list the name of its list; null: none
 * @param answers what a person says about the columns: an ignored one does not tell the tool either
 */
export function toolOf(
  keys: readonly string[],
  list: string | null,
  { ignored, account }: ColumnAnswers,
): Tool | null {
  const told = new Set(keys.filter((key) => !ignored.has(key)));
  const tool = TOOLS.find(({ recognizes }) => recognizes(told, list)) ?? null;
  return tool === appClaServer && account !== null && told.has(keyOf(account)) ? null : tool;
}
