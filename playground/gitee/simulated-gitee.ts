import { randomBytes } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { ALL_SCOPES } from "./access/bearer.ts";
import { createApp } from "./app.ts";
import { SimulatedRepository } from "./repository.ts";
import type { RepositorySpec, SimulatedGiteeOptions, UserSpec } from "./options.ts";
import type { Enterprise, Organization, User } from "./state/records.ts";
import { addHook, createRepository, newHook, type HookSpec } from "./state/repository-actions.ts";
import type { Settings } from "./state/settings.ts";
import { World } from "./state/world.ts";
import { Gate, type Failure, type SeenRequest } from "./traffic/gate.ts";
import {
  Deliveries,
  prepare,
  type Delivery,
  type EventName,
  type ReleaseOrder,
} from "./webhooks/deliveries.ts";

/**
 * A simulated Gitee on loopback over real HTTP: API v5, OAuth, webhooks and web pages. It keeps state, counts requests,
 * and fails on demand. Tests and the playground control it by these methods.
 */
export class SimulatedGitee {
  readonly world: World;
  /** The account of `token`. */
  readonly bot: User;
  readonly #gate = new Gate();
  readonly #server: Server;
  readonly #options: SimulatedGiteeOptions;
  #webhookUrl: string | undefined;

  /** @throws when the port is in use */
  static async start(options: SimulatedGiteeOptions): Promise<SimulatedGitee> {
    const gitee = new SimulatedGitee(options);
    await new Promise<void>((resolve, reject) => {
      gitee.#server.once("error", reject);
      gitee.#server.listen(options.port ?? 0, "127.0.0.1", resolve);
    });
    const { port } = gitee.#server.address() as AddressInfo;
    gitee.world.url = `http://127.0.0.1:${port}`;
    return gitee;
  }

