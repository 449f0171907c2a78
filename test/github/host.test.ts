import { describe, expect, it } from "vitest";
import { accountOf } from "../../src/account.ts";
import type { Reading } from "../../src/ports/host.ts";
import { refOf, report, routeOf, simulate } from "./sim.ts";

async function scene() {
  const simulation = await simulate();
  const { github } = simulation;
  const octo = github.organization({ login: "octo" });
  const alice = github.user({ login: "alice" });
  const repository = github.repository({ owner: octo, name: "spoon" });
  return { ...simulation, octo, alice, repository, route: routeOf(github, repository) };
}

const accounts = ({ pull }: Reading) =>
  pull.commits.map(({ author, coauthors }) => [author, ...coauthors].map(({ account }) => account));

describe("a pull request on GitHub", () => {
  it("is read with every author, one query for each hundred commits", async () => {
    const { github, host, alice, repository, route } = await scene();
    const bob = github.user({ login: "bob" });
    const stranger = { name: "bob", email: "bob@example.org" };
    for (const [count, queries] of [
      [31, 1],
      [101, 2],
      [251, 3],
    ] as const) {
      const commits = Array.from({ length: count - 1 }, () => ({ author: alice }));
      const pull = repository.openPull({
        opener: alice,
        commits: [...commits, { author: bob, coauthors: [alice, stranger] }],
      });
      github.resetCalls();
      const reading = await host.read(refOf(pull), route, null);
      expect(github.calls()).toMatchObject({ reads: queries, writes: 0 });
      expect(reading.pull.gaps).toEqual([]);
      expect(reading.pull.commits).toHaveLength(count);
      expect(accounts(reading).at(-1)).toEqual([`github:${bob.id}`, `github:${alice.id}`, null]);
    }
    expect(github.violations).toEqual([]);
  });

  it("is read again whole when it is force-pushed while it is read", async () => {
    const { github, host, alice, repository, route } = await scene();
    const commits = Array.from({ length: 150 }, () => ({ author: alice }));
    const pull = repository.openPull({ opener: alice, commits });
    let pushed = false;
    github.onRequest(({ route: name }) => {
      if (name === "Commits" && !pushed) {
        pushed = true;
        pull.forcePush(commits.slice(0, 120));
      }
    });
    const reading = await host.read(refOf(pull), route, null);
    expect(reading.pull).toMatchObject({ head: pull.head.sha, gaps: [] });
    expect(reading.pull.commits).toHaveLength(120);
  });

  it("counts an update from the base by its author, and not the host that committed it", async () => {
    const { github, host, alice, repository, route } = await scene();
    const pull = repository.openPull({ opener: alice, commits: [{ author: alice }] });
    repository.push([{ author: github.user({ login: "maintainer" }) }]);
    pull.updateBranch(alice);
    const { pull: read } = await host.read(refOf(pull), route, null);
    expect(
      read.commits.map(({ parents, committer, author }) => [parents, committer === null, author.account]),
    ).toEqual([
      [1, false, `github:${alice.id}`],
      [2, true, `github:${alice.id}`],
    ]);
  });

  it("has a bot by number as its opener and as a commit's author, or what the address claims", async () => {
    const { github, host, repository, route } = await scene();
    const bot = github.user({ login: "dependabot[bot]", type: "Bot", id: 49699333 });
    const pull = repository.openPull({ opener: bot, commits: [{ author: bot }] });
    const linked = await host.read(refOf(pull), route, null);
    expect(linked.pull.commits[0]?.author).toMatchObject({ account: "github:49699333", claimed: null });
    // GitHub links most bots' commits to them, but not all.
    github.world.linksBots = false;
    const reading = await host.read(refOf(pull), route, null);
    expect(reading.pull.opener?.account).toBe("github:49699333");
    expect(reading.pull.commits[0]?.author).toMatchObject({
      account: null,
      claimed: { account: "github:49699333", by: "number" },
    });
  });

  it("whose opener was deleted has none", async () => {
    const { github, host, alice, repository, route } = await scene();
    const pull = repository.openPull({ opener: alice });
    github.deleteUser(alice);
    expect((await host.read(refOf(pull), route, null)).pull.opener).toBeNull();
  });

  it("whose head repository is gone is read and answered all the same", async () => {
    const { host, alice, repository, route } = await scene();
    const fork = repository.fork(alice);
    const pull = repository.openPull({ opener: alice, from: fork, commits: [{ author: alice }] });
    fork.delete();
    const reading = await host.read(refOf(pull), route, null);
    expect(reading.pull.commits).toHaveLength(1);
    expect((await reading.show(report({ comment: null }))).writes).toBe(1);
  });

  it("keeps its number when its repository is renamed", async () => {
    const { host, alice, repository, route } = await scene();
    const pull = repository.openPull({ opener: alice });
    repository.rename("fork");
    const reading = await host.read(refOf(pull), route, null);
    expect(reading.pull).toMatchObject({ path: "octo/fork", ref: { repository: repository.id } });
  });

  it("is cut where GitHub did not answer about one author, and keeps the others", async () => {
    const { github, host, alice, repository, route } = await scene();
    const bob = github.user({ login: "bob" });
    const pull = repository.openPull({ opener: alice, commits: [{ author: alice }, { author: bob }] });
    github.fail({ kind: "graphql field", field: "GitActor.user" });
    const { pull: read } = await host.read(refOf(pull), route, null);
    expect(read.gaps).toEqual(["list-cut"]);
  });

  it("has the policy file of the default branch, else the organization's", async () => {
    const { github, host, octo, alice, repository, route } = await scene();
    const pull = repository.openPull({
      opener: alice,
      commits: [{ author: alice, files: { ".github/cla.yml": "comment: never" } }],
    });
    const policy = async () => (await host.read(refOf(pull), route, null)).policyFile;
    expect(await policy()).toBeNull();
    const shared = github.repository({ owner: octo, name: ".github" });
    shared.writeFile(".github/cla.yml", "report: check");
    expect(await policy()).toEqual({ path: "octo/.github/.github/cla.yml", text: "report: check" });
    repository.writeFile(".github/cla.yml", "report: status");
    expect(await policy()).toEqual({ path: ".github/cla.yml", text: "report: status" });
  });

  it("tells what it changes, and which of it is counted text", async () => {
    const { host, alice, repository, route } = await scene();
    const files = { "docs/a.md": "one\ntwo\n", "logo.png": Buffer.from([0x89, 0, 1, 2]) };
    const pull = repository.openPull({ opener: alice, commits: [{ author: alice, files }] });
    const change = await (await host.read(refOf(pull), route, null)).change();
    expect(change.lines).toBe(2);
    expect(change.files.toSorted((a, b) => a.path.localeCompare(b.path))).toEqual([
      { path: "docs/a.md", counted: true },
      { path: "logo.png", counted: false },
    ]);
  });
});

