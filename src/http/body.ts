import type { IncomingMessage, ServerResponse } from "node:http";

/** How reading a body ended. */
export type Body =
  | { readonly kind: "whole"; readonly bytes: Uint8Array }
  | { readonly kind: "too-large" }
  /** The body was dropped because the bodies in progress filled their shared memory. */
  | { readonly kind: "crowded-out" }
  /** The sender disconnected before the end. */
  | { readonly kind: "aborted" };

export interface Bodies {
  /**
   * Collects a request's raw bytes and calls back once. It keeps nothing past `limit`. After `too-large` and
   * `crowded-out`, the caller must resume or destroy the request.
   * @param limit in bytes
   * @param done may return what resolves when it needs the bytes no more
   */
  collect(request: IncomingMessage, limit: number, done: (body: Body) => Promise<void> | void): void;
  /**
   * Takes memory for a body that is read elsewhere, until `response` is closed. Such bodies get a quarter of the memory,
   * so that no number of slow senders leaves nothing for deliveries.
   * @returns false if there is none left
   */
  reserve(response: ServerResponse, bytes: number): boolean;
}

/** The most bytes of a page's form: enough for 500 logins, each with a comma and a space. */
export const MOST_OF_A_PAGE = 64 * 1024;

/** The share of the memory for bodies that are read elsewhere. */
const RESERVED_SHARE = 0.25;

/** What a chunk costs in addition to its bytes: a sender may split its body into pieces of one byte. */
const CHUNK_OVERHEAD = 128;

/**
 * The bodies that are being read, with one memory limit for all. At the limit, the largest body is dropped, so that a
 * sender that fills the memory does not block other deliveries.
 * @param most in bytes
 */
export function createBodies(most: number): Bodies {
  const held = new Map<IncomingMessage, { bytes: number; evict: () => void }>();
  let total = 0;
  let reserved = 0;

  const makeRoom = (): void => {
    const largestFirst = total > most ? [...held.values()].toSorted((a, b) => b.bytes - a.bytes) : [];
    for (const largest of largestFirst) {
      largest.evict();
      if (total <= most) return;
    }
  };

  return {
    reserve(response, bytes) {
      if (reserved + bytes > most * RESERVED_SHARE) return false;
      reserved += bytes;
      total += bytes;
      makeRoom();
      response.once("close", () => {
        reserved -= bytes;
        total -= bytes;
      });
      return true;
    },
    collect(request, limit, done) {
      if (Number(request.headers["content-length"] ?? 0) > limit) {
        void done({ kind: "too-large" });
        return;
      }
      let chunks: Buffer[] = [];
      let length = 0;
      const holder = { bytes: 0, evict: () => settle({ kind: "crowded-out" }) };
      held.set(request, holder);
      const settle = (body: Body): void => {
        request.off("data", onData).off("end", onEnd).off("close", onClose);
        chunks = [];
        held.delete(request);
        const release = (): void => {
          total -= holder.bytes;
        };
        let using: Promise<void> | void = undefined;
        try {
          using = done(body);
        } finally {
          if (using === undefined) release();
          else void using.finally(release);
        }
      };
      const onData = (chunk: Buffer): void => {
        length += chunk.length;
        if (length > limit) {
          settle({ kind: "too-large" });
          return;
        }
        chunks.push(chunk);
        holder.bytes += chunk.length + CHUNK_OVERHEAD;
        total += chunk.length + CHUNK_OVERHEAD;
        makeRoom();
      };
      const onEnd = (): void => {
        const [first] = chunks;
        // Nearly every delivery arrives in one piece, which need not be copied.
        const bytes = chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks, length);
        settle({ kind: "whole", bytes });
      };
      const onClose = (): void => settle({ kind: "aborted" });
      request.on("data", onData).on("end", onEnd).on("close", onClose);
    },
  };
}
