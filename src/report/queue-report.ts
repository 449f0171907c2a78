import type { Report } from "../ports/host.ts";
import type { Policy } from "../verdict/policy.ts";
import { TEXTS } from "./report.ts";

/**
 * The status for the head of a merge group that can't be judged.
 * @param why `unexplained`: the queue does not name its pull requests; `unread`: the host refused a part of it
 */
export function queueReport(
  state: "pending" | "error",
  why: "unexplained" | "unread",
  policy: Policy,
  options: { readonly language: "en" | "zh-CN"; readonly publicUrl: string },
): Report {
  const texts = TEXTS[policy.language === "auto" ? options.language : policy.language];
  const { queuePending, queueUnexplained, queueUnread, queueRefused } = texts.line;
  const [early, late] = why === "unread" ? [queueUnread, queueRefused] : [queuePending, queueUnexplained];
  const line = state === "pending" ? early : late;
  return {
    state,
    line,
    detailsUrl: options.publicUrl,
    summary: line,
    kind: policy.report,
    context: policy.context,
    labels: null,
    comment: null,
    commentWanted: false,
    shared: false,
    notes: {
      statusLimit: texts.comment.statusLimit,
      noCheckRun: texts.line.noCheckRun,
      mixedRuns: texts.line.mixedRuns,
      staleCheck: texts.comment.staleCheck,
      redCheck: texts.comment.redCheck,
      missingCheck: texts.comment.missingCheck,
      refusedLabels: "",
    },
  };
}
