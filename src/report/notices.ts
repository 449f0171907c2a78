import type { Refusal } from "../ports/notices.ts";
import { code, mention } from "./markdown.ts";
import type { Texts } from "./texts/en.ts";

/** The answer to a comment that did not do what its author may have meant. */
export interface ShownNotice {
  readonly about: Refusal;
  /** The commit that it names; null: it names none. */
  readonly commit: string | null;
  /** The author's login now; null where the host told none. */
  readonly login: string | null;
}

/** One line of Markdown. */
export function noticeLine({ about, commit, login }: ShownNotice, { comment: texts }: Texts): string {
  const who = login === null ? texts.somebody : mention(login);
  if (about === "waive-short")
    return texts.notices[about](who, code(`/cla waive ${commit ?? texts.fullId} ${texts.reason}`));
  return texts.notices[about](who, code(commit ?? texts.fullId));
}
