import { namesOf, shownPull } from "./shown-pull.ts";
import { noreplyAddress, type CommitSpec } from "../../playground/gitee/state/commits.ts";
import type { SimulatedGitee } from "../../playground/gitee/simulated-gitee.ts";
import type { SimulatedPull } from "../../playground/gitee/pull.ts";
import type { SimulatedRepository } from "../../playground/gitee/repository.ts";
import type { Failure } from "../../playground/gitee/traffic/gate.ts";
import { PEOPLE, POLICIES, whom, type ShownPull, type Site } from "./site.ts";
import type { Written } from "./steps.ts";
import type { Commit } from "./truth.ts";

const [SIGNED, UNSIGNED] = ["cla/yes", "cla/no"];

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

export function giteeSite(gitee: SimulatedGitee): Site {
  const people = Array.from({ length: PEOPLE }, (_, at) => gitee.user({ login: `person-${at}` }));
  const maintainer = gitee.user({ login: "maintainer" });
  gitee.organization({ login: "octo", admins: [maintainer] });
  const greens: ((place: string) => void)[] = [];
  let serial = 0;
  const repositories = ["hello", "widget"].map((name) => {
    const files = { "README.md": `# ${name}\n`, ".gitee/cla.yml": POLICIES.require };
    const repository = gitee.repository({ owner: "octo", name, files });
    return repository.addCollaborator(maintainer, "admin").branch("next");
  });
  const armed = new Set<() => void>();
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
      changeBase: () => void pull.retarget(pull.record.baseBranch === "next" ? "master" : "next"),
      paint(green) {
        for (const label of [SIGNED, UNSIGNED]) if (label !== undefined) pull.removeLabel(label, maintainer);
        pull.addLabel((green ? SIGNED : UNSIGNED) ?? "", maintainer);
      },
      shown() {
        const [yes, no] = [SIGNED, UNSIGNED].map((label) => pull.labels.includes(label ?? ""));
        if (yes === true) return no === true ? "both" : "green";
        return no === true ? "red" : null;
      },
      botComments: () => pull.comments.filter(({ user }) => user === gitee.bot).length,
      lag: () => {},
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
      at(repositories, repository).rename(`name-${serial}`);
    },
    transfer: () => false,
    deliveries(how) {
      gitee.loseDeliveries(how === "lost" || how === "traceless" ? Infinity : 0);
      gitee.repeatDeliveries(how === "double" ? 2 : 1);
    },
    release: () => {},
    async forge(pull) {
      // Gitee's token covers no byte of the body, so this one counts only as a hint.
      await gitee.forge("Merge Request Hook", {
        action: "close",
        pull_request: { number: raw(pull).number, state: "closed" },
        repository: { id: raw(pull).record.repository.id },
      });
    },
    fault(fault, times, after) {
      const kind = FAULTS[fault % FAULTS.length];
      if (fault % (FAULTS.length + 2) === FAULTS.length) gitee.resetConnections(times);
      else if (fault % (FAULTS.length + 2) === FAULTS.length + 1)
        gitee.loseAnswers(/^(POST|PATCH|DELETE) /, times);
      else if (kind !== undefined) {
        let left = after;
        const end = gitee.onRequest(() => {
          if ((left -= 1) >= 0) return;
          end();
          armed.delete(end);
          gitee.fail({ ...kind, times });
        });
        armed.add(end);
      }
    },
    slow: (milliseconds) => void (gitee.latency = milliseconds),
    clear() {
      for (const end of armed) end();
      armed.clear();
      gitee.clearFaults();
      gitee.loseDeliveries(0);
      gitee.repeatDeliveries(1);
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
