/**
 * The network between a bot in this process and the hosts. It can fail between the two, where a host's own faults can't
 * show it, and it drops what a killed bot sends. The bot's time limits follow the clock that a story moves. Importing
 * this module changes `fetch` and `AbortSignal.timeout` for code within a {@link Life}.
 */
import { living } from "./life.ts";

/**
 * - `timeout`: the request arrives nowhere, and there is no answer.
 * - `late`: the host does what is asked, and there is no answer in time.
 * - `refused`: there is no connection.
 * - `lost-answer`: the host does what is asked, and the connection is cut before the answer.
 * - `half-answer`: the connection is cut in the middle of the answer.
 */
export const NETWORK_FAULTS = ["timeout", "late", "refused", "lost-answer", "half-answer"] as const;
export type NetworkFault = (typeof NETWORK_FAULTS)[number];

/** Without a limit of the caller's, `fetch` waits this long for an answer: undici's `headersTimeout`. */
const HEADERS_TIMEOUT = 300_000;

interface Armed {
  readonly fault: NetworkFault;
  times: number;
  after: number;
}

interface Limit {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly end: () => void;
}

let armed: Armed[] = [];
/** The time limits of the bot's requests. Only those that get no answer reach theirs. */
const LIMITS = new WeakMap<AbortSignal, Limit>();
const waiting = new Set<Limit>();

/** Makes requests fail, after this many successful ones. */
export function failNetwork(fault: NetworkFault, times: number, after: number): void {
  armed.push({ fault, times, after });
}

/** The network works again. Requests that wait still wait for their time limit. */
export function repairNetwork(): void {
  armed = [];
}

/** Ends the requests that have reached their time limit; call it after the clock was moved. */
export function endLimits(): void {
  const now = Date.now();
  for (const limit of waiting) {
    if (limit.at > now) continue;
    waiting.delete(limit);
    limit.end();
  }
}

/** Forgets all faults and time limits. */
export function resetNetwork(): void {
  repairNetwork();
  waiting.clear();
}

function meet(): NetworkFault | null {
  for (const one of armed) {
    if (one.times === 0) continue;
    if (one.after > 0) {
      one.after -= 1;
      continue;
    }
    one.times -= 1;
    return one.fault;
  }
  return null;
}

/** What `fetch` throws: https://github.com/nodejs/undici/blob/main/docs/docs/api/Errors.md */
function failed(code: string, message = "fetch failed"): TypeError {
  return new TypeError(message, { cause: Object.assign(new Error(code), { code }) });
}

/** @param since when the request was sent, in milliseconds since the epoch */
function unanswered(signal: AbortSignal | null | undefined, since: number): Promise<never> {
  return new Promise((_, reject) => {
    signal?.addEventListener("abort", () => reject(signal.reason as Error));
    const own = signal && LIMITS.get(signal);
    if (own) waiting.add(own);
    const end = (): void => reject(failed("UND_ERR_HEADERS_TIMEOUT"));
    waiting.add({ at: since + HEADERS_TIMEOUT, end });
    // The clock may have passed a limit while a late answer was on its way.
    endLimits();
  });
}

/** The answer, whose body breaks off in the middle. */
async function half(response: Response): Promise<Response> {
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (bytes.length === 0) throw failed("UND_ERR_SOCKET");
  let sent = false;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (sent) controller.error(failed("UND_ERR_SOCKET", "terminated"));
      else controller.enqueue(bytes.subarray(0, bytes.length / 2));
      sent = true;
    },
  });
  const { status, statusText, headers } = response;
  return new Response(body, { status, statusText, headers });
}

const realFetch = globalThis.fetch;
globalThis.fetch = async (input, init) => {
  const life = living();
  if (life === undefined) return realFetch(input, init);
  const url = input instanceof Request ? input.url : String(input);
  // These two ask for something, and change nothing that anybody sees.
  const isWrite = (init?.method ?? "GET") !== "GET" && !/\/(?:graphql|access_tokens)$/.test(url);
  if (isWrite) life.reach("request");
  // Nothing that waits for the dead may wait forever: packages keep requests for all clients of the process.
  if (life.isOver) throw failed("ECONNRESET");
  const fault = meet();
  const since = Date.now();
  if (fault === "timeout") return unanswered(init?.signal, since);
  if (fault === "refused") throw failed("ECONNREFUSED");
  // A request that the network has taken arrives, whatever becomes of its sender.
  const response = await realFetch(input, fault === null ? init : { ...init, signal: null });
  if (isWrite) life.reach("answer");
  if (life.isOver) throw failed("ECONNRESET");
  if (fault === null) return response;
  if (fault === "half-answer") return half(response);
  await response.arrayBuffer();
  if (fault === "late") return unanswered(init?.signal, since);
  throw failed("ECONNRESET");
};

const realTimeout = AbortSignal.timeout.bind(AbortSignal);
AbortSignal.timeout = (milliseconds) => {
  if (living() === undefined) return realTimeout(milliseconds);
  const controller = new AbortController();
  const end = (): void =>
    controller.abort(new DOMException("The operation was aborted due to timeout", "TimeoutError"));
  LIMITS.set(controller.signal, { at: Date.now() + milliseconds, end });
  return controller.signal;
};
