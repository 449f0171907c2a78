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
import { Deliveries, prepare, type Delivery, type EventName } from "./webhooks/deliveries.ts";

/**
 * A Gitee of one's own, on loopback over real HTTP: API v5, OAuth, webhooks, and pages to look at. It keeps state,
 * counts what is asked of it, and fails where it is told to. Tests and the playground drive it by the verbs here.
 */
export class SimulatedGitee {
  readonly world: World;
  /** The account behind `token`. */
  readonly bot: User;
  readonly #gate = new Gate();
  readonly #server: Server;
  readonly #options: SimulatedGiteeOptions;
  #webhookUrl: string | undefined;

  /** @throws when the port is taken */
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

  /** Switches for what the real one was seen to do differently; they may be changed at any time. */
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

  /** The account is gone; somebody else may take its login, under another number. */
  deleteUser(user: User): void {
    this.world.users.splice(this.world.users.indexOf(user), 1);
  }

  /** A token of the user's own, with every scope unless said otherwise. */
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

  /** A repository with the bot as its administrator and the webhook in place, unless said otherwise. */
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

  /** Points the webhook of every repository there, and of those to come. Forks have none. */
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

  /** Everything sent to webhooks so far, lost deliveries included. */
  get deliveries(): readonly Delivery[] {
    return this.world.deliveries.sent;
  }

  /** Waits until each delivery under way was answered. */
  async settled(): Promise<void> {
    await this.world.deliveries.settled();
  }

  /** The next `count` deliveries never arrive; all, until called with 0, when it is left out. */
  loseDeliveries(count = Infinity): void {
    this.world.deliveries.lose(count);
  }

  /** Keeps deliveries back until {@link releaseDeliveries}. */
  holdDeliveries(): void {
    this.world.deliveries.hold();
  }

  /** Sends what was held, the newest first. */
  releaseDeliveries(): void {
    this.world.deliveries.release();
  }

  /** Requests and deliveries go as they should again. */
  clearFaults(): void {
    this.#gate.clear();
    this.world.deliveries.lose(0);
    this.world.deliveries.repeat(1);
    this.world.deliveries.release();
  }

  /** Each delivery arrives `copies` times from now on. */
  repeatDeliveries(copies: number): void {
    this.world.deliveries.repeat(copies);
  }

  /** Sends the same bytes once more. Returns the status it was answered with, null for none. */
  async redeliver(delivery: Delivery): Promise<number | null> {
    return this.world.deliveries.again(delivery);
  }

  /**
   * Sends any body with a token that is right, since Gitee's covers no byte of the body. Returns the answer's status.
   * @param at what the timestamp says; default: now
   */
  async forge(event: EventName, content: Record<string, unknown>, at = new Date()): Promise<number | null> {
    if (this.#webhookUrl === undefined) throw new Error("webhookUrl is not set");
    const hook = newHook(this.world, this.#hookSpec(this.#webhookUrl));
    return this.redeliver(prepare(hook, { event, content, at }, this.settings));
  }

  /** Every request to the API and to the token endpoint. */
  get requests(): readonly SeenRequest[] {
    return this.#gate.requests;
  }

  /** `METHOD /path` of each request that carried its token in the URL. */
  get violations(): readonly string[] {
    return this.#gate.violations;
  }

  /** How many API requests there were since the start or {@link resetCalls}. */
  calls(): { reads: number; writes: number } {
    const api = this.#gate.requests.filter(({ path }) => path.startsWith("/api/v5/"));
    const reads = api.filter(({ method }) => method === "GET").length;
    return { reads, writes: api.length - reads };
  }

  resetCalls(): void {
    this.#gate.requests.length = 0;
  }

  /** Acts between requests: `listener` runs before each is handled. Returns what ends that. */
  onRequest(listener: (request: SeenRequest) => void | Promise<void>): () => void {
    return this.#gate.listen(listener);
  }

  /** The next requests fail so, e.g. `{status: 502, body: "<html>", times: 3}`. */
  fail(failure: Failure): void {
    this.#gate.fail(failure);
  }

  /** The next requests lose their connection without an answer. */
  resetConnections(times = 1): void {
    this.#gate.reset(times);
  }

  /** The next requests whose `METHOD /path` matches take effect, and nobody hears of it. */
  loseAnswers(match: RegExp, times = 1): void {
    this.#gate.loseAnswers(match, times);
  }

  /** After `limit` more requests every one is refused; null lifts it. */
  limitRequests(limit: number | null, status: 403 | 429 = 403): void {
    this.#gate.limit(limit, status);
  }

  /** Each answer takes so many milliseconds longer. */
  set latency(milliseconds: number) {
    this.#gate.latency = milliseconds;
  }

  /** While true, nobody answers. */
  set down(down: boolean) {
    this.#gate.down = down;
    if (down) this.#server.closeAllConnections();
  }
}
