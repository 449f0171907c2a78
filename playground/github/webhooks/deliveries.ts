import { allows } from "../access/principal.ts";
import type { App } from "../present/app.ts";
import type { Site } from "../present/site.ts";
import type { Installation, World, WorldEvent } from "../state/model.ts";
import { attempt, headersFor, newGuid, type Delivery } from "./delivery.ts";
import { payloadFor, repositoryOf } from "./payload.ts";

export interface HookSettings {
  secret: string;
  /** The bot's URL; null if there is none, which fails every delivery. */
  url: string | null;
}

interface Draft {
  event: string;
  payload: Record<string, unknown>;
  installationId: number | null;
  repositoryId: number | null;
}

/**
 * The permissions, of which an installation needs one to receive an event.
 * docs.github.com/webhooks/webhook-events-and-payloads
 */
const NEEDS: Readonly<Record<string, readonly string[]>> = {
  pull_request: ["pull_requests"],
  issue_comment: ["issues", "pull_requests"],
  merge_group: ["merge_queues"],
  push: ["contents"],
  check_run: ["checks"],
  check_suite: ["checks"],
};

/** Events that GitHub sends to every app, whatever its subscriptions. */
const ALWAYS = new Set(["installation", "installation_repositories"]);

/**
 * Sends the app its webhooks and keeps the log that `GET /app/hook/deliveries` shows. Each is sent immediately and
 * independently, as on GitHub, so two may overtake each other; {@link Deliveries.settled} waits for all.
 */
export class Deliveries {
  /** All attempts, oldest first. */
  readonly log: Delivery[] = [];
  readonly hook: HookSettings;
  /** true: deliveries fail and appear in the log; `without a trace`: they are not logged either. */
  lose: boolean | "without a trace" = false;
  /** How many times each delivery is sent. */
  copies = 1;
  readonly #context: { site: () => Site; app: App; world: World };
  readonly #underway = new Set<Promise<void>>();
  #held: Delivery[] | null = null;
  #nextId = 1_200_001;

  constructor(hook: HookSettings, context: { site: () => Site; app: App; world: World }) {
    this.hook = hook;
    this.#context = context;
  }

  /** Notifies the installations that an event concerns. */
  announce(event: WorldEvent): void {
    const { site, app, world } = this.#context;
    if (!ALWAYS.has(event.name) && !app.events.includes(event.name)) return;
    const repository = repositoryOf(event);
    for (const installation of this.#concerned(event)) {
      const payload = payloadFor({ site: site(), app, world }, event, installation);
      this.send({
        event: event.name,
        payload,
        installationId: installation.id,
        repositoryId: repository?.id ?? null,
      });
    }
  }

  #concerned(event: WorldEvent): Installation[] {
    if (event.name === "installation" || event.name === "installation_repositories")
      return [event.installation];
    const repository = repositoryOf(event);
    const installation = repository && this.#context.world.installationFor(repository);
    if (!installation || installation.suspendedAt) return [];
    const needs = NEEDS[event.name] ?? [];
    const held = ({ permissions }: Installation) => needs.some((name) => allows(permissions, name, "read"));
    return needs.length === 0 || held(installation) ? [installation] : [];
  }

  send(draft: Draft): void {
    if (this.lose === "without a trace") return;
    for (let copy = 0; copy < this.copies; copy++) this.#queue(this.#compose(draft));
  }

  /** Sends the given bytes with a wrong signature, unless `headers` contain another. */
  async forge(event: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
    const { hook } = this;
    if (!hook.url) throw new Error("there is no webhook URL to send to");
    const bytes = typeof body === "string" ? body : JSON.stringify(body);
    const signed = headersFor(event, newGuid(), bytes, `not ${hook.secret}`, this.#context.app.id);
    return fetch(hook.url, { method: "POST", headers: { ...signed, ...headers }, body: bytes });
  }

  /** Sends a delivery of the log again, as the app or its owner can request. */
  redeliver(delivery: Delivery): Promise<void> {
    const again: Delivery = {
      ...delivery,
      id: this.#nextId++,
      redelivery: true,
      deliveredAt: this.#context.world.now(),
      url: this.hook.url ?? "",
    };
    this.#queue(again);
    return this.settled();
  }

  /** Holds deliveries until {@link release}. */
  hold(): void {
    this.#held ??= [];
  }

  /** Sends the held deliveries in the order of `arrange`; e.g. `(held) => held.toReversed()`. */
  release(arrange: (held: Delivery[]) => Delivery[] = (held) => held): void {
    const held = this.#held ?? [];
    this.#held = null;
    for (const delivery of arrange(held)) this.#send(delivery);
  }

  /** Resolves when every delivery is answered or has failed. */
  async settled(): Promise<void> {
    while (this.#underway.size > 0) await Promise.all(this.#underway);
  }

  #compose({ event, payload, installationId, repositoryId }: Draft): Delivery {
    const guid = newGuid();
    const bytes = JSON.stringify(payload);
    return {
      id: this.#nextId++,
      guid,
      event,
      action: typeof payload["action"] === "string" ? payload["action"] : null,
      installationId,
      repositoryId,
      deliveredAt: this.#context.world.now(),
      redelivery: false,
      durationSeconds: 0,
      status: "pending",
      statusCode: 0,
      request: {
        headers: headersFor(event, guid, bytes, this.hook.secret, this.#context.app.id),
        bytes,
      },
      response: { headers: {}, payload: "" },
      url: this.hook.url ?? "",
    };
  }

  #queue(delivery: Delivery): void {
    if (this.#held) this.#held.push(delivery);
    else this.#send(delivery);
  }

  #send(delivery: Delivery): void {
    this.log.push(delivery);
    if (this.lose || !this.hook.url) {
      delivery.status = "failed to connect to host";
      delivery.statusCode = 502;
      return;
    }
    const sending = attempt(delivery).finally(() => this.#underway.delete(sending));
    this.#underway.add(sending);
  }
}
