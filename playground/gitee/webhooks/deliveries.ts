import type { Settings } from "../state/settings.ts";
import { signatureOf } from "./signing.ts";
import type { Hook } from "../state/records.ts";

export type EventName = "Merge Request Hook" | "Note Hook" | "Push Hook" | "Check Run Hook";

/** One POST to a webhook, kept so that a test can inspect it or send it again. */
export interface Delivery {
  readonly url: string;
  readonly event: EventName;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The answer's status; null if it was lost or not answered. */
  status: number | null;
}

/** What a delivery says. */
export interface Message {
  event: EventName;
  content: Record<string, unknown>;
  /** A test delivery, marked by `X-Gitee-Ping`. */
  ping?: boolean;
  /** Its timestamp; default: now. */
  at?: Date;
}

const UNDERSCORED: Record<EventName, string> = {
  "Merge Request Hook": "merge_request_hooks",
  "Note Hook": "note_hooks",
  "Push Hook": "push_hooks",
  "Check Run Hook": "check_run_hooks",
};

export type ReleaseOrder = "newest first" | "oldest first";

const ANSWER_WITHIN_MS = 10_000;

/**
 * Sends deliveries as Gitee does: once each, without redelivery, in either encryption mode. A test can drop the next
 * deliveries, send each more than once, repeat a recorded one, or forge one.
 */
export class Deliveries {
  readonly sent: Delivery[] = [];
  #lose = 0;
  #copies = 1;
  #held: (() => void)[] | null = null;
  readonly #pending = new Set<Promise<void>>();

  /** The next `count` deliveries never arrive; without `count`, all until further notice. */
  lose(count = Infinity): void {
    this.#lose = count;
  }

  /** From now on each delivery arrives this many times. */
  get losing(): boolean {
    return this.#lose > 0;
  }

  repeat(copies: number): void {
    this.#copies = copies;
  }

  /** Holds deliveries until {@link release}. */
  hold(): void {
    this.#held ??= [];
  }

  /** Sends the held deliveries. */
  release(order: ReleaseOrder = "newest first"): void {
    const held = this.#held ?? [];
    this.#held = null;
    for (const send of order === "newest first" ? held.toReversed() : held) send();
  }

  /** Waits until every delivery in progress is answered or failed. */
  async settled(): Promise<void> {
    while (this.#pending.size > 0) await Promise.all(this.#pending);
  }

  /** Sends to one hook. The returned promise never rejects; {@link settled} also waits for it. */
  send(hook: Hook, message: Message, settings: Settings): Promise<void> {
    const delivery = prepare(hook, message, settings);
    this.sent.push(delivery);
    if (this.#lose > 0) {
      this.#lose -= 1;
      return Promise.resolve();
    }
    const held = this.#held;
    if (held !== null)
      return new Promise((resolve) => {
        held.push(() => void this.#deliver(hook, delivery).then(resolve));
      });
    return this.#deliver(hook, delivery);
  }

  #deliver(hook: Hook, delivery: Delivery): Promise<void> {
    return this.#track(async () => {
      for (let copy = 0; copy < this.#copies; copy += 1) await post(delivery);
      hook.resultCode = delivery.status;
      hook.result = delivery.status === null ? "no answer" : "";
    });
  }

  /** Sends the same bytes and headers once more, as anybody who has seen them could. */
  async again(delivery: Delivery): Promise<number | null> {
    const copy = { ...delivery, status: null };
    await this.#track(() => post(copy));
    return copy.status;
  }

  async #track(work: () => Promise<void>): Promise<void> {
    const running = work();
    this.#pending.add(running);
    try {
      await running;
    } finally {
      this.#pending.delete(running);
    }
  }
}

/** A delivery from `hook` with a token that its receiver accepts. */
export function prepare(
  hook: Hook,
  { event, content, ping = false, at = new Date() }: Message,
  settings: Settings,
): Delivery {
  const timestamp = String(at.getTime());
  const signed = hook.encryption === "signature";
  const signature = signatureOf(hook.password, timestamp);
  const spelled = settings.signature === "raw" ? signature : encodeURIComponent(signature);
  const token = signed ? spelled : hook.password;
  const name =
    event === "Check Run Hook"
      ? settings.checkEvent
      : settings.eventNames === "spaced"
        ? event
        : UNDERSCORED[event];
  const body = JSON.stringify({
    ...content,
    hook_id: hook.id,
    hook_name: UNDERSCORED[event],
    hook_url: hook.url,
    timestamp,
    sign: signed ? token : "",
    password: signed ? "" : hook.password,
  });
  const headers: Record<string, string> = {
    "Content-Type": "application/json",
    "User-Agent": "git-oschina-hook",
    ...(name === null ? {} : { "X-Gitee-Event": name, "X-Git-Oschina-Event": name }),
    "X-Gitee-Timestamp": timestamp,
    "X-Gitee-Token": token,
    ...(ping ? { "X-Gitee-Ping": "true" } : {}),
  };
  return { url: hook.url, event, headers, body, status: null };
}

async function post(delivery: Delivery): Promise<void> {
  try {
    const response = await fetch(delivery.url, {
      method: "POST",
      headers: delivery.headers,
      body: delivery.body,
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    await response.arrayBuffer();
    delivery.status = response.status;
  } catch {
    // There is no answer in time: the real Gitee drops the delivery, and so does this one.
    delivery.status = null;
  }
}
