import type { Report } from "../ports/host.ts";
import type { Policy } from "../verdict/policy.ts";
import { TEXTS } from "./report.ts";

/** The status for the head of a merge group that its queue does not explain. */
export function queueReport(
  state: "pending" | "error",
  policy: Policy,
  options: { readonly language: "en" | "zh-CN"; readonly publicUrl: string },
): Report {
  const texts = TEXTS[policy.language === "auto" ? options.language : policy.language];
  const line = state === "pending" ? texts.line.queuePending : texts.line.queueUnexplained;
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
    notes: { statusLimit: texts.comment.statusLimit, noCheckRun: texts.line.noCheckRun },
  };
}