describe("a refusal of GitHub", () => {
  it("is told apart by what can be done about it", async () => {
    const { github, host, alice, repository, route } = await scene();
    const ref = refOf(repository.openPull({ opener: alice }));
    const read = async () => host.read(ref, route, null);
    github.fail({ kind: "bad gateway" }, { times: 4 });
    await expect(read()).rejects.toMatchObject({ code: "pull-unreadable", retryAt: null });
    github.fail({ kind: "status", status: 500, message: "Server Error" });
    await expect(read()).rejects.toMatchObject({ code: "host-refused", retryAt: null });
    github.fail({ kind: "reset" });
    await expect(read()).rejects.toMatchObject({ code: "host-unreachable" });
    github.fail({ kind: "status", status: 401, message: "Bad credentials" });
    await expect(read()).rejects.toMatchObject({ code: "host-credentials" });
    await expect(host.read({ ...ref, number: 4711 }, route, null)).rejects.toMatchObject({
      code: "not-found",
    });
    await expect(host.read(ref, { ...route, installation: null }, null)).rejects.toMatchObject({
      code: "not-found",
    });
    const installation = github.installationFor(repository);
    installation?.suspend();
    await expect(read()).rejects.toMatchObject({ code: "installation-suspended" });
    installation?.unsuspend();
    await expect(read()).resolves.toBeDefined();
    await github.goDown();
    await expect(read()).rejects.toMatchObject({ code: "host-unreachable" });
  });

  it("by a limit names the moment from which it may be asked again, and nothing is asked before", async () => {
    const { github, client, host, alice, repository, route } = await scene();
    const ref = refOf(repository.openPull({ opener: alice }));
    const read = async () => host.read(ref, route, null);
    await read();
    const before = Date.now();
    github.fail({ kind: "secondary limit", retryAfter: 120, status: 429 });
    const failure = await read().catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "host-limit" });
    const { retryAt } = failure as { retryAt: number };
    expect(retryAt).toBeGreaterThanOrEqual(before + 120_000);
    expect(client.paused()).toEqual([{ installation: route.installation, until: retryAt }]);
    github.resetCalls();
    await expect(read()).rejects.toMatchObject({ code: "paced", retryAt });
    expect(github.calls().reads).toBe(0);
  });

  it.each([{ kind: "primary limit", resetIn: 600 } as const, { kind: "graphql rate limited" } as const])(
    "of one installation does not stop another: $kind",
    async (fault) => {
      const { github, host, alice, repository, route } = await scene();
      const ref = refOf(repository.openPull({ opener: alice }));
      const other = github.repository({ owner: github.organization({ login: "other" }), name: "fork" });
      const elsewhere = other.openPull({ opener: alice });
      github.fail(fault);
      await expect(host.read(ref, route, null)).rejects.toMatchObject({ code: "host-limit" });
      expect((await host.read(refOf(elsewhere), routeOf(github, other), null)).pull.commits).toHaveLength(1);
      expect(host.paused().map(({ installation }) => installation)).toEqual([route.installation]);
    },
  );
});

