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

/** The names under which the tools keep their lists. */
export const LISTS = ["signedContributors", "signatures", "list", "contributors"] as const;

/** The tool that wrote an entry, by its keys and the name of its list; null: no known tool. */
export function toolOf(keys: ReadonlySet<string>, list: string | null): Tool | null {
  return TOOLS.find(({ recognizes }) => recognizes(keys, list)) ?? null;
}
