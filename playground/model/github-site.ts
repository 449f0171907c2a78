import { namesOf, shownPull } from "./shown-pull.ts";
import type { Fault } from "../github/traffic/faults.ts";
import type { SimulatedGitHub } from "../github/simulated-github.ts";
import type { CommitSpec } from "../github/state/commit-spec.ts";
import type { CommitStatus } from "../github/state/commit-status.ts";
import type { Pull, Repository } from "../github/state/model.ts";
import { PEOPLE, POLICIES, whom, type ShownPull, type Site } from "./site.ts";
import type { Written } from "./steps.ts";
import type { Commit, Display } from "./truth.ts";

const CONTEXT = "license/cla";
const DISPLAYS: Record<string, Display | "pending"> = {
  success: "green",
  failure: "red",
  error: "error",
  pending: "pending",
};
/** GitHub deletes no status, but a newer one can say that nothing is known yet. */
const PAINTS = { green: "success", red: "failure", nothing: "pending" } as const;

const NODE = ["nodes", "*"] as const;
const FAULTS: readonly Fault[] = [
  { kind: "bad gateway" },
  { kind: "not JSON" },
  { kind: "reset" },
  { kind: "status", status: 500, message: "Server Error" },
  { kind: "status", status: 503, message: "Unavailable", headers: { "retry-after": "1" } },
  { kind: "status", status: 401, message: "Bad credentials" },
  { kind: "secondary limit", retryAfter: 1 },
  { kind: "secondary limit", retryAfter: null },
  { kind: "secondary limit", retryAfter: null, status: 429 },
  { kind: "primary limit", resetIn: 60 },
  {
    kind: "status",
    status: 429,
    message: "API rate limit exceeded",
    headers: { "x-ratelimit-remaining": "0" },
  },
  { kind: "graphql secondary limit", retryAfter: 60 },
  { kind: "graphql secondary limit", retryAfter: null },
  { kind: "graphql rate limited", type: "RATE_LIMITED" },
  { kind: "graphql rate limited", type: "RATE_LIMIT", resetIn: 30 },
  { kind: "graphql field", field: "GitActor.user" },
  { kind: "graphql field", field: "Commit.authors" },
  { kind: "graphql field", field: "PullRequest.commits" },
  { kind: "graphql field", field: "Repository.object", type: "INTERNAL" },
  { kind: "graphql field", field: "PullRequest.author", type: null },
  { kind: "graphql null", path: ["node"] },
  { kind: "graphql null", path: ["node", "pullRequest"] },
  { kind: "graphql null", path: ["node", "pullRequest", "commits", ...NODE, "commit", "author", "user"] },
  {
    kind: "graphql null",
    path: ["node", "pullRequest", "commits", ...NODE, "commit", "authors", ...NODE, "user"],
  },
  { kind: "graphql null", path: ["node", "pullRequest", "author"] },
  { kind: "graphql null", path: ["node", "pullRequest", "commits", "nodes"] },
  { kind: "graphql error", path: ["node", "pullRequest", "commits"], type: "RESOURCE_LIMITS_EXCEEDED" },
  { kind: "graphql error", path: ["node", "pullRequest"], type: "INTERNAL", risesTo: ["node"] },
  { kind: "graphql error", path: ["node"], type: "SERVICE_UNAVAILABLE", pathless: true },
];
/** These last until all works again. */
const LASTING = ["down", "502", "RESOURCE_LIMITS_EXCEEDED"] as const;

