/**
 * The way to GitHub: Probot's app authentication and installation tokens, within the documented pace. No request
 * is repeated here: the queue is the only retry loop. Nothing is logged here: URLs and bodies hold logins.
 */
import { createPrivateKey } from "node:crypto";
import pino from "pino";
import { Probot, ProbotOctokit } from "probot";
import { z } from "zod";
import { Failure } from "../../error.ts";
import type { LimitLeft, ObserveCall } from "../../ports/host.ts";
import { failureOf, GraphQLProblem, graphQLFailure, graphQLLimit, isUntold } from "./failure.ts";
import { graphQLBody } from "./graphql-body.ts";
import { createPace, DOCUMENTED_LIMITS, OverPace, type Limits, type Pause } from "./pace.ts";
import { observed } from "./observed.ts";
import type { GitHubServer } from "./server.ts";

export interface GitHubConfig {
  readonly appId: number;
  /** PEM. */
  readonly privateKey: string;
  readonly webhookSecret: string;
  readonly server: GitHubServer;
  readonly limits?: Limits;
  /** Told of every call; token renewals aside. */
  readonly observe?: ObserveCall;
}

/** A GraphQL answer. A part that failed is null in `data` and has its problem. */
export interface GraphQLAnswer {
  readonly data: unknown;
  readonly problems: readonly GraphQLProblem[];
}

/** Null stands for the app itself, a number for one of its installations. */
export type Identity = number | null;

export interface GitHubClient {
  readonly appId: number;
  readonly server: GitHubServer;
  /**
   * @param route `METHOD /path/{with}/{names}`
   * @returns the body
   * @throws Failure for everything that the host refuses
   */
  rest(as: Identity, route: string, parameters?: Readonly<Record<string, unknown>>): Promise<unknown>;
  /** The same, for a list whose pages are found by a cursor. */
  page(
    as: Identity,
    route: string,
    parameters: Readonly<Record<string, unknown>>,
  ): Promise<{ readonly body: unknown; readonly cursor: string | null }>;
  /** @throws Failure when nothing was answered */
  graphql(as: Identity, query: string, variables: Readonly<Record<string, unknown>>): Promise<GraphQLAnswer>;
  /**
   * Lends an Octokit to a package that needs one; paced like everything else.
   * @param what names the requests in failures, and nobody
   */
  run<Result>(as: Identity, what: string, use: (octokit: ProbotOctokit) => Promise<Result>): Promise<Result>;
  /** Installations to leave alone now, because of the host's limits. */
  paused(bulk?: boolean): readonly Pause[];
  /** What GitHub's latest answers said is left of its limits. */
  left(): readonly LimitLeft[];
  /** The same client for what pages show: its requests are kept to the pages' share of the limits. */
  readonly forPages: GitHubClient;
}

/** Longer than GitHub works on any request before it gives up by itself (10 seconds). */
const TIMEOUT = 30_000;

const GraphQLError = z.object({
  name: z.literal("GraphqlResponseError"),
  data: z.unknown(),
  errors: z.array(GraphQLProblem),
  headers: z.record(z.string(), z.union([z.string(), z.number()]).optional()),
});

/** The version of the REST API that is asked for. https://docs.github.com/rest/about-the-rest-api/api-versions */
const API_VERSION = "2022-11-28";

/**
 * @throws Failure `configuration` when the credentials can't be ones; whether GitHub accepts them shows at the
 * first request
 */
