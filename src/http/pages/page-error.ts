import type { ContentfulStatusCode } from "hono/utils/http-status";

/** Why a page can't be shown: the key of its texts, and its HTTP status. */
const STATUS = {
  notFound: 404,
  pullNotFound: 404,
  stale: 403,
  method: 405,
  tooLarge: 413,
  tooMany: 429,
  bug: 500,
  host: 503,
  busy: 503,
} as const satisfies Record<string, ContentfulStatusCode>;

export type PageErrorKind = keyof typeof STATUS;

/** Ends a request with a page that says what is wrong. */
export class PageError extends Error {
  readonly kind: PageErrorKind;
  readonly status: ContentfulStatusCode;
  /** Seconds after which to try again; null: trying again does not help. */
  readonly retryAfter: number | null;

  constructor(kind: PageErrorKind, retryAfter: number | null = null) {
    super(kind);
    this.kind = kind;
    this.status = STATUS[kind];
    this.retryAfter = retryAfter;
  }
}
