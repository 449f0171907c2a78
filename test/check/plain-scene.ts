/** A check with a real database and a host that is a plain value: each test says what the host answers. */
import { emptyEngine } from "../sqlite/empty-engine.ts";
import { holdOf, type Hold } from "../../src/check/hold.ts";
import type { ShownVerdict } from "../../src/check/inspect.ts";
import type { WorkWorld } from "../../src/check/work.ts";
import type { Capabilities, Comment, FormerAnswer, Host, Reading, Report } from "../../src/ports/host.ts";
import { pullTask, type Mark, type Task } from "../../src/ports/queue.ts";
import type { Change, Person, Pull } from "../../src/pull.ts";
import { PolicyFile } from "../../src/verdict/policy.ts";
import { readYaml } from "../../src/yaml/read.ts";
import { row, takeOne } from "../ports/engine-scene.ts";
import { agreement, commit, NOW, person, pull, stranger } from "../verdict/facts.ts";

export const route = { installation: 1, handle: "R_1" };
export const repository = { host: "github", id: 1_296_269 } as const;
export const ref = { host: "github", repository: repository.id, number: 7 } as const;

/** Alice has signed in most tests, Bob has not; nobody knows whose the stranger's address is. */
export const [alice, bob, carol] = [person(1), person(2), person(3)];
export const someone = stranger();

export const CAPABILITIES: Capabilities = {
  reportByDefault: "status",
  labelsByDefault: false,
  coauthorsByDefault: "require",
  statuses: true,
  sharedHeads: true,
  resolvesCoauthors: true,
  wellKnownBots: true,
  removesFormerLabels: false,
  policyPath: ".github/cla.yml",
  language: "en",
  title: "GitHub",
  emailsUrl: "https://github.com/settings/emails",
  ownDomain: "github.com",
};

/** A host that answers only what the test says. Any other question fails the test. */
export function plainHost(answers: Partial<Host> = {}): Host {
  const unasked = (what: string) => (): never => {
    throw new Error(`the host was asked for ${what}`);
  };
  return {
    name: "github",
    capabilities: CAPABILITIES,
    read: unasked("read"),
    readHead: null,
    isBehind: null,
    serves: null,
    routeNow: null,
    readOpen: unasked("readOpen"),
    members: unasked("members"),
    find: unasked("find"),
    findRepository: unasked("findRepository"),
    repositories: unasked("repositories"),
    accountsOf: unasked("accountsOf"),
    registered: unasked("registered"),
    loginOf: unasked("loginOf"),
    comment: unasked("comment"),
    maintains: unasked("maintains"),
    mayRead: unasked("mayRead"),
    propose: unasked("propose"),
    mergeQueue: null,
    history: null,
    deliveries: { missed: unasked("missed") },
    ...answers,
  };
}

/** A report that was shown, and what it was shown with. */
export interface ShownOnce {
  readonly report: Report;
  readonly comment: number | null | undefined;
  readonly former: FormerAnswer | null | undefined;
}

export async function plainScene(answers: Partial<Host> = {}) {
  const { clock, engine } = await emptyEngine(NOW);
  const shown: ShownOnce[] = [];
  const verdicts: ShownVerdict[] = [];
  const host = plainHost(answers);
  const world: WorkWorld = {
    engine,
    agreements: [agreement],
    policy: {},
    parsePolicy: (text, path) => readYaml(text, PolicyFile, path),
    publicUrl: "https://cla.example.com",
    now: () => clock.now,
    observeVerdict: (verdict) => verdicts.push(verdict),
    hosts: new Map([[host.name, host]]),
    random: () => 0,
  };
  return {
    clock,
    engine,
    host,
    world,
    /** What was shown, in order. */
    shown,
    /** What was observed, in order. */
    verdicts,
    /** A reading of a pull request with nothing special about it; what it shows is in `shown`. */
    reading: (of: Pull, more: Partial<Reading> = {}): Reading => ({
      pull: of,
      policyFile: null,
      marked: false,
      change: async () => CHANGE,
      show: async (report, confirm, comment, former) => {
        await confirm?.();
        shown.push({ report, comment, former });
        return { comment: comment ?? null, writes: 1 };
      },
      ...more,
    }),
    sign: async (...people: readonly Person[]) => {
      const rows = people.flatMap(({ account }) => (account === null ? [] : [row(account, NOW - 1_000)]));
      await engine.signatures.sign([rows], { evidence: "import" });
    },
    /** Has a task due and takes it. */
    take: async (task: Task = pullTask(ref), more: Partial<Mark> = {}, attempts = 0): Promise<Hold> => {
      await engine.queue.mark([{ task, route, ...more }]);
      return holdOf(engine.queue, { ...(await takeOne(engine)), attempts });
    },
  };
}

export const CHANGE: Change = { lines: 100, files: [{ path: "a.ts", counted: true }] };

/** A policy file with this text. */
export function policyFile(text: string): Reading["policyFile"] {
  return { path: ".github/cla.yml", text };
}

/** A pull request of Alice's with one commit by each of these people. */
export function pullBy(...people: readonly Person[]): Pull {
  return pull(
    alice,
    people.map((one, index) => commit(shaOf(index), one)),
  );
}

/** The full id of the commit at a place of {@link pullBy}. */
export function shaOf(index: number): string {
  return String(index).padStart(40, "a");
}

export function commentBy(author: Person, body: string, more: Partial<Comment> = {}): Comment {
  if (author.account === null) throw new Error("a comment has an account");
  return {
    id: 5,
    author: author.account,
    login: author.login,
    body,
    lines: body.split("\n"),
    createdAt: NOW - 500,
    edited: false,
    ...more,
  };
}
