import { namesOf, shownPull } from "./shown-pull.ts";
import { noreplyAddress, type CommitSpec } from "../gitee/state/commits.ts";
import type { SimulatedGitee } from "../gitee/simulated-gitee.ts";
import type { SimulatedPull } from "../gitee/pull.ts";
import type { SimulatedRepository } from "../gitee/repository.ts";
import { fullName } from "../gitee/state/records.ts";
import type { Failure } from "../gitee/traffic/gate.ts";
import { PEOPLE, POLICIES, whom, type ShownPull, type Site } from "./site.ts";
import type { Written } from "./steps.ts";
import type { Commit } from "./truth.ts";

const [SIGNED, UNSIGNED] = ["cla/yes", "cla/no"] as const;

const FAULTS: readonly Omit<Failure, "times">[] = [
  { status: 502, body: "<html>bad gateway</html>" },
  { status: 200, body: "<html>Please sign in</html>" },
  { status: 500 },
  { status: 503, headers: { "retry-after": "1" } },
  { status: 401 },
  { status: 403 },
  { status: 429 },
  { status: 429, headers: { "retry-after": "60" } },
  { status: 200, body: "null" },
  { status: 200, body: "[]", match: /\/commits$/ },
  { status: 200, body: "{}" },
];
/** Not counted by calls: cut connections, writes without an answer, a spent budget, a host that is down. */
const LASTING = ["resets", "lost answers", 403, 429, "down"] as const;

