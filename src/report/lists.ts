/** Lists of people and commits in Markdown, of bounded length. */
import { code } from "./markdown.ts";

/** How many people or commits a list names before it counts the rest. */
export const LIST_LIMIT = 20;
export const COMMITS_LIMIT = 5;

/** How a commit is named to people. */
export function short(sha: string): string {
  return sha.slice(0, 7);
}

export function shas(commits: readonly string[], and: string): string {
  return [...new Set(commits)].map((sha) => code(short(sha))).join(and);
}

export function list(lines: readonly string[], more: (count: number) => string): string {
  const shown = lines.slice(0, LIST_LIMIT).map((line) => `- ${line}`);
  if (lines.length > LIST_LIMIT) shown.push(`- ${more(lines.length - LIST_LIMIT)}`);
  return shown.join("\n");
}