describe("the open pull requests of a repository", () => {
  it("cost a few calls for a thousand, and those with many commits come as their ref", async () => {
    const { github, host, alice, repository, route } = await scene();
    for (let index = 0; index < 1000; index += 1) repository.openPull({ opener: alice });
    const many = repository.openPull({
      opener: alice,
      commits: Array.from({ length: 11 }, () => ({ author: alice })),
    });
    repository.openPull({ opener: alice }).close();
    github.resetCalls();
    const found: object[] = [];
    for await (const one of host.readOpen({ host: "github", id: repository.id }, route)) found.push(one);
    expect(found).toHaveLength(1001);
    expect(found.filter((one) => !("pull" in one))).toEqual([refOf(many)]);
    expect(github.calls().reads).toBeLessThanOrEqual(30);
    expect(github.calls().writes).toBe(0);
  });

  it("are read fewer at a time where GitHub does not manage many, and one that fails in part by itself", async () => {
    const { github, host, alice, repository, route } = await scene();
    for (let index = 0; index < 45; index += 1) repository.openPull({ opener: alice });
    github.fail({ kind: "bad gateway" }, { when: (call) => call.route === "Open" });
    github.fail(
      { kind: "graphql field", field: "PullRequest.comments" },
      { when: (call) => call.route === "Open" },
    );
    github.resetCalls();
    const found: object[] = [];
    for await (const one of host.readOpen({ host: "github", id: repository.id }, route)) found.push(one);
    expect(found).toHaveLength(45);
    expect(found.filter((one) => !("pull" in one)).length).toBeGreaterThan(0);
    expect(github.calls().byRoute["graphql Open"]).toBe(6);
  });

  it.each([
    ["node", "numbered", "nodes"],
    ["node", "numbered", "nodes", 0],
    ["node", "object"],
    ["node", "misnamed"],
    ["node", "owner", "repository"],
  ])("are read fewer at a time where GitHub leaves out %s, %s and so on", async (...path) => {
    const { github, host, alice, repository, route } = await scene();
    github.repository({ owner: repository.owner, name: ".github" });
    repository.openPull({ opener: alice });
    github.resetCalls();
    github.fail(
      { kind: "graphql error", path, type: "RESOURCE_LIMITS_EXCEEDED" },
      { times: 2, when: (call) => call.route === "Open" },
    );
    const found: object[] = [];
    for await (const one of host.readOpen({ host: "github", id: repository.id }, route)) found.push(one);
    expect(found).toHaveLength(1);
    expect(github.calls().byRoute).toMatchObject({ "graphql Open": 2, "graphql Numbers": 1 });
  });

  it("can be answered from the shared reading, without another read", async () => {
    const { github, host, alice, repository, route } = await scene();
    const pull = repository.openPull({ opener: alice });
    for await (const one of host.readOpen({ host: "github", id: repository.id }, route)) {
      if (!("pull" in one)) throw new Error("expected a reading");
      github.resetCalls();
      await one.show(report());
      expect(github.calls()).toMatchObject({ reads: 0, writes: 2 });
    }
    expect(repository.statusesOf(pull.head.sha)).toHaveLength(1);
  });
});

