import type { Report } from "../../ports/host.ts";
import { TEXTS } from "../../report/report.ts";

/** What is on the head now. */
interface Standing {
  readonly state: Report["state"] | null;
  readonly line: string | null | undefined;
  readonly detailsUrl: string | null | undefined;
}

/**
 * Whether the answer of another pull request with the same head may stay. Otherwise the pull requests of a head would
 * overwrite each other's text and link at each check. The answer of a pull request that waits for another one
 * replaces the other's, and "failure" replaces "error".
 */
export function mayStay(report: Report, { state, line, detailsUrl }: Standing): boolean {
  if (!report.shared) return false;
  if (report.state === "success") return state === "success";
  if (detailsUrl === report.detailsUrl) return false;
  const isRed = state === "failure" || state === "error";
  if (waits(report.line)) return isRed && waits(line ?? "");
  return isRed && (state === report.state || report.state === "error");
}

/** Whether a pull request itself has passed, and only another one with its head has not. */
function waits(line: string): boolean {
  return Object.values(TEXTS).some((texts) => line.includes(texts.line.shared));
}
