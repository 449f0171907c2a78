import type { IncomingMessage } from "node:http";

/** What reading a body came to. */
export type Body =
  | { readonly kind: "whole"; readonly bytes: Uint8Array }
  | { readonly kind: "too-large" }
  /** The sender went away before its end. */
  | { readonly kind: "aborted" };

/**
 * Collects a request's raw bytes and calls back once. Nothing past `limit` is kept; what still comes after
 * `too-large` is left to the caller, who must resume or destroy the request.
 * @param limit in bytes
 */
export function collectBody(request: IncomingMessage, limit: number, done: (body: Body) => void): void {
  if (Number(request.headers["content-length"] ?? 0) > limit) {
    done({ kind: "too-large" });
    return;
  }
  const chunks: Buffer[] = [];
  let length = 0;
  const settle = (body: Body): void => {
    request.off("data", onData).off("end", onEnd).off("close", onClose);
    done(body);
  };
  const onData = (chunk: Buffer): void => {
    length += chunk.length;
    if (length > limit) settle({ kind: "too-large" });
    else chunks.push(chunk);
  };
  const onEnd = (): void => {
    const [first] = chunks;
    // Nearly every delivery arrives in one piece, which need not be copied.
    const bytes = chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks, length);
    settle({ kind: "whole", bytes });
  };
  const onClose = (): void => settle({ kind: "aborted" });
  request.on("data", onData).on("end", onEnd).on("close", onClose);
}
