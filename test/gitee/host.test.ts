import type { GiteeHost } from "../../src/gitee/host.ts";
import { describe, expect, it } from "vitest";
import { accountOf } from "../../src/account.ts";
import { gitee as account, ROUTE, startHost, startUp } from "./start-host.ts";

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** The pull requests that changed since a given time. */
async function missed(host: GiteeHost, time: string) {
  const { marks } = await host.deliveries.missed(Date.parse(time));
  return marks.flatMap(({ task }) => (task.kind === "pull" ? [task] : []));
}

describe("finding things on Gitee", () => {
  it("takes a path or a URL to the numbers that are kept", async () => {
    const { gitee, newHost, alice, repository } = await startHost();
    const pull = repository.openPull({ opener: alice });
    const host = newHost();
    const ref = { host: "gitee", repository: repository.id, number: pull.number };
    for (const path of ["octo/widget", pull.url, `${gitee.url}/octo/widget/pulls/1/files?x=1`])
      expect(await host.find(path, pull.number)).toEqual({
        ref,
        route: ROUTE,
        isPublic: true,
        commits: null,
      });
    for (const path of ["octo/widget", `${gitee.url}/octo/widget.git`, `${gitee.url}/Octo/Widget/`])
      expect(await host.findRepository(path)).toEqual({
        repository: { host: "gitee", id: repository.id },
        route: ROUTE,
      });
  });

  it.each(["widget", "", "a/b/c", "../..", "https://gitee.com/octo", "octo/.."])(
    "refuses %j",
    async (path) => {
      const { host } = await startHost();
      await expect(host.findRepository(path)).rejects.toMatchObject({ code: "input" });
    },
  );

  it("says that what is not shown to the bot is not there", async () => {
    const { gitee, host } = await startHost();
    gitee.repository({ owner: "octo", name: "secret", private: true, bot: null });
    for (const path of ["octo/secret", "octo/none"])
      await expect(host.findRepository(path)).rejects.toMatchObject({ code: "not-found" });
    await expect(host.find("octo/widget", 9)).rejects.toMatchObject({ code: "not-found" });
  });
});

describe("the repositories that the bot serves on Gitee", () => {
  it("are what its token sees and what the patterns name, each once", async () => {
    const { gitee, newHost, repository } = await startHost({
      patterns: [
        "github:hub/*",
        "gitee:octo/*",
        "!gitee:octo/not",
        "gitee:corp/*",
        "gitee:solo/one",
        "gitee:*/core",
      ],
    });
    const add = (owner: string, name: string, bot: "admin" | null = null) =>
      gitee.repository({ owner, name, bot }).id;
    const corp = gitee.enterprise({ path: "corp", name: "Corp" });
    const solo = gitee.user({ login: "solo" });
    const found = [
      repository.id,
      gitee.repository({ owner: "corp-team", name: "kit", enterprise: corp, bot: null }).id,
      add("octo", "gadget"),
      gitee.repository({ owner: solo, name: "one", bot: null }).id,
      add("any", "core", "admin"),
      // No agreement covers these, but one may have until recently, so the caller must choose.
      add("octo", "not", "admin"),
      add("any", "other", "admin"),
    ];
    add("unseen", "core");
    add("hub", "secret");
    gitee.repository({ owner: solo, name: "two", bot: null });
    const served = await collect(newHost().repositories(null));
    expect(served.map(({ repository }) => repository.id).toSorted((a, b) => a - b)).toEqual(
      found.toSorted((a, b) => a - b),
    );
    expect(served.map(({ path }) => path)).toContain("corp-team/kit");
  });

  it("come over all pages", async () => {
    const { gitee, host } = await startHost();
    for (let n = 0; n < 205; n += 1) gitee.repository({ owner: "octo", name: `r${n}` });
    expect(await collect(host.repositories(null))).toHaveLength(206);
  });
});

