/**
 * Gitee's API v5 over HTTP. The token goes in the `Authorization` header and never in a URL, which logs may record. The
 * client retries nothing: a failure says when to try again, and the queue does so. The number of concurrent requests is
 * limited, and none is sent while Gitee asks to wait.
 */
import type { z } from "zod";
import { Failure, HostWait } from "../../error.ts";
import { createCommentHold } from "../../ports/comment-hold.ts";
import {
  tellUnanswered,
  type ConfirmWrite,
  type HostCall,
  type LimitLeft,
  type ObserveCall,
} from "../../ports/host.ts";
import type { Spending } from "../../ports/spending.ts";
import { badAnswer, failureOf, unreachable, type Asked } from "./failure.ts";
import { createGate } from "./gate.ts";
import { createPagesShare, PAGE_PLACES } from "./pages-share.ts";
import { createWaits } from "./waits.ts";

/** Segments of a path below `/api/v5`, each encoded separately: `["repos", owner, name, "labels", "cla/yes"]`. */
export type Path = readonly (string | number)[];
type WriteMethod = "POST" | "PUT" | "PATCH";
export type Query = Readonly<Record<string, string | number>>;

export interface ClientOptions {
  /** The server, e.g. `https://gitee.com`. */
  readonly url: string;
  readonly token: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** The longest wait for an answer, in milliseconds. */
  readonly timeoutMs?: number;
  /** The maximum of concurrent requests. */
  readonly concurrency?: number;
  /** How many processes run now, which share the concurrent requests; 1 if omitted. */
  readonly sharers?: () => number;
  /** Where processes tell each other that Gitee asked to wait; if omitted, each learns it by itself. */
  readonly spending?: Pick<Spending, "book" | "wait"> | undefined;
  /** Called for every call to the host. */
  readonly observe?: ObserveCall;
}

export interface Client {
  /** The server's address. */
  readonly server: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** @throws Failure for anything but a 2xx of the schema's shape */
  get<T>(asked: Asked, path: Path, schema: z.ZodType<T>, query?: Query): Promise<T>;
  /** The same, but null if Gitee answers 404. */
  find<T>(asked: Asked, path: Path, schema: z.ZodType<T>, query?: Query): Promise<T | null>;
  /**
   * Every item of a paged list, page by page, 100 at a time, until `total_page` or a page that is not full.
   * @param from the first page to read; 1 if omitted
   */
  pages<T>(
    asked: Asked,
    path: Path,
    schema: z.ZodType<T[]>,
    query?: Query,
    from?: number,
  ): AsyncGenerator<T[]>;
  /** @throws Failure for anything but a 2xx of the schema's shape */
  write<T>(asked: Asked, method: WriteMethod, path: Path, body: unknown, schema: z.ZodType<T>): Promise<T>;
  /** The same, but null if Gitee answers one of the statuses in `unless`, which the caller knows how to handle. */
  send<T>(
    asked: Asked,
    method: WriteMethod,
    path: Path,
    body: unknown,
    schema: z.ZodType<T>,
    unless: readonly number[],
  ): Promise<T | null>;
  /** Deletes; a resource that is already gone counts as deleted. */
  remove(asked: Asked, path: Path): Promise<void>;
  /** The remaining calls by Gitee's latest answer; empty if it gave none. */
  left(): readonly LimitLeft[];
  /** Until when comments are held back, see `CommentHold`, in milliseconds since the epoch; a past time: they are not. */
  commentsHeldUntil(): number;
  /** The same client, whose requests pass `wrap`. */
  through(wrap: Through): Client;
  /** The same client, which sends a write only if `confirm` allows it then. */
  confirmedBy(confirm: ConfirmWrite): Client;
  /** The same client for pages: it leaves most of the places and of the host's limit to checks. */
  readonly forPages: Client;
}

const PER_PAGE = 100;
const TIMEOUT = 30_000;
const CONCURRENCY = 8;
/** The wait after a limit that does not say when it ends, in milliseconds: the one limit that is known is of a minute. */
const UNTOLD_WAIT = 60_000;

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/**
 * Sends a request, or answers in its place.
 * @param call the request's method, path and query, and the statuses that the caller knows how to handle
 */
export type Through = (
  call: { readonly method: string; readonly key: string },
  send: () => Promise<Answer>,
) => Promise<Answer>;

interface RequestOptions {
  readonly query?: Query;
  readonly body?: unknown;
  readonly unless?: readonly number[];
  /** Called directly before the request is sent. */
  readonly confirm?: ConfirmWrite;
}

