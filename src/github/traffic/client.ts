/**
 * All requests to GitHub: Probot's app authentication and installation tokens, within the documented limits. It repeats
 * no request: the queue is the only retry loop. It logs nothing: URLs and bodies contain logins.
 */
import { createPrivateKey } from "node:crypto";
import type { ProbotOctokit } from "probot";
import { z } from "zod";
import { Failure } from "../../error.ts";
import type { ConfirmWrite, LimitLeft, ObserveCall } from "../../ports/host.ts";
import { shortMemory } from "../../ports/short-memory.ts";
import type { Spending } from "../../ports/spending.ts";
import type { AppCredentials, Identity, openApp } from "./app.ts";
import { failureOf, GraphQLProblem, graphQLFailure, graphQLLimit, isUntold } from "./failure.ts";
import { graphQLBody } from "./graphql-body.ts";
import { DOCUMENTED_LIMITS, type Limits } from "./limits.ts";
import { createPace, OverPace, type Pause } from "./pace.ts";
import { observed } from "./observed.ts";
import { API_VERSION, type GitHubServer } from "./server.ts";

export type { Identity } from "./app.ts";

export interface GitHubConfig extends AppCredentials {
  readonly limits?: Limits;
  /** What all processes spent of the limits; if omitted, only this one counts. */
  readonly spending?: Spending | undefined;
  /** How many processes run now; 1 if omitted. */
  readonly sharers?: () => number;
  /** Called after every call except token renewals. */
  readonly observe?: ObserveCall;
  /** Milliseconds since the epoch; the machine's clock if omitted. */
  readonly now?: () => number;
}

/** A GraphQL answer. A failed part is null in `data` and has an entry in `problems`. */
export interface GraphQLAnswer {
  readonly data: unknown;
  readonly problems: readonly GraphQLProblem[];
}

export interface GitHubClient {
  readonly appId: number;
  readonly server: GitHubServer;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /**
   * @param route `METHOD /path/{with}/{names}`
   * @param confirm called directly before the request is sent
   * @returns the body
   * @throws Failure for every refusal of the host
   */
  rest(
    as: Identity,
    route: string,
    parameters?: Readonly<Record<string, unknown>>,
    confirm?: ConfirmWrite,
  ): Promise<unknown>;
  /** The same for a list with cursor pagination. */
  page(
    as: Identity,
    route: string,
    parameters: Readonly<Record<string, unknown>>,
  ): Promise<{ readonly body: unknown; readonly cursor: string | null }>;
  /**
   * @param confirm as above
   * @throws Failure when there is no answer
   */
  graphql(
    as: Identity,
    query: string,
    variables: Readonly<Record<string, unknown>>,
    confirm?: ConfirmWrite,
  ): Promise<GraphQLAnswer>;
  /**
   * Runs a function with an Octokit for a package that needs one; its requests are paced like all others.
   * @param what describes the requests in failures; contains no names
   */
  run<Result>(as: Identity, what: string, use: (octokit: ProbotOctokit) => Promise<Result>): Promise<Result>;
  /** Installations that get no requests now, because of the host's limits. */
  paused(bulk?: boolean): readonly Pause[];
  /** No comment about this waits anymore, see {@link ConfirmWrite.about}: others may have its turn. */
  giveTurnBack(as: Identity, about: string): void;
  /** The remaining calls according to GitHub's latest answers. */
  left(): readonly LimitLeft[];
  /** The same client for pages: its requests are limited to the pages' share of the limits. */
  readonly forPages: GitHubClient;
}

/** Longer than the 10 seconds after which GitHub itself gives up on a request. */
const TIMEOUT = 30_000;

const GraphQLError = z.object({
  name: z.literal("GraphqlResponseError"),
  data: z.unknown(),
  errors: z.array(GraphQLProblem),
  headers: z.record(z.string(), z.union([z.string(), z.number()]).optional()),
});

/**
 * How many installations' Octokits are kept, and for how long, in milliseconds. A new one costs no request: Probot
 * remembers the tokens.
 */
const OCTOKITS = { most: 100, lifeMs: 3_600_000 };

/**
 * @throws Failure `configuration` when the credentials are malformed; only the first request shows whether GitHub
 * accepts them
 */