describe("the pull requests of a repository on Gitee", () => {
  it("that are open come as refs, a hundred in a call", async () => {
    const { gitee, host, alice, repository } = await startHost();
    for (let n = 0; n < 201; n += 1) repository.openPull({ opener: alice });
    repository.pulls[4]?.close();
    const ref = { host: "gitee" as const, id: repository.id };
    const open = await collect(host.readOpen(ref, ROUTE));
    expect(open).toHaveLength(200);
    expect(open).toContainEqual({ host: "gitee", repository: repository.id, number: 201 });
    expect(open).not.toContainEqual({ host: "gitee", repository: repository.id, number: 5 });
    // The repository's path, three pages, and a lookup of a policy file with a wrong name.
    expect(gitee.calls().reads).toBe(5);
  });

  it("that changed since a moment come in one call for each repository, closed ones too", async () => {
    const { gitee, host, alice, repository } = await startHost();
    const [one, two, three] = [1, 2, 3].map(() => repository.openPull({ opener: alice }));
    three?.close();
    if (one !== undefined) one.record.updatedAt = "2020-01-01T08:00:00+08:00";
    const quiet = gitee.repository({ owner: "octo", name: "quiet" });
    const since = async (time: string) =>
      (await missed(host, time)).map(({ number }) => number).toSorted((a, b) => a - b);
    expect(await since("2020-01-02T00:00:00Z")).toEqual([two?.number, three?.number]);
    gitee.resetCalls();
    expect(await since("2020-01-01T00:00:00Z")).toHaveLength(3);
    expect(await since("2099-01-01T00:00:00Z")).toEqual([]);
    expect(gitee.calls().reads).toBe(4);
    // One that is gone does not hide the others.
    quiet.delete();
    host.seen(quiet.id, "octo/elsewhere");
    expect(await since("2020-01-01T00:00:00Z")).toHaveLength(3);
  });

  it("that changed anywhere in an enterprise come in one call, as far as an agreement covers them", async () => {
    const { gitee, host } = await startHost({ patterns: ["gitee:team/*", "!gitee:team/not"] });
    const enterprise = gitee.enterprise({ path: "corp" });
    const names = ["a", "b", "c", "not"];
    const pulls = names.map((name) =>
      gitee
        .repository({ owner: "team", name, enterprise })
        .openPull({ opener: gitee.user({ login: `u${name}` }) }),
    );
    await startUp(host);
    gitee.resetCalls();
    const changed = await missed(host, "2020-01-01T00:00:00Z");
    const expected = pulls.slice(0, 3).map(({ record }) => record.repository.id);
    expect(changed.map(({ repository }) => repository).toSorted((a, b) => a - b)).toEqual(expected);
    expect(gitee.calls().reads).toBe(1);
    gitee.fail({ status: 403, body: '{"message":"403 Forbidden"}', times: 1, match: /enterprise/ });
    expect(await missed(host, "2020-01-01T00:00:00Z")).toHaveLength(3);
  });

  it("are found under the repository's new name", async () => {
    const { host, alice, repository } = await startHost();
    const ref = { host: "gitee" as const, id: repository.id };
    repository.openPull({ opener: alice });
    repository.rename("gadget");
    expect(await collect(host.readOpen(ref, ROUTE))).toHaveLength(1);
  });
});