export function giteeClient(options: ClientOptions): Client {
  const { token, now, timeoutMs = TIMEOUT, observe } = options;
  const part = (whole: number): number =>
    Math.max(1, Math.floor(whole / Math.max(1, options.sharers?.() ?? 1)));
  const gate = createGate(() => part(options.concurrency ?? CONCURRENCY));
  const base = `${options.url.replace(/\/+$/, "")}/api/v5/`;
  const pageGate = createGate(() => part(PAGE_PLACES));
  const share = createPagesShare(now, part);
  const hold = createCommentHold();
  const waits = createWaits(options.spending, now, (by) => hold.setBack(by));

  async function request(asked: Asked, method: string, path: Path, options: RequestOptions): Promise<Answer> {
    const url = new URL(base + path.map(encodeSegment).join("/"));
    for (const [name, value] of Object.entries(options.query ?? {}))
      url.searchParams.set(name, String(value));
    return gate(async () => {
      // The first parts name the repository, which may have any name.
      const comment = method !== "GET" && method !== "DELETE" && path.slice(3).includes("comments");
      const waitUntil = Math.max(await waits.until(), comment ? hold.until() : 0);
      if (now() < waitUntil) throw new HostWait("Gitee asked the bot to wait", waitUntil);
      const written = comment ? hold.begin(now()) : () => {};
      await options.confirm?.();
      const startedAt = now();
      const tell = (result: HostCall["result"]): void =>
        observe?.({
          kind: method === "GET" ? "read" : "write",
          result,
          what: `${method} ${asked}`,
          startedAt,
          endedAt: now(),
        });
      let response: Response;
      let text: string;
      try {
        response = await fetch(url, {
          method,
          headers: {
            accept: "application/json",
            authorization: `Bearer ${token}`,
            ...(options.body === undefined ? {} : { "content-type": "application/json;charset=utf-8" }),
          },
          // A redirected write would become a read of something else.
          redirect: method === "GET" ? "follow" : "manual",
          signal: AbortSignal.timeout(timeoutMs),
          ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
        });
        text = await response.text();
      } catch (cause) {
        tell("unreachable");
        throw unreachable(cause, asked);
      }
      share.observe(response.headers);
      if (!response.ok && options.unless?.includes(response.status) !== true) {
        const failure = failureOf(response, text, { asked, method }, now());
        tell(failure.code === "host-limit" ? "limit" : response.status >= 500 ? "error" : "refused");
        if (failure.code !== "host-limit") throw failure;
        const until = failure.retryAt ?? now() + UNTOLD_WAIT;
        waits.begin(until);
        if (!comment) throw failure;
        throw new Failure("host-limit", failure.message, { retryAt: Math.max(until, hold.refused(now())) });
      }
      written();
      tell(response.ok ? "ok" : "refused");
      return { status: response.status, headers: response.headers, text };
    });
  }

  const pageRequest: typeof request = async (...asked) =>
    pageGate(async () => {
      share.take();
      return request(...asked);
    });
  const left = (): readonly LimitLeft[] => {
    const remaining = share.remaining();
    return remaining === null ? [] : [{ resource: "core", installation: null, remaining }];
  };
  const clientBy = (send: Request, confirmed?: ConfirmWrite): Client => ({
    ...methodsOf(send, confirmed),
    server: options.url,
    now,
    left,
    commentsHeldUntil: () => hold.until(),
    confirmedBy: (confirm) => clientBy(confirming(send, confirm), confirm),
    through: (wrap) =>
      clientBy((asked, method, path, options) => {
        const key = JSON.stringify([method, path, options.query, options.unless]);
        return wrap({ method, key }, () => send(asked, method, path, options));
      }, confirmed),
    get forPages() {
      return forPages;
    },
  });
  const forPages = clientBy(pageRequest);
  return clientBy(request);
}

type Request = (asked: Asked, method: string, path: Path, options: RequestOptions) => Promise<Answer>;

function confirming(send: Request, confirm: ConfirmWrite): Request {
  return async (asked, method, path, options) =>
    send(asked, method, path, method === "GET" ? options : { ...options, confirm });
}

const UNCONFIRMED: ConfirmWrite = async () => {};

/**
 * The client's methods over one way to send a request.
 * @param confirm is told of writes without an answer
 */
function methodsOf(
  request: Request,
  confirm = UNCONFIRMED,
): Omit<Client, "server" | "now" | "left" | "commentsHeldUntil" | "confirmedBy" | "through" | "forPages"> {
  async function find<T>(asked: Asked, path: Path, schema: z.ZodType<T>, query?: Query): Promise<T | null> {
    const answer = await request(asked, "GET", path, { unless: [404], ...(query && { query }) });
    return answer.status === 404 ? null : parse(answer, schema, asked);
  }

  return {
    find,
    async get(asked, path, schema, query) {
      return parse(await request(asked, "GET", path, query === undefined ? {} : { query }), schema, asked);
    },
    async *pages(asked, path, schema, query, from = 1) {
      for (let page = from; ; page += 1) {
        const answer = await request(asked, "GET", path, { query: { ...query, page, per_page: PER_PAGE } });
        const items = parse(answer, schema, asked);
        yield items;
        const total = answer.headers.get("total_page");
        if (items.length === 0 || (total === null ? items.length < PER_PAGE : page >= Number(total))) return;
      }
    },
    write: (asked, method, path, body, schema) =>
      tellUnanswered(confirm, async () => parse(await request(asked, method, path, { body }), schema, asked)),
    send: (asked, method, path, body, schema, unless) =>
      tellUnanswered(confirm, async () => {
        const answer = await request(asked, method, path, { body, unless });
        return unless.includes(answer.status) ? null : parse(answer, schema, asked);
      }),
    remove: (asked, path) =>
      tellUnanswered(confirm, async () => {
        await request(asked, "DELETE", path, { unless: [404] });
      }),
  };
}

/** @throws Failure for a segment that a URL interprets as the parent folder */
function encodeSegment(segment: string | number): string {
  if (segment === "." || segment === "..") throw new Failure("input", "a path can't hold . or .. as a name");
  return encodeURIComponent(segment);
}

function parse<T>(answer: Answer, schema: z.ZodType<T>, asked: Asked): T {
  let json: unknown;
  try {
    json = JSON.parse(answer.text);
  } catch {
    throw badAnswer(asked, "it is not JSON");
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw badAnswer(asked, `${issue?.path.join(".") ?? ""}: ${issue?.message ?? "unexpected"}`);
}
