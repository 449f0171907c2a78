import type { IncomingMessage } from "node:http";
import { equalText } from "./equal-text.ts";
import { isLocal } from "./sender.ts";

/** Who may read `/metrics`. */
export interface MetricsAccess {
  /**
   * The bearer token that a reader must send. Null: a separate port needs none; on the bot's port only this machine may
   * read.
   */
  readonly token: string | null;
  /** A separate port for the metrics; null: they are on the bot's port. */
  readonly port: number | null;
}

/** Why a request may not read the metrics, with the HTTP status to answer. */
export interface MetricsRefusal {
  readonly status: 401 | 403;
  readonly reason: string;
}

export function refusalOfReader(
  request: IncomingMessage,
  { token, port }: MetricsAccess,
): MetricsRefusal | null {
  if (token !== null)
    // https://www.rfc-editor.org/rfc/rfc9110#section-11.1: a scheme's name may be in upper or lower case.
    return equalText(
      (request.headers.authorization ?? "").replace(/^bearer +/i, "Bearer "),
      `Bearer ${token}`,
    )
      ? null
      : { status: 401, reason: "the bearer token in METRICS_TOKEN is needed" };
  if (port !== null || isLocal(request)) return null;
  return {
    status: 403,
    reason:
      "answered to this machine only: set METRICS_TOKEN or METRICS_PORT to read the metrics from elsewhere",
  };
}