describe("people on Gitee", () => {
  it("are looked up by login, each now, and those who are gone are left out", async () => {
    const { host, alice, bob } = await startHost();
    const found = await host.accountsOf(["alice", "Bob", "nobody", "alice", "..", "a/b", ""]);
    expect([...found]).toEqual([
      ["alice", account(alice)],
      ["Bob", account(bob)],
    ]);
    expect(await host.loginOf(account(alice))).toBeNull();
  });

  it("belong to an organization by its number, over all pages of its members", async () => {
    const { gitee, host, alice, bob } = await startHost({ patterns: ["gitee:team/*"] });
    const crowd = Array.from({ length: 120 }, (_, n) => gitee.user({ login: `m${n}` }));
    const team = gitee.organization({ login: "team", members: [...crowd, alice] });
    const all = [account(alice), account(bob), accountOf("github", alice.id)];
    expect(await host.members([team.id], all, ROUTE)).toEqual({
      members: new Set([account(alice)]),
      unknown: new Set(),
    });
    const own = gitee.organization({ login: "own", members: [gitee.bot, bob] });
    expect((await host.members([own.id, team.id], all, ROUTE)).members).toEqual(
      new Set([account(alice), account(bob)]),
    );
  });

  it("of a long list are read twenty pages at a time, from where the last check stopped", async () => {
    const { gitee, host, alice, bob } = await startHost({ patterns: ["gitee:team/*"] });
    const crowd = Array.from({ length: 2_050 }, (_, n) => gitee.user({ login: `m${n}` }));
    const team = gitee.organization({ login: "team", members: [...crowd, alice] });
    const all = [account(alice), account(bob)];
    const ask = async () => {
      gitee.resetCalls();
      const found = await host.members([team.id], all, ROUTE);
      return { ...found, calls: gitee.calls().reads };
    };
    expect(await ask()).toMatchObject({ members: new Set(), unknown: new Set(all), why: "unfinished" });
    const second = await ask();
    expect([second.members, second.unknown]).toEqual([new Set([account(alice)]), new Set()]);
    expect([second.calls < 4, (await ask()).calls < 3]).toEqual([true, true]);
  });

  it("are unknown where the organization is not in the bot's sight or does not answer", async () => {
    const { gitee, host, alice, bob } = await startHost({ patterns: ["gitee:team/*"] });
    const team = gitee.organization({ login: "team", members: [alice] });
    const hidden = gitee.organization({ login: "hidden", members: [bob] });
    const all = [account(alice), account(bob)];
    expect(await host.members([hidden.id, team.id], all, ROUTE)).toEqual({
      members: new Set([account(alice)]),
      unknown: new Set([account(bob)]),
    });
    gitee.fail({ status: 502, times: 1, match: /members/ });
    expect((await host.members([team.id], all, ROUTE)).unknown).toEqual(new Set(all));
  });

  it("maintain a repository when Gitee says that their number administers it", async () => {
    const { gitee, host, newHost, alice, bob, repository, refOf } = await startHost();
    repository.addCollaborator(alice, "admin").addCollaborator(bob, "write");
    const pull = repository.openPull({ opener: bob });
    const ref = { host: "gitee" as const, id: repository.id };
    const comment = await host.comment(refOf(pull), pull.comment(alice, "/cla waive abcdef1 x").id, ROUTE);
    expect(comment?.author).toBe(account(alice));
    gitee.resetCalls();
    expect(await host.maintains(account(alice), ref, ROUTE)).toBe(true);
    expect(gitee.calls().reads).toBe(2);
    for (const each of [host, newHost()]) {
      expect(await each.maintains(account(bob), ref, ROUTE)).toBe(false);
      expect(await each.maintains(accountOf("github", alice.id), ref, ROUTE)).toBe(false);
    }
    expect(await newHost().maintains(account(alice), ref, ROUTE)).toBe(true);
    // Somebody else has taken the login meanwhile.
    const { login } = alice;
    Object.assign(alice, { login: "alice-2" });
    const squatter = gitee.user({ login });
    repository.removeCollaborator(alice).addCollaborator(squatter, "admin");
    expect(await host.maintains(account(alice), ref, ROUTE)).toBe(false);
  });

  it("include the bot itself, once it was asked", async () => {
    const { gitee, host } = await startHost();
    expect(host.self()).toBeNull();
    await startUp(host);
    await startUp(host);
    expect(host.self()).toBe(gitee.bot.id);
    expect(gitee.requests.filter(({ path }) => path === "/api/v5/user")).toHaveLength(1);
  });
});

describe("a comment on Gitee", () => {
  it("is read again, with its author's number and whether it was edited", async () => {
    const { host, alice, bob, repository, refOf } = await startHost();
    const pull = repository.openPull({ opener: alice });
    const comment = pull.comment(bob, "recheck");
    const read = async () => host.comment(refOf(pull), comment.id, ROUTE);
    expect(await read()).toEqual({
      id: comment.id,
      author: account(bob),
      login: bob.login,
      body: "recheck",
      lines: ["recheck"],
      createdAt: Date.parse(comment.createdAt),
      edited: false,
    });
    comment.updatedAt = "2099-01-01T00:00:00+08:00";
    expect(await read()).toMatchObject({ edited: true });
    pull.deleteComment(comment);
    expect(await read()).toBeNull();
  });

  it("of another pull request is not the one that was asked for", async () => {
    const { host, alice, repository, refOf } = await startHost();
    const [one, two] = [repository.openPull({ opener: alice }), repository.openPull({ opener: alice })];
    expect(await host.comment(refOf(one), two.comment(alice, "recheck").id, ROUTE)).toBeNull();
  });
});