export function connectGitHub(config: GitHubConfig): GitHubClient {
  const { appId, server, now = Date.now } = config;
  checkCredentials(config);
  const pace = createPace(config.limits ?? DOCUMENTED_LIMITS, now, {
    spending: config.spending,
    sharers: config.sharers,
  });
  let app: Promise<ReturnType<typeof openApp>> | null = null;

  const clientOf = (forPage: boolean): Omit<GitHubClient, "forPages"> => {
    const octokits = shortMemory<Promise<ProbotOctokit>>({ ...OCTOKITS, now });
    const octokit = (as: Identity): Promise<ProbotOctokit> => {
      const known = octokits.find(String(as));
      if (known !== undefined) return known;
      const built = build(as);
      octokits.keep(String(as), built);
      return built;
    };
    const build = async (as: Identity): Promise<ProbotOctokit> => {
      app ??= import("./app.ts").then((loaded) => loaded.openApp(config));
      const built = await (await app)(as);
      built.hook.wrap("request", (send, options) => {
        const { method, url: path } = options;
        options.headers["x-github-api-version"] = API_VERSION;
        // Octokit renews a token within the request that needs it. A second place for it may never be free: each may be
        // held by a request that waits for a token.
        if (path.endsWith("/access_tokens")) return send(options);
        const { confirm } = options.request as { readonly confirm?: ConfirmWrite };
        const { bulk = false, about } = confirm ?? {};
        return pace.run({ installation: as, method, path, forPage, bulk, about }, async () => {
          await confirm?.();
          return observed(config.observe, { method, path }, async () => {
            const answer = await send(options);
            return path.endsWith("/graphql") ? { ...answer, data: graphQLBody(answer.data) } : answer;
          });
        });
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
        const failure = failureOf(error, route, now());
        if (failure === null) throw error;
        // A page's request beyond the pages' share must not delay a check.
        if (failure.code === "host-limit" && !(failure instanceof OverPace)) {
          const retryAt = pace.pause(as, isUntold(failure) ? null : failure.retryAt, route);
          throw new Failure("host-limit", undefined, { retryAt });
        }
        // A token keeps its original permissions, and a revoked token never works again.
        if (failure.code === "permission-missing" || failure.code === "host-credentials")
          throw (await renewalFailure(as)) ?? failure;
        throw failure;
      }
    };
    /** Renews a token. @returns why no token is possible anymore: the installation is gone or suspended */
    const renewalFailure = async (as: Identity): Promise<Failure | null> => {
      if (as === null) return null;
      try {
        await (await octokit(as)).auth({ type: "installation", refresh: true });
        return null;
      } catch (error) {
        const failure = failureOf(error, "POST /app/installations/{installation_id}/access_tokens", now());
        return failure?.code === "not-found" || failure?.code === "installation-suspended" ? failure : null;
      }
    };

    const send = async (
      as: Identity,
      route: string,
      parameters: Readonly<Record<string, unknown>>,
      confirm?: ConfirmWrite,
    ) =>
      attempt(as, route, async () => {
        const request = { signal: AbortSignal.timeout(TIMEOUT), confirm };
        return (await octokit(as)).request(route, { ...parameters, request });
      });

    return {
      appId,
      server,
      now,
      run: (as, what, use) => attempt(as, what, async () => use(await octokit(as))),
      rest: async (as, route, parameters = {}, confirm) =>
        (await send(as, route, parameters, confirm)).data as unknown,
      async page(as, route, parameters) {
        const { data, headers } = await send(as, route, parameters);
        return { body: data as unknown, cursor: cursorOf(headers.link) };
      },
      async graphql(as, query, variables, confirm) {
        return attempt(as, "POST /graphql", async () => {
          try {
            const request = { signal: AbortSignal.timeout(TIMEOUT), confirm };
            const data: unknown = await (await octokit(as)).graphql(query, { ...variables, request });
            return { data, problems: [] };
          } catch (error) {
            const { data: partial } = GraphQLError.safeParse(error);
            if (partial === undefined) throw error;
            const { data, errors: problems, headers } = partial;
            const limited = graphQLLimit(problems, headers, now());
            if (limited !== null) throw limited;
            if (data === null || data === undefined) throw graphQLFailure(problems);
            return { data, problems };
          }
        });
      },
      paused: (bulk) => pace.paused(bulk),
      giveTurnBack: (as, about) => pace.giveTurnBack(as, about),
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

/** The cursor of the next page in a `Link` header. */
export function cursorOf(link: string | undefined): string | null {
  const [, url] = /<([^<>]+)>;\s*rel="next"/.exec(link ?? "") ?? [];
  return url === undefined ? null : new URL(url).searchParams.get("cursor");
}

function checkCredentials({ appId, privateKey, webhookSecret }: GitHubConfig): void {
  if (!Number.isSafeInteger(appId) || appId < 1)
    throw new Failure("configuration", "APP_ID is not the number of a GitHub App");
  // Without a secret, Probot would use a publicly known default.
  if (webhookSecret === "")
    throw new Failure("configuration", "WEBHOOK_SECRET is empty: set the app's webhook secret");
  try {
    createPrivateKey(privateKey);
  } catch {
    throw new Failure(
      "configuration",
      "PRIVATE_KEY is not a complete private key in PEM form: set it to the file from GitHub; quotes, blanks and \\n do not matter",
    );
  }
}
