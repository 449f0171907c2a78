import { createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import type { AddressInfo } from "node:net";
import { serve, type HttpBindings, type ServerType } from "@hono/node-server";
import { Hono } from "hono";
import { SignIns } from "./access/sign-ins.ts";
import { Tokens } from "./access/tokens.ts";
import type { Core, RequestListener, Violation } from "./core.ts";
import { serveGraphql } from "./graphql/serve.ts";
import { EVENTS, PERMISSIONS, type SimulatedGitHubOptions } from "./options.ts";
import { pages } from "./pages/serve.ts";
import { accessToken, authorize } from "./pages/sign-in.ts";
import type { App } from "./present/app.ts";
import { serveRest } from "./rest/serve.ts";
import type { Installation, InstallationSpec, Repository, RepositorySpec } from "./state/model.ts";
import type { User, UserSpec } from "./state/user.ts";
import { SimulatedWorld } from "./state/world.ts";
import { Faults, type Fault, type FaultOptions } from "./traffic/faults.ts";
import { Ledger, type Call, type CallSummary } from "./traffic/ledger.ts";
import { Limits } from "./traffic/limits.ts";
import { Deliveries } from "./webhooks/deliveries.ts";

export type { SimulatedGitHubOptions } from "./options.ts";

/**
 * A simulated GitHub on this machine, with the URLs of a GitHub Enterprise Server: REST under `/api/v3`, GraphQL at
 * `/api/graphql`, sign-in under `/login/oauth`, pages. It keeps users, repositories and pull requests, sends the app
 * its webhooks, and refuses what GitHub refuses. It needs a free port and loses its state when it stops.
 */
export class SimulatedGitHub {
  readonly world: SimulatedWorld;
  readonly app: App;
  /** The app's private key in PEM; null if a public key was given. */
  readonly privateKey: string | null;
  readonly webhookSecret: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly tokens: Tokens;
  readonly deliveries: Deliveries;
  readonly faults = new Faults();
  readonly limits: Limits;
  /** Requests that GitHub would reject as invalid; a test may require that there are none. */
  readonly violations: Violation[] = [];
  readonly #ledger = new Ledger();
  readonly #listeners = new Set<RequestListener>();
  readonly #core: Core;
  #server: ServerType | null = null;
  #port: number;

  private constructor(options: SimulatedGitHubOptions) {
    const now = options.now ?? (() => new Date());
    const slug = options.slug ?? "countersign";
    const permissions = options.permissions ?? PERMISSIONS;
    this.clientId = options.clientId ?? "Iv1.simulated";
    this.clientSecret = options.clientSecret ?? "simulated-client-secret";
    this.webhookSecret = options.webhookSecret ?? "simulated-webhook-secret";
    const events = options.events ?? EVENTS;
    this.app = { id: options.appId ?? 1234, slug, clientId: this.clientId, permissions, events };
    const key = this.#keys(options.publicKey);
    this.privateKey = key.privateKey;
    this.world = new SimulatedWorld({ now, botLogin: `${slug}[bot]`, permissions });
    this.tokens = new Tokens(this.app, this.clientSecret, key.publicKey, now);
    this.limits = new Limits(() => now().getTime());
    this.#port = options.port ?? 0;
    const site = () => ({ api: `${this.url}/api/v3`, web: this.url });
    const { world, app, tokens, faults, limits, violations, clientId, clientSecret } = this;
    this.deliveries = new Deliveries(
      { secret: this.webhookSecret, url: options.webhookUrl ?? null },
      { site, app, world },
    );
    world.announce = (event) => this.deliveries.announce(event);
    this.#core = {
      world,
      app,
      site,
      tokens,
      signIns: new SignIns({ clientId, clientSecret, callbackUrl: options.callbackUrl ?? null, tokens, now }),
      deliveries: this.deliveries,
      ledger: this.#ledger,
      limits,
      faults,
      violations,
      listeners: this.#listeners,
    };
  }

  /** Listens on the loopback address. */
  static async start(options: SimulatedGitHubOptions = {}): Promise<SimulatedGitHub> {
    const github = new SimulatedGitHub(options);
    await github.#listen();
    return github;
  }

  #keys(publicKey: string | undefined): { publicKey: KeyObject; privateKey: string | null } {
    if (publicKey !== undefined) return { publicKey: createPublicKey(publicKey), privateKey: null };
    const pair = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const privateKey = pair.privateKey.export({ type: "pkcs1", format: "pem" }).toString();
    return { publicKey: pair.publicKey, privateKey };
  }

  get host(): string {
    return `127.0.0.1:${this.#port}`;
  }

  get url(): string {
    return `http://${this.host}`;
  }

  async #listen(): Promise<void> {
    const web = new Hono<{ Bindings: HttpBindings }>();
    const cut = (incoming: HttpBindings["incoming"]) => {
      incoming.socket.destroy();
      return new Response(null, { status: 502 });
    };
    web.post("/api/graphql", async (c) => (await serveGraphql(this.#core, c.req.raw)) ?? cut(c.env.incoming));
    web.all("/api/v3/*", async (c) => (await serveRest(this.#core, c.req.raw)) ?? cut(c.env.incoming));
    web.on(["GET", "POST"], "/login/oauth/authorize", authorize(this.#core));
    const exchange = accessToken(this.#core);
    web.post("/login/oauth/access_token", async (c) => (await exchange(c)) ?? cut(c.env.incoming));
    web.route("/", pages(this.#core));
    await new Promise<void>((resolve) => {
      this.#server = serve(
        {
          fetch: web.fetch,
          hostname: "127.0.0.1",
          port: this.#port,
          // After a stall of this process longer than that, the next request would be sent on a connection that is closed.
          serverOptions: { keepAliveTimeout: 0 },
        },
        (info: AddressInfo) => {
          this.#port = info.port;
          resolve();
        },
      );
    });
  }

  async #close(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    if (!server) return;
    if ("closeAllConnections" in server) server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  async stop(): Promise<void> {
    await this.#close();
    await this.deliveries.settled();
  }

  /** Refuses every connection, like a host that is down; {@link SimulatedGitHub.comeUp} ends it. */
  goDown(): Promise<void> {
    return this.#close();
  }

  comeUp(): Promise<void> {
    return this.#listen();
  }

  user(spec: UserSpec): User {
    return this.world.user(spec);
  }

  organization(spec: Omit<UserSpec, "type">): User {
    return this.world.user({ ...spec, type: "Organization" });
  }

  repository(spec: RepositorySpec): Repository {
    return this.world.repository(spec);
  }

  install(spec: InstallationSpec): Installation {
    return this.world.install(spec);
  }

  installationFor(repository: Repository): Installation | undefined {
    return this.world.installationFor(repository);
  }

  deleteUser(user: User): void {
    this.world.deleteUser(user);
  }

  renameUser(user: User, login: string): void {
    this.world.renameUser(user, login);
  }

  set webhookUrl(url: string | null) {
    this.deliveries.hook.url = url;
  }

  get webhookUrl(): string | null {
    return this.deliveries.hook.url;
  }

  /** true: deliveries fail and appear in the app's list; `without a trace`: they are not listed either. */
  set loseDeliveries(lose: boolean | "without a trace") {
    this.deliveries.lose = lose;
  }

  get loseDeliveries(): boolean | "without a trace" {
    return this.deliveries.lose;
  }

  /** Makes the next calls fail. */
  fail(fault: Fault, options?: FaultOptions): { readonly left: number } {
    return this.faults.add(fault, options);
  }

  /** Every call so far, oldest first. */
  get requests(): readonly Call[] {
    return this.#ledger.calls;
  }

  /** Reads and writes so far, without token renewals and sign-ins. */
  calls(): CallSummary {
    return this.#ledger.summary();
  }

  resetCalls(): void {
    this.#ledger.reset();
  }

  /** Calls `listener` before each call is answered, and waits for it. @returns a function that ends this */
  onRequest(listener: RequestListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
