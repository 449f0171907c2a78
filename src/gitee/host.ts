import type { Account, Registered } from "../account.ts";
import { agreementFor, type Agreement } from "../records/agreement.ts";
import type { History, Host, LimitLeft } from "../ports/host.ts";
import { shortMemory } from "../ports/short-memory.ts";
import { giteeCapabilities } from "./capabilities.ts";
import { deliveryLog } from "./traffic/deliveries.ts";
import { giteeClient, type Client, type ClientOptions } from "./traffic/client.ts";
import { refusedCalls, repositoriesWithout } from "./read/pull/check-runs.ts";
import { readComment } from "./read/pull/comment.ts";
import { branchMemory } from "./read/branches.ts";
import { createDirectory, findRepository } from "./read/directory.ts";
import { diffOf, protectedCommit } from "./read/history.ts";
import { readMaintains, readMayRead } from "./read/maintains.ts";
import { listMemory, readMembers } from "./read/members.ts";
import { branchesRead, mergedCommits } from "./read/merged.ts";
import { openPulls } from "./read/open.ts";
import { isName, parsePath, within, type RepositoryPath } from "./read/path.ts";
import { accountOfUser } from "./read/person.ts";
import { MISNAMED_POLICY_PATH, readFile } from "./read/policy-file.ts";
import { proposeFile } from "./show/propose.ts";
import { readHead, readPull } from "./read/pull/read.ts";
import type { Access } from "./read/pull/access.ts";
import { coauthorMemory } from "./read/pull/coauthors.ts";
import { cutLists } from "./read/pull/commits.ts";
import { visibleRepositories } from "./read/repositories.ts";
import type { Known } from "./traffic/marks.ts";
import { ROUTE } from "./traffic/route.ts";
import { PullRequest, Repository, Self, User } from "./read/schema.ts";

export interface GiteeOptions extends ClientOptions {
  readonly agreements: readonly Agreement[];
  /** The bot's own address, as in `PUBLIC_URL`. */
  readonly publicUrl: string;
}

/** Gitee as a host, with the methods that only Gitee needs. */
export interface GiteeHost extends Host {
  /** Stores a repository's path from a delivery: a guess, verified before use. */
  readonly seen: (repository: number, path: string) => void;
  /** Remembers that somebody pushed to a branch; null: it is not known which. */
  readonly pushed: (repository: number, branch: string | null) => void;
  /** The number of the bot's own account; null until Gitee first returned it. */
  readonly self: () => number | null;
  /** The remaining calls by Gitee's last answer. */
  readonly left: () => readonly LimitLeft[];
  /** The same host for pages, within the pages' share of Gitee's limit. */
  readonly forPages: Host;
  /** The open pull requests that this process answered with a check run of this id, or on this head. */
  readonly pullsOf: Known["pullsOf"];
  /** Those that this process answered with a check run that is not green, if somebody else wrote a green one since. */
  readonly overwritten: Known["overwritten"];
}

/** The pairs of login and number, kept while a comment's command is handled. */
const MOST_LOGINS = 1000;
const DAY = 24 * 60 * 60_000;
/** Each has the paths of up to 300 files. */
const MOST_CHANGES = 100;
const MOST_LABELS = 10_000;
const CHAIN_LIFE = 10 * 60_000;
const MOST_CHAINS = 10_000;

export function giteeHost(options: GiteeOptions): GiteeHost {
  const client = giteeClient(options);
  const host = hostOver(client, options);
  const forPages = hostOver(client.forPages, options);
  const pushed: GiteeHost["pushed"] = (...push) => {
    host.pushed(...push);
    forPages.pushed(...push);
  };
  return { ...host, forPages, pushed };
}