describe("what a pull request changes on Gitee", () => {
  it("is counted in lines, with every file", async () => {
    const { host, alice, repository, refOf } = await startHost();
    const files = { "a.txt": "1\n2\n3\n", "docs/b.md": "x\n", "empty.bin": "" };
    const pull = repository.openPull({ opener: alice, commits: [{ author: alice, files }] });
    const change = await (await host.read(refOf(pull), ROUTE, null)).change();
    expect(change.lines).toBe(4);
    expect(change.files.map(({ path }) => path)).toEqual(["a.txt", "docs/b.md", "empty.bin"]);
  });

  it("is read once for a head, and again after a push, even to the same head", async () => {
    const { gitee, host, alice, repository, refOf } = await startHost();
    const files = (lines: number) => [{ author: alice, files: { a: "x\n".repeat(lines) } }];
    const pull = repository.openPull({ opener: alice, commits: files(9) });
    const large = pull.headSha;
    pull.record.updatedAt = "2026-01-01T00:00:00+08:00";
    const read = async () => (await (await host.read(refOf(pull), ROUTE, null)).change()).lines;
    // A small change is the head only while the files are read.
    const stop = gitee.onRequest(({ path }) => {
      if (path.endsWith("/files")) pull.forcePush(files(1));
      else if (path.endsWith(`/pulls/${pull.number}`) && pull.headSha !== large) pull.resetTo(large);
    });
    expect(await read()).toBe(1);
    stop();
    expect(await read()).toBe(9);
    gitee.resetCalls();
    expect(await read()).toBe(9);
    expect(gitee.requests.filter(({ path }) => path.endsWith("/files"))).toEqual([]);
  });

  it("is not told where Gitee cuts the list", async () => {
    const { host, alice, repository, refOf } = await startHost();
    const files = Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`f${n}`, "x\n"]));
    const pull = repository.openPull({ opener: alice, commits: [{ author: alice, files }] });
    const reading = await host.read(refOf(pull), ROUTE, null);
    await expect(reading.change()).rejects.toMatchObject({ code: "list-cut" });
  });
});

describe("proposing a file to a repository on Gitee", () => {
  const proposal = {
    path: ".gitee/cla.yml",
    text: "comment: always\n",
    title: "Add the CLA policy",
    body: "Hello",
    branch: "countersign-policy",
  };

  it("opens one pull request, however often, and brings its file up to date", async () => {
    const { gitee, host, repository } = await startHost();
    const ref = { host: "gitee" as const, id: repository.id };
    const url = await host.propose(ref, proposal, ROUTE);
    const [pull] = repository.pulls;
    expect(url).toBe(pull?.url);
    expect(pull?.record).toMatchObject({ title: proposal.title, body: "Hello", opener: gitee.bot });
    const writes = gitee.calls().writes;
    expect(await host.propose(ref, proposal, ROUTE)).toBe(url);
    expect(gitee.calls().writes).toBe(writes);
    expect(await host.propose(ref, { ...proposal, text: "comment: never\n" }, ROUTE)).toBe(url);
    expect(repository.pulls).toHaveLength(1);
    expect(repository.tip(proposal.branch).tree.get(proposal.path)).toBe("comment: never\n");
  });

  it("goes through a fork where the bot may not push", async () => {
    const { gitee, host } = await startHost();
    const repository = gitee.repository({ owner: "octo", name: "readonly", bot: "read" });
    const ref = { host: "gitee" as const, id: repository.id };
    host.seen(ref.id, repository.fullName);
    const url = await host.propose(ref, proposal, ROUTE);
    expect(await host.propose(ref, proposal, ROUTE)).toBe(url);
    expect(repository.pulls.map(({ record }) => record.headRepository.owner)).toEqual([gitee.bot]);
  });

  it("is refused where the file is there", async () => {
    const { host, repository } = await startHost();
    repository.writeFile(proposal.path, "comment: never\n");
    const ref = { host: "gitee" as const, id: repository.id };
    await expect(host.propose(ref, proposal, ROUTE)).rejects.toMatchObject({ code: "refused" });
  });
});