export async function connectGitHub(config: GitHubConfig): Promise<GitHubClient> {
  const { appId, server } = config;
  checkCredentials(config);
  const pace = createPace(config.limits ?? DOCUMENTED_LIMITS);
  const log = pino({ level: "silent" });
  const plain = { throttle: { enabled: false }, retry: { enabled: false } };
  // Asked to renew a token, Probot would turn to api.github.com, whatever the server.
  const { request } = new ProbotOctokit({ ...plain, baseUrl: server.apiUrl, log });
  const versioned = request.defaults({ headers: { "x-github-api-version": API_VERSION } });
  const probot = new Probot({
    appId,
    privateKey: config.privateKey,
    secret: config.webhookSecret,
    baseUrl: server.apiUrl,
    // By a function, because Probot lays its own pace of one write a second over plain options.
    Octokit: ProbotOctokit.defaults((options: { auth?: object }) => ({
      ...options,
      ...plain,
      auth: { ...options.auth, request: versioned },
    })),
    log,
  });
  // Probot swallows what goes wrong in its constructor; here it comes out.
  await probot.auth();

  const clientOf = (forPage: boolean): Omit<GitHubClient, "forPages"> => {
    const octokits = new Map<Identity, Promise<ProbotOctokit>>();
    const octokit = (as: Identity): Promise<ProbotOctokit> => {
      let known = octokits.get(as);
      if (known === undefined) octokits.set(as, (known = build(as)));
      return known;
    };
    const build = async (as: Identity): Promise<ProbotOctokit> => {
      const built = as === null ? await probot.auth() : await probot.auth(as);
      built.hook.wrap("request", (send, options) => {
        const { method, url: path } = options;
        options.headers["x-github-api-version"] = API_VERSION;
        return pace.run({ installation: as, method, path, forPage }, async () =>
          observed(config.observe, { method, path }, async () => {
            const answer = await send(options);
            return path.endsWith("/graphql") ? { ...answer, data: graphQLBody(answer.data) } : answer;
          }),
        );
      });
      return built;
    };

    /** Runs a request and turns what the host refuses into a failure. */
    const attempt = async <T>(as: Identity, route: string, request: () => Promise<T>): Promise<T> => {
      try {
        const answer = await request();
        pace.answered(as);
        return answer;
      } catch (error) {
        const failure = failureOf(error, route, Date.now());
        if (failure === null) throw error;
        // A request beyond the pages' share must not keep a check waiting.
        if (failure.code === "host-limit" && failure.retryAt !== null && !(failure instanceof OverPace))
          pace.pause(as, failure.retryAt);
        if (isUntold(failure)) throw new Failure("host-limit", undefined, { retryAt: pace.pause(as, null) });
        // A token keeps the permissions with which it was made, and a revoked one never comes back.
        if (failure.code === "permission-missing" || failure.code === "host-credentials")
          throw (await renewalFailure(as)) ?? failure;
        throw failure;
      }
    };
    /** Renews a token. @returns why there can be none any more: the installation is gone or suspended */
    const renewalFailure = async (as: Identity): Promise<Failure | null> => {
      if (as === null) return null;
      try {
        await (await octokit(as)).auth({ type: "installation", refresh: true });
        return null;
      } catch (error) {
        const failure = failureOf(
          error,
          "POST /app/installations/{installation_id}/access_tokens",
          Date.now(),
        );
        return failure?.code === "not-found" || failure?.code === "installation-suspended" ? failure : null;
      }
    };

    const send = async (as: Identity, route: string, parameters: Readonly<Record<string, unknown>>) =>
      attempt(as, route, async () => {
        const request = { signal: AbortSignal.timeout(TIMEOUT) };
        return (await octokit(as)).request(route, { ...parameters, request });
      });

    return {
      appId,
      server,
      run: (as, what, use) => attempt(as, what, async () => use(await octokit(as))),
      rest: async (as, route, parameters = {}) => (await send(as, route, parameters)).data as unknown,
      async page(as, route, parameters) {
        const { data, headers } = await send(as, route, parameters);
        return { body: data as unknown, cursor: cursorOf(headers.link) };
      },
      async graphql(as, query, variables) {
        return attempt(as, "POST /graphql", async () => {
          try {
            const request = { signal: AbortSignal.timeout(TIMEOUT) };
            const data: unknown = await (await octokit(as)).graphql(query, { ...variables, request });
            return { data, problems: [] };
          } catch (error) {
            const { data: partial } = GraphQLError.safeParse(error);
            if (partial === undefined) throw error;
            const { data, errors: problems, headers } = partial;
            const limited = graphQLLimit(problems, headers, Date.now());
            if (limited !== null) throw limited;
            if (data === null || data === undefined) throw graphQLFailure(problems);
            return { data, problems };
          }
        });
      },
      paused: (bulk) => pace.paused(bulk),
      left: () => pace.left(),
    };
  };
  const forPages: GitHubClient = {
    ...clientOf(true),
    get forPages() {
      return forPages;
    },
  };
  return { ...clientOf(false), forPages };
}

/** The cursor of the page that a `Link` header calls the next. */
function cursorOf(link: string | undefined): string | null {
  const [, url] = /<([^>]+)>;\s*rel="next"/.exec(link ?? "") ?? [];
  return url === undefined ? null : new URL(url).searchParams.get("cursor");
}

function checkCredentials({ appId, privateKey, webhookSecret }: GitHubConfig): void {
  if (!Number.isSafeInteger(appId) || appId < 1)
    throw new Failure("configuration", "APP_ID is not the number of a GitHub App");
  // Probot would take a word that everybody knows in its stead.
  if (webhookSecret === "")
    throw new Failure("configuration", "WEBHOOK_SECRET is empty: set the app's webhook secret");
  try {
    createPrivateKey(privateKey);
  } catch {
    throw new Failure("configuration", "PRIVATE_KEY is not a private key in PEM form");
  }
}