describe("finding things on GitHub", () => {
  it("knows a pull request and a repository by their names, and says when the app is not there", async () => {
    const { github, host, alice, repository, route } = await scene();
    const pull = repository.openPull({ opener: alice });
    expect(await host.find("octo/spoon", pull.number)).toEqual({
      ref: refOf(pull),
      route,
      isPublic: true,
      commits: 1,
    });
    expect(await host.findRepository("octo/spoon")).toEqual({
      repository: { host: "github", id: repository.id },
      route,
    });
    await expect(host.find("octo/spoon", 4711)).rejects.toMatchObject({ code: "not-found" });
    await expect(host.findRepository("octo/nothing")).rejects.toMatchObject({ code: "not-found" });
    await expect(host.findRepository("octo")).rejects.toMatchObject({ code: "not-found" });
    github.repository({ owner: alice, name: "own", installed: false });
    await expect(host.findRepository("alice/own")).rejects.toMatchObject({ code: "not-found" });
  });

  it("lists the repositories of all installations, or of one", async () => {
    const { github, host, octo, repository, route } = await scene();
    for (let index = 0; index < 120; index += 1) github.repository({ owner: octo, name: `r${index}` });
    const other = github.organization({ login: "other" });
    github.repository({ owner: other, name: "fork" });
    const list = async (installation: number | null) => {
      const found: string[] = [];
      for await (const { path, archived } of host.repositories(installation))
        found.push(archived ? `${path} (archived)` : path);
      return found;
    };
    expect(await list(null)).toHaveLength(122);
    expect(await list(route.installation)).toHaveLength(121);
    repository.archive();
    expect(await list(route.installation)).toContain("octo/spoon (archived)");
    github.installationFor(repository)?.suspend();
    expect(await list(null)).toEqual(["other/fork"]);
  });

  it("reaches a repository whose id for GraphQL is not known", async () => {
    const { host, alice, repository, route } = await scene();
    const pull = repository.openPull({ opener: alice });
    const reading = await host.read(refOf(pull), { ...route, handle: null }, null);
    expect(reading.pull.path).toBe("octo/spoon");
  });
});