function hostOver(client: Client, options: GiteeOptions): Omit<GiteeHost, "forPages"> {
  const { url, agreements, publicUrl } = options;
  const patterns = agreements.flatMap(({ repositories }) => repositories);
  const directory = createDirectory(() => visibleRepositories(client, patterns), options.now);
  const lists = listMemory(options.now);
  const logins = new Map<Account, string>();
  let known: Self | null = null;
  const self = async (by = client): Promise<Self> =>
    (known ??= await by.get("the bot's own account", ["user"], Self));
  const isServed = (path: string): boolean => agreementFor(agreements, "gitee", path) !== null;
  async function* visible(): AsyncGenerator<Repository> {
    for await (const repository of visibleRepositories(client, patterns)) {
      directory.learn(repository);
      yield repository;
    }
  }
  const pathOf = async (repository: number): Promise<RepositoryPath> =>
    parsePath((await findRepository(client, directory, repository)).full_name);
  const registered = async (names: readonly string[]): Promise<ReadonlyMap<string, Registered>> => {
    const found = await Promise.all(
      [...new Set(names)].filter(isName).map(async (login): Promise<[string, Registered][]> => {
        const user = await client.find("an account", ["users", login], User);
        const account = accountOfUser(user);
        const createdAt = Date.parse(user?.created_at ?? "");
        // A login for which Gitee returns an account with another login does not belong to that account.
        return account !== null && user?.login?.toLowerCase() === login.toLowerCase()
          ? [[login, { account, createdAt: Number.isNaN(createdAt) ? null : createdAt }]]
          : [];
      }),
    );
    return new Map(found.flat());
  };
  const historyBy = (by: Client, path: (repository: number) => Promise<RepositoryPath>): History => ({
    async protectedCommit({ id }, name) {
      const place = { path: await path(id), repository: id };
      return protectedCommit(by, access.branches.by(by), place, name);
    },
    mergedCommits: (pull, commits) => mergedCommits({ ...access, client: by }, pull, commits),
    async diff({ id }, sha) {
      return diffOf(by, await path(id), sha);
    },
  });
  const access: Access = {
    client,
    directory,
    self,
    agreements,
    publicUrl,
    startedAt: options.now(),
    answers: new Map(),
    begun: new Set(),
    without: repositoriesWithout(options.now),
    refusals: refusedCalls(options.now),
    branches: branchMemory(client),
    read: branchesRead(options.now),
    cutLists: cutLists(options.now),
    coauthors: coauthorMemory(options.now),
    changes: shortMemory({ lifeMs: DAY, most: MOST_CHANGES, now: options.now }),
    labels: shortMemory({ lifeMs: DAY, most: MOST_LABELS, now: options.now }),
    misnamed: new Set(),
    chains: shortMemory({ lifeMs: CHAIN_LIFE, most: MOST_CHAINS, now: options.now }),
    lookups: (by, repository, path) => ({
      members: (organizations, accounts) => readMembers(by, patterns, organizations, accounts, lists),
      history: historyBy(by, async (id) => (id === repository ? path : pathOf(id))),
    }),
  };

  return {
    name: "gitee",
    capabilities: giteeCapabilities(url),
    read: (ref, _route, comment, canContinue = false) => readPull(access, ref, comment, canContinue),
    async *readOpen(repository) {
      const file = await readFile(client, await pathOf(repository.id), MISNAMED_POLICY_PATH, null);
      if (file === null) access.misnamed.delete(repository.id);
      else access.misnamed.add(repository.id);
      yield* openPulls(client, directory, repository);
    },
    members: (organizations, accounts) => readMembers(client, patterns, organizations, accounts, lists),

    async find(text, number) {
      const path = parsePath(text);
      const { base } = await client.get("the pull request", within(path, "pulls", number), PullRequest);
      directory.learn(base.repo);
      return {
        ref: { host: "gitee", repository: base.repo.id, number },
        route: ROUTE,
        isPublic: base.repo.private === false,
        commits: null,
      };
    },
    async findRepository(text) {
      const found = await client.get("the repository", within(parsePath(text)), Repository);
      directory.learn(found);
      return { repository: { host: "gitee", id: found.id }, route: ROUTE };
    },
    // This includes repositories that no agreement covers: an agreement may have covered them until recently.
    async *repositories() {
      for await (const { id, full_name: path } of visible())
        yield { repository: { host: "gitee", id }, path, route: ROUTE, archived: false };
    },
    serves: null,
    routeNow: null,

    accountsOf: async (names) =>
      new Map([...(await registered(names))].map(([login, { account }]) => [login, account])),
    registered,
    // Gitee has no lookup by number.
    loginOf: () => Promise.resolve(null),

    async comment(ref, id) {
      const found = await readComment(client, await pathOf(ref.repository), ref.number, id);
      if (found === null) return null;
      if (logins.size >= MOST_LOGINS) logins.clear();
      if (found.login !== null) logins.set(found.comment.author, found.login);
      return found.comment;
    },
    async maintains(account, repository) {
      if (!account.startsWith("gitee:")) return false;
      return readMaintains(client, await pathOf(repository.id), account, logins.get(account) ?? null);
    },
    async mayRead(account, repository, _route, login) {
      if (!account.startsWith("gitee:")) return false;
      return readMayRead(client, await pathOf(repository.id), account, login);
    },
    async propose(repository, proposal) {
      const found = await findRepository(client, directory, repository.id);
      return proposeFile(client, await self(), found, proposal);
    },

    mergeQueue: null,
    readHead: (ref) => readHead(access, ref),
    isBehind: null,
    history: historyBy(client, pathOf),
    deliveries: deliveryLog({ client, directory, self, visible, isServed, now: options.now }),

    seen: (repository, path) => directory.guess(repository, path),
    pushed: (repository, branch) => access.branches.pushed(repository, branch),
    self: () => known?.id ?? null,
    left: () => client.left(),
    overwritten: (repository, run) =>
      [...access.answers.values()]
        .filter(
          ({ ref, head, context }) =>
            ref.repository === repository && head === run.head && context === run.name,
        )
        .filter(({ green, ids }) => !green && run.conclusion === "success" && !ids.includes(run.id ?? 0))
        .map(({ ref }) => ref.number),
    pullsOf: (repository, run) =>
      [...access.answers.values()]
        .filter((answer) => answer.ref.repository === repository)
        .filter(({ head, run: own }) => head === run.head || (own !== null && own.id === run.id))
        .map(({ ref }) => ref.number),
  };
}