  private constructor(options: SimulatedGiteeOptions) {
    this.#options = options;
    this.#webhookUrl = options.webhookUrl;
    this.world = new World(new Deliveries());
    Object.assign(this.world.settings, options.settings);
    this.bot = this.user({ login: options.botLogin ?? "countersign-bot", name: "Countersign" });
    this.world.bot = this.bot;
    this.world.grants.set(options.token, { user: this.bot, scopes: ALL_SCOPES });
    const listener = getRequestListener(createApp(this.world, options).fetch, {
      overrideGlobalObjects: false,
    });
    this.#server = createServer((request, response) => {
      this.#gate
        .admit(request, response)
        .then((admitted) => (admitted ? listener(request, response) : undefined))
        .catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
    });
    // After a stall of this process longer than that, the next request would be sent on a connection that is closed.
    this.#server.keepAliveTimeout = 0;
  }

  async stop(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
    await this.settled();
  }

  /** For `GITEE_URL`. */
  get url(): string {
    return this.world.url;
  }

  /** Settings for observed differences of the real Gitee; they can be changed at any time. */
  get settings(): Settings {
    return this.world.settings;
  }

  user(spec: UserSpec): User {
    const user: User = {
      id: spec.id ?? this.world.nextId(),
      login: spec.login,
      name: spec.name ?? spec.login,
      emails: spec.emails ?? [`${spec.login}@example.com`],
    };
    this.world.users.push(user);
    return user;
  }

  /** Deletes the account; somebody else may take its login, with a new number. */
  deleteUser(user: User): void {
    this.world.users.splice(this.world.users.indexOf(user), 1);
  }

  /** A token of the user, by default with every scope. */
  tokenOf(user: User, scopes: Iterable<string> = ALL_SCOPES): string {
    const token = randomBytes(16).toString("hex");
    this.world.grants.set(token, { user, scopes: new Set(scopes) });
    return token;
  }

  organization(spec: { login: string; name?: string; admins?: User[]; members?: User[] }): Organization {
    const members = new Map<User, "admin" | "member">();
    for (const user of spec.members ?? []) members.set(user, "member");
    for (const user of spec.admins ?? []) members.set(user, "admin");
    const id = this.world.nextId();
    const organization = { id, login: spec.login, name: spec.name ?? spec.login, members };
    this.world.organizations.push(organization);
    return organization;
  }

  enterprise(spec: { path: string; name?: string }): Enterprise {
    const enterprise = { id: this.world.nextId(), path: spec.path, name: spec.name ?? spec.path };
    this.world.enterprises.push(enterprise);
    return enterprise;
  }

  /** A repository, by default with the bot as administrator and the webhook. */
  repository(spec: RepositorySpec): SimulatedRepository {
    const owner = typeof spec.owner === "string" ? this.#ownerByLogin(spec.owner) : spec.owner;
    const record = createRepository(this.world, { ...spec, owner });
    if (spec.bot !== null) record.collaborators.set(this.bot, spec.bot ?? "admin");
    if (spec.hook !== false && this.#webhookUrl !== undefined)
      addHook(this.world, record, this.#hookSpec(this.#webhookUrl));
    return new SimulatedRepository(this.world, record);
  }

  #ownerByLogin(login: string): User | Organization {
    return (
      this.world.userByLogin(login) ?? this.world.organizationByLogin(login) ?? this.organization({ login })
    );
  }

  get webhookUrl(): string | undefined {
    return this.#webhookUrl;
  }

  /** Points the webhook of every existing and future repository there. Forks have none. */
  set webhookUrl(url: string) {
    const before = this.#webhookUrl;
    this.#webhookUrl = url;
    for (const repository of this.world.repositories.filter(({ fork }) => fork === null)) {
      const hook = repository.hooks.find((each) => each.url === before);
      if (hook === undefined) addHook(this.world, repository, this.#hookSpec(url));
      else hook.url = url;
    }
  }

  #hookSpec(url: string): HookSpec {
    const { webhookSecret: password, encryption = "signature" } = this.#options;
    return { url, encryption, password };
  }

  /** All deliveries so far, including lost ones. */
  get deliveries(): readonly Delivery[] {
    return this.world.deliveries.sent;
  }

  /** Waits until every delivery in progress is answered. */
  async settled(): Promise<void> {
    await this.world.deliveries.settled();
  }

  /** The next `count` deliveries never arrive; without `count`, all until it is called with 0. */
  loseDeliveries(count = Infinity): void {
    this.world.deliveries.lose(count);
  }

  /** Whether the next delivery is lost. */
  get losesDeliveries(): boolean {
    return this.world.deliveries.losing;
  }

  /** Holds deliveries until {@link releaseDeliveries}. */
  holdDeliveries(): void {
    this.world.deliveries.hold();
  }

  /** Sends the held deliveries. */
  releaseDeliveries(order?: ReleaseOrder): void {
    this.world.deliveries.release(order);
  }

  /** Requests and deliveries work normally again. */
  clearFaults(): void {
    this.#gate.clear();
    this.world.deliveries.lose(0);
    this.world.deliveries.repeat(1);
    this.world.deliveries.release();
  }

  /** From now on each delivery arrives `copies` times. */
  repeatDeliveries(copies: number): void {
    this.world.deliveries.repeat(copies);
  }

  /** Sends the same bytes once more. Returns the answer's status, or null without an answer. */
  async redeliver(delivery: Delivery): Promise<number | null> {
    return this.world.deliveries.again(delivery);
  }

  /**
   * Sends any body with a valid token, because Gitee's token does not cover the body. Returns the answer's status.
   * @param at the timestamp; default: now
   */
  async forge(event: EventName, content: Record<string, unknown>, at = new Date()): Promise<number | null> {
    if (this.#webhookUrl === undefined) throw new Error("webhookUrl is not set");
    const hook = newHook(this.world, this.#hookSpec(this.#webhookUrl));
    return this.redeliver(prepare(hook, { event, content, at }, this.settings));
  }

  /** All requests to the API and to the token endpoint. */
  get requests(): readonly SeenRequest[] {
    return this.#gate.requests;
  }

  /** `METHOD /path` of each request with its token in the URL. */
  get violations(): readonly string[] {
    return this.#gate.violations;
  }

  /** The number of API requests since the start or {@link resetCalls}. */
  calls(): { reads: number; writes: number } {
    const api = this.#gate.requests.filter(({ path }) => path.startsWith("/api/v5/"));
    const reads = api.filter(({ method }) => method === "GET").length;
    return { reads, writes: api.length - reads };
  }

  resetCalls(): void {
    this.#gate.requests.length = 0;
  }

  /** Calls `listener` before each request is handled. Returns a function that ends this. */
  onRequest(listener: (request: SeenRequest) => void | Promise<void>): () => void {
    return this.#gate.listen(listener);
  }

  /** The next requests fail this way, e.g. `{status: 502, body: "<html>", times: 3}`. */
  fail(failure: Failure): { readonly times: number } {
    return this.#gate.fail(failure);
  }

  /** The next requests are disconnected without an answer. */
  resetConnections(times = 1): void {
    this.#gate.reset(times);
  }

  /** The next requests whose `METHOD /path` matches take effect, but their answers are lost. */
  loseAnswers(match: RegExp, times = 1): void {
    this.#gate.loseAnswers(match, times);
  }

  /** After `limit` more requests all are refused; null removes the limit. */
  limitRequests(limit: number | null, status: 403 | 429 = 403): void {
    this.#gate.limit(limit, status);
  }

  /** Each answer takes this many milliseconds longer. */
  get latency(): number {
    return this.#gate.latency;
  }

  set latency(milliseconds: number) {
    this.#gate.latency = milliseconds;
  }

  /** While true, there are no answers. */
  set down(down: boolean) {
    this.#gate.down = down;
    if (down) this.#server.closeAllConnections();
  }
}