describe("an account on GitHub", () => {
  it("is found by its login, many in a call, bots too", async () => {
    const { github, host, alice } = await scene();
    const bot = github.user({ login: "helper[bot]", type: "Bot" });
    const people = Array.from({ length: 150 }, (_, index) => github.user({ login: `user-${index}` }));
    github.resetCalls();
    const found = await host.accountsOf([
      "alice",
      "nobody-has-this",
      "helper[bot]",
      ...people.map(({ login }) => login),
    ]);
    expect(found.size).toBe(152);
    expect(found.get("alice")).toBe(`github:${alice.id}`);
    expect(found.get("helper[bot]")).toBe(`github:${bot.id}`);
    expect(found.has("nobody-has-this")).toBe(false);
    expect(github.calls().reads).toBeLessThanOrEqual(4);
    expect(await host.accountsOf([])).toEqual(new Map());
  });

  it("has a login that is asked for each time", async () => {
    const { github, host, alice } = await scene();
    const account = accountOf("github", alice.id);
    expect(await host.loginOf(account)).toBe("alice");
    github.renameUser(alice, "alicia");
    expect(await host.loginOf(account)).toBe("alicia");
    expect(await host.loginOf(accountOf("github", 999_999_999))).toBeNull();
    await github.goDown();
    expect(await host.loginOf(account)).toBeNull();
  });

  it("is a member of an organization by its number, and unknown where GitHub does not answer", async () => {
    const { github, host, octo, alice, route } = await scene();
    const bob = github.user({ login: "bob" });
    octo.members.set(alice, "member");
    const [a, b] = [accountOf("github", alice.id), accountOf("github", bob.id)];
    expect(await host.members([octo.id], [a, b], route)).toEqual({
      members: new Set([a]),
      unknown: new Set(),
    });
    github.renameUser(octo, "octopus");
    expect((await host.members([octo.id], [a], route)).members).toEqual(new Set([a]));
    expect((await host.members([999_999], [a], route)).members).toEqual(new Set());
    github.fail({ kind: "bad gateway" }, { times: 9, when: (call) => call.route.includes("members") });
    expect(await host.members([octo.id], [a, b], route)).toEqual({
      members: new Set(),
      unknown: new Set([a, b]),
    });
    expect(await host.members([octo.id], [a], { installation: null, handle: null })).toEqual({
      members: new Set(),
      unknown: new Set([a]),
    });
  });

  it.each(["admin", "maintain", "write", "triage", "read"] as const)(
    "with the role %s maintains a repository or not",
    async (role) => {
      const { github, host, repository, route } = await scene();
      const user = github.user({ login: "someone" });
      repository.addCollaborator(user, role);
      const account = accountOf("github", user.id);
      const answer = await host.maintains(account, { host: "github", id: repository.id }, route);
      expect(answer).toBe(role === "admin" || role === "maintain");
    },
  );

  it("whose permission GitHub names without an account is not known to be no maintainer", async () => {
    const { github, host, alice, repository, route } = await scene();
    const when = ({ route: path }: { route: string }): boolean => path.endsWith("/permission");
    github.fail({ kind: "body", body: { permission: "admin", role_name: "admin", user: null } }, { when });
    const asked = host.maintains(accountOf("github", alice.id), { host: "github", id: repository.id }, route);
    await expect(asked).rejects.toMatchObject({ code: "host-answer" });
  });
});

describe("a comment on GitHub", () => {
  it("is read again, with its author's number and whether it was edited", async () => {
    const { host, alice, repository, route } = await scene();
    const pull = repository.openPull({ opener: alice });
    const comment = pull.comment(alice, "I have read it");
    const read = async () => host.comment(refOf(pull), comment.id, route);
    expect(await read()).toEqual({
      id: comment.id,
      author: `github:${alice.id}`,
      login: alice.login,
      body: "I have read it",
      lines: ["I have read it"],
      createdAt: Math.floor(comment.createdAt.getTime() / 1000) * 1000,
      edited: false,
    });
    expect(await host.comment({ ...refOf(pull), number: 99 }, comment.id, route)).toBeNull();
    comment.delete();
    expect(await read()).toBeNull();
  });
});

describe("a proposal", () => {
  const proposal = {
    path: ".github/cla.yml",
    text: "report: check\n",
    title: "Ask for the CLA",
    body: "This adds the policy file.",
    branch: "countersign/policy",
  };

  it("opens one pull request, whose file is brought up to date", async () => {
    const { github, host, repository, route } = await scene();
    const installation = github.installationFor(repository);
    installation?.acceptPermissions({ ...installation.permissions, contents: "write" });
    const place = { host: "github", id: repository.id } as const;
    const url = await host.propose(place, proposal, route);
    const [pull] = [...repository.pulls.values()];
    expect(url).toBe(`${github.url}/octo/spoon/pull/${pull?.number}`);
    expect(pull?.head.tree.get(".github/cla.yml")).toBe("report: check\n");
    github.resetCalls();
    expect(await host.propose(place, proposal, route)).toBe(url);
    expect(github.calls().writes).toBe(0);
    expect(await host.propose(place, { ...proposal, text: "report: status\n" }, route)).toBe(url);
    expect(pull?.head.tree.get(".github/cla.yml")).toBe("report: status\n");
    pull?.merge();
    await expect(host.propose(place, proposal, route)).rejects.toMatchObject({ code: "refused" });
    expect(github.violations).toEqual([]);
  });

  it("needs the permission to write contents, and says so", async () => {
    const { host, repository, route } = await scene();
    await expect(host.propose({ host: "github", id: repository.id }, proposal, route)).rejects.toMatchObject({
      code: "permission-missing",
      message: expect.stringContaining("contents"),
    });
  });
});
