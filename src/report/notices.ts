import type { ShownNotice } from "../ports/notices.ts";
import { code, mention } from "./markdown.ts";
import type { Texts } from "./texts/en.ts";

/** How many commits a line names, and how many commands it offers, before it counts the rest. */
const COMMITS = 5;
const COMMANDS = 20;

/** One line of Markdown. */
export function noticeLine({ about, commits, login }: ShownNotice, { comment: texts }: Texts): string {
  const who = login === null ? texts.somebody : mention(login);
  const named = commits.length === 0 ? [texts.fullId] : commits;
  const [most, print] =
    about === "waive-short"
      ? ([COMMANDS, (sha: string) => code(`/cla waive ${sha} ${texts.reason}`)] as const)
      : ([COMMITS, (sha: string) => code(sha)] as const);
  const shown = named.slice(0, most).map(print);
  if (named.length > most) shown.push(texts.more(named.length - most));
  return texts.notices[about](who, shown.join(texts.and));
}