export function gitHubSite(github: SimulatedGitHub): Site {
  const octo = github.organization({ login: "octo" });
  const elsewhere = github.organization({ login: "elsewhere" });
  const people = Array.from({ length: PEOPLE }, (_, at) => github.user({ login: `person-${at}` }));
  const maintainer = github.user({ login: "maintainer" });
  const greens: ((place: string) => void)[] = [];
  let serial = 0;
  const repositories = ["hello", "widget"].map((name) => {
    const repository = github.repository({
      owner: octo,
      name,
      files: { "README.md": `# ${name}\n`, ".github/cla.yml": POLICIES.require },
    });
    repository.addCollaborator(maintainer, "admin");
    repository.setBranch("next", repository.head, octo);
    const add = repository.addStatus.bind(repository);
    repository.addStatus = (status): CommitStatus => {
      if (status.context === CONTEXT && status.state === "success" && status.creator === github.world.bot)
        for (const green of greens) green(status.sha);
      return add(status);
    };
    return repository;
  });
  // One installation covers both owners, as an enterprise's may: a transferred repository stays in sight.
  github.install({ account: elsewhere });
  let lags: (() => void)[] = [];
  const raws = new WeakMap<ShownPull, Pull>();

  const person = (index: number) => people[whom(index)] ?? maintainer;
  const writer = (by: number | "maintainer") => (by === "maintainer" ? maintainer : person(by));
  const specOf = ({ author, coauthor }: Written): CommitSpec => {
    serial += 1;
    return {
      author: author === null ? { name: "Nobody", email: "nobody@example.org" } : person(author),
      ...(coauthor === null ? {} : { coauthors: [person(coauthor)] }),
      files: { [`src/${serial}.txt`]: `${serial}\n` },
    };
  };

  function show(pull: Pull, first: readonly Omit<Commit, "id">[]): ShownPull {
    const shown = shownPull(pull, first, specOf, writer, {
      get name() {
        return `${pull.repository.fullName}#${pull.number}`;
      },
      get url() {
        return `${github.url}/${pull.repository.fullName}/pull/${pull.number}`;
      },
      changeBase: () => void pull.edit({ base: pull.base === "main" ? "next" : "main" }),
      paint: (shows) =>
        void pull.repository.addStatus({
          sha: pull.head.sha,
          context: CONTEXT,
          state: PAINTS[shows],
          description: "painted",
          targetUrl: null,
          creator: maintainer,
        }),
      shown: () => displayOf(pull.repository, pull.head.sha),
      botComments: () => pull.comments.filter(({ viaApp }) => viaApp).length,
      lag: () => void lags.push(pull.lag()),
    });
    raws.set(shown, pull);
    return shown;
  }

  function raw(pull: ShownPull): Pull {
    const found = raws.get(pull);
    if (found === undefined) throw new Error("no such pull request");
    return found;
  }

  return {
    host: "github",
    sharedHeads: true,
    coauthorsByDefault: "require",
    people: people.map(({ id }) => id),
    repositories,
    open(repository, by, commit) {
      const place = at(repositories, repository);
      return show(place.openPull({ opener: person(by), commits: [specOf(commit)] }), [namesOf(commit)]);
    },
    openTwin(pull, by) {
      const { repository, head, base } = raw(pull);
      serial += 1;
      return show(
        repository.openPull({ opener: person(by), at: head, base, branch: `twin-${serial}` }),
        pull.commits,
      );
    },
    queue(pulls, method) {
      const [first] = pulls;
      if (first === undefined) return null;
      const { repository, base } = raw(first);
      const group = repository.enqueue(
        pulls.map(raw).filter((pull) => pull.base === base),
        method,
      );
      return {
        id: group.head.sha,
        shown: () => displayOf(repository, group.head.sha),
      };
    },
    policy: (repository, text) => void at(repositories, repository).writeFile(".github/cla.yml", text),
    rename(repository) {
      serial += 1;
      at(repositories, repository).rename(`name-${serial}`);
      return at(repositories, repository).fullName;
    },
    renamePerson(index) {
      serial += 1;
      github.renameUser(person(index), `person-${whom(index)}-${serial}`);
      return person(index).login;
    },
    transfer(repository, covered) {
      at(repositories, repository).transfer(covered ? octo : elsewhere);
    },
    deliveries(how) {
      github.loseDeliveries = how === "traceless" ? "without a trace" : how === "lost";
      github.deliveries.copies = how === "double" ? 2 : 1;
      if (how === "held") github.deliveries.hold();
      else github.deliveries.release();
    },
    release: (order) =>
      github.deliveries.release(order === "reversed" ? (held) => held.toReversed() : (held) => held),
    async forge(pull) {
      const { number, repository } = raw(pull);
      const body = { action: "closed", number, repository: { id: repository.id } };
      const answer = await github.deliveries.forge("pull_request", body);
      if (answer.status !== 401) throw new Error(`a forged delivery was answered ${answer.status}`);
    },
    fault(fault, times, after) {
      let skipped = 0;
      const index = fault % (FAULTS.length + LASTING.length);
      const kind = FAULTS[index];
      if (kind === undefined) {
        const lasting = LASTING[index - FAULTS.length] ?? "down";
        if (lasting === "down") github.faults.down = true;
        else github.faults.limitSize(25, lasting);
        return lasting === "down"
          ? "no connection until all works"
          : `no large query until all works: ${lasting}`;
      }
      const when = (): boolean => (skipped += 1) > after;
      github.fail(kind, { times, when });
      return Object.values(kind).map(String).join(" ");
    },
    slow: (milliseconds) => void (github.faults.latency = milliseconds),
    clear() {
      github.faults.clear();
      for (const end of lags) end();
      lags = [];
      github.loseDeliveries = false;
      github.deliveries.copies = 1;
      github.deliveries.release();
    },
    onGreen: (listener) => void greens.push(listener),
    onWrite: (listener) =>
      void github.onRequest(({ write, kind }) => (write && kind === "rest" ? listener() : undefined)),
    settled: () => github.deliveries.settled(),
    deliveryCount: () => github.deliveries.log.length,
    violations: github.violations,
  };
}

function displayOf(repository: Repository, sha: string): Display | "pending" | null {
  const newest = repository.statusesOf(sha).find(({ context }) => context === CONTEXT);
  return newest === undefined ? null : (DISPLAYS[newest.state] ?? null);
}

function at(repositories: readonly Repository[], index: number): Repository {
  const found = repositories[index % repositories.length];
  if (found === undefined) throw new Error("no such repository");
  return found;
}
