import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

/** A request as the server saw it. No field contains the token. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** The answer's status; 0 until then, and for a reset connection. */
  status: number;
}

/** How the next requests fail. The default body is Gitee's error object; a text is sent unchanged. */
export interface Failure {
  status: number;
  times?: number;
  /** Affects only requests whose `METHOD /path` it matches. */
  match?: RegExp;
  body?: string;
  headers?: Record<string, string>;
}

/**
 * Wraps the API and the token endpoint: records requests, lets a test act between them, and makes them fail. It does
 * not wrap the pages.
 */
export class Gate {
  readonly requests: SeenRequest[] = [];
  /** Requests with `access_token` in the URL, which logs would record: method and path of each. */
  readonly violations: string[] = [];
  /** Extra milliseconds for each answer. */
  latency = 0;
  /** While true every connection is dropped. */
  down = false;
  readonly #failures: (Failure & { times: number })[] = [];
  #resets = 0;
  readonly #lost: { match: RegExp; times: number }[] = [];
  #budget: { limit: number; left: number; status: 403 | 429 } | null = null;
  readonly #listeners = new Set<(request: SeenRequest) => void | Promise<void>>();

  /** @returns the failure, with the number of requests that it still affects */
  fail(failure: Failure): { readonly times: number } {
    const counted = { ...failure, times: failure.times ?? 1 };
    this.#failures.push(counted);
    return counted;
  }

  /** Answers all requests normally again. */
  clear(): void {
    this.#failures.length = 0;
    this.#lost.length = 0;
    this.#resets = 0;
    this.#budget = null;
    this.latency = 0;
    this.down = false;
  }

  /** The next `times` requests are disconnected without an answer. */
  reset(times: number): void {
    this.#resets = times;
  }

  /** The next requests whose `METHOD /path` matches are handled, but their answers are lost. */
  loseAnswers(match: RegExp, times: number): void {
    this.#lost.push({ match, times });
  }

  /** After `limit` more requests the rest is refused until the next call; null removes the limit. */
  limit(limit: number | null, status: 403 | 429): void {
    this.#budget = limit === null ? null : { limit, left: limit, status };
  }

  /** Calls `listener` before each request is handled, and waits for it. Returns a function that ends this. */
  listen(listener: (request: SeenRequest) => void | Promise<void>): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Whether the request may continue; otherwise it was answered or disconnected. */
  async admit(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    const url = new URL(request.url ?? "/", "http://localhost");
    const api = url.pathname.startsWith("/api/v5/");
    if (this.down) return drop(request);
    if (!api && url.pathname !== "/oauth/token") return true;
    const seen = this.#note(request.method ?? "GET", url);
    response.on("finish", () => {
      seen.status = response.statusCode;
    });
    for (const listener of this.#listeners) await listener(seen);
    if (this.latency > 0) await sleep(this.latency);
    if (this.#resets > 0) {
      this.#resets -= 1;
      return drop(request);
    }
    const failure = this.#failureFor(seen) ?? this.#overBudget(response);
    if (failure === null) {
      this.#loseAnswerOf(seen, request, response);
      return true;
    }
    const text = failure.body ?? JSON.stringify({ message: messageFor(failure.status) });
    const type = failure.body === undefined ? "application/json" : "text/html";
    response.writeHead(failure.status, { "Content-Type": type, ...failure.headers }).end(text);
    return false;
  }

  #loseAnswerOf({ method, path }: SeenRequest, request: IncomingMessage, response: ServerResponse): void {
    const lost = this.#lost.find((each) => each.times > 0 && each.match.test(`${method} ${path}`));
    if (lost === undefined) return;
    lost.times -= 1;
    response.write = () => true;
    response.end = () => {
      request.socket.destroy();
      return response;
    };
  }

  #note(method: string, url: URL): SeenRequest {
    if (url.searchParams.has("access_token")) {
      this.violations.push(`${method} ${url.pathname}`);
      url.searchParams.delete("access_token");
    }
    const seen = { method, path: url.pathname, query: Object.fromEntries(url.searchParams), status: 0 };
    this.requests.push(seen);
    return seen;
  }

  #failureFor(seen: SeenRequest): Failure | null {
    const line = `${seen.method} ${seen.path}`;
    const failure = this.#failures.find((each) => each.times > 0 && (each.match?.test(line) ?? true));
    if (failure === undefined) return null;
    failure.times -= 1;
    return failure;
  }

  #overBudget(response: ServerResponse): Failure | null {
    if (this.#budget === null) return null;
    this.#budget.left -= 1;
    response.setHeader("X-RateLimit-Limit", this.#budget.limit);
    response.setHeader("X-RateLimit-Remaining", Math.max(0, this.#budget.left));
    return this.#budget.left < 0 ? { status: this.#budget.status } : null;
  }
}

function drop(request: IncomingMessage): false {
  request.socket.destroy();
  return false;
}

function messageFor(status: number): string {
  if (status === 403 || status === 429) return "403 Forbidden: rate limit exceeded";
  return status >= 500 ? "500 Internal Server Error" : `${status} Refused`;
}