export function giteeSite(gitee: SimulatedGitee): Site {
  const people = Array.from({ length: PEOPLE }, (_, at) => gitee.user({ login: `person-${at}` }));
  const maintainer = gitee.user({ login: "maintainer" });
  const octo = gitee.organization({ login: "octo", admins: [maintainer] });
  const elsewhere = gitee.organization({ login: "elsewhere", admins: [maintainer] });
  const greens: ((place: string) => void)[] = [];
  let serial = 0;
  const repositories = ["hello", "widget"].map((name) => {
    const files = { "README.md": `# ${name}\n`, ".gitee/cla.yml": POLICIES.require };
    const repository = gitee.repository({ owner: "octo", name, files });
    return repository.addCollaborator(maintainer, "admin").branch("next");
  });
  const armed = new Set<() => void>();
  let lags: (() => void)[] = [];
  const raws = new WeakMap<ShownPull, SimulatedPull>();
  const person = (index: number) => people[whom(index)] ?? maintainer;
  const writer = (by: number | "maintainer") => (by === "maintainer" ? maintainer : person(by));
  const specOf = ({ author, coauthor }: Written): CommitSpec => {
    serial += 1;
    return {
      author: author === null ? { name: "Nobody", email: "nobody@example.org" } : person(author),
      ...(coauthor === null
        ? {}
        : { coauthors: [{ name: "Co-author", email: noreplyAddress(person(coauthor)) }] }),
      files: { [`src/${serial}.txt`]: `${serial}\n` },
    };
  };

  function show(pull: SimulatedPull, first: readonly Omit<Commit, "id">[]): ShownPull {
    const { log } = pull.record;
    log.push = (...entries) => {
      for (const { actionType, content, user } of entries)
        if (actionType === "add_label" && content === SIGNED && user === gitee.bot)
          for (const green of greens) green(`${pull.record.repository.id}#${pull.number}`);
      return Array.prototype.push.apply(log, entries);
    };
    const shown = shownPull(pull, first, specOf, writer, {
      get name() {
        return `${fullName(pull.record.repository)}!${pull.number}`;
      },
      get url() {
        return `${gitee.url}/${fullName(pull.record.repository)}/pulls/${pull.number}`;
      },
      changeBase: () => void pull.retarget(pull.record.baseBranch === "next" ? "master" : "next"),
      paint(shows) {
        for (const label of [SIGNED, UNSIGNED]) pull.removeLabel(label, maintainer);
        if (shows !== "nothing") pull.addLabel(shows === "green" ? SIGNED : UNSIGNED, maintainer);
      },
      shown() {
        const [yes, no] = [pull.labels.includes(SIGNED), pull.labels.includes(UNSIGNED)];
        if (yes) return no ? "both" : "green";
        return no ? "red" : null;
      },
      botComments: () => pull.comments.filter(({ user }) => user === gitee.bot).length,
      lag: () => void lags.push(pull.lag()),
    });
    raws.set(shown, pull);
    return shown;
  }

  const raw = (pull: ShownPull): SimulatedPull => {
    const found = raws.get(pull);
    if (found === undefined) throw new Error("no such pull request");
    return found;
  };
  return {
    host: "gitee",
    sharedHeads: false,
    // A co-author is asked to sign there, and nothing waits for it.
    coauthorsByDefault: "ignore",
    people: people.map(({ id }) => id),
    repositories,
    open(repository, by, commit) {
      const place = at(repositories, repository);
      serial += 1;
      const branch = `work-${serial}`;
      return show(place.openPull({ opener: person(by), commits: [specOf(commit)], branch }), [
        namesOf(commit),
      ]);
    },
    openTwin(pull, by) {
      const { repository, headSha, baseBranch } = raw(pull).record;
      serial += 1;
      const place = repositories.find(({ record }) => record === repository);
      if (place === undefined) throw new Error("no such repository");
      const spec = { opener: person(by), at: headSha, base: baseBranch, branch: `twin-${serial}` };
      return show(place.openPull(spec), pull.commits);
    },
    queue: () => null,
    policy: (repository, text) => void at(repositories, repository).writeFile(".gitee/cla.yml", text),
    rename(repository) {
      serial += 1;
      return at(repositories, repository).rename(`name-${serial}`).fullName;
    },
    renamePerson(index) {
      serial += 1;
      return (person(index).login = `person-${whom(index)}-${serial}`);
    },
    transfer: (repository, covered) => void at(repositories, repository).transfer(covered ? octo : elsewhere),
    deliveries(how) {
      gitee.loseDeliveries(how === "lost" || how === "traceless" ? Infinity : 0);
      gitee.repeatDeliveries(how === "double" ? 2 : 1);
      if (how === "held") gitee.holdDeliveries();
      else gitee.releaseDeliveries();
    },
    release: (order) => gitee.releaseDeliveries(order === "reversed" ? "newest first" : "oldest first"),
    async forge(pull) {
      // Gitee's token covers no byte of the body, so this one counts only as a hint.
      await gitee.forge("Merge Request Hook", {
        action: "close",
        pull_request: { number: raw(pull).number, state: "closed" },
        repository: { id: raw(pull).record.repository.id },
      });
    },
    fault(fault, times, after) {
      const index = fault % (FAULTS.length + LASTING.length);
      const kind = FAULTS[index];
      if (kind !== undefined) {
        let left = after;
        const end = gitee.onRequest(() => {
          if ((left -= 1) >= 0) return;
          end();
          armed.delete(end);
          gitee.fail({ ...kind, times });
        });
        armed.add(end);
        return `${kind.status} ${kind.body ?? ""}`;
      }
      const lasting = LASTING[index - FAULTS.length] ?? "resets";
      if (lasting === "resets") gitee.resetConnections(times);
      else if (lasting === "lost answers") gitee.loseAnswers(/^(POST|PATCH|DELETE) /, times);
      else if (lasting === "down") gitee.down = true;
      else gitee.limitRequests(after, lasting);
      return typeof lasting === "number" ? `${lasting} until all works` : lasting;
    },
    slow: (milliseconds) => void (gitee.latency = milliseconds),
    clear() {
      for (const end of armed) end();
      armed.clear();
      for (const end of lags) end();
      lags = [];
      gitee.clearFaults();
    },
    onGreen: (listener) => void greens.push(listener),
    onWrite: (listener) => void gitee.onRequest(({ method }) => (method === "GET" ? undefined : listener())),
    settled: () => gitee.settled(),
    deliveryCount: () => gitee.deliveries.length,
    get violations() {
      return gitee.violations;
    },
  };
}

function at(repositories: readonly SimulatedRepository[], index: number): SimulatedRepository {
  const found = repositories[index % repositories.length];
  if (found === undefined) throw new Error("no such repository");
  return found;
}
