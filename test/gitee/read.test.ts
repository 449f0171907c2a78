import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { SimulatedPull } from "../../playground/gitee/pull.ts";
import type { SimulatedGitee } from "../../playground/gitee/simulated-gitee.ts";
import { readPolicyFile } from "../../src/bot/policy-file.ts";
import { gitee as account, report, ROUTE, startHost, UNSIGNED, startUp } from "./start-host.ts";

/** Pushes between Gitee's answer about the pull request and the one about its commits. */
function pushWhileRead(gitee: SimulatedGitee, pull: SimulatedPull, times: number): void {
  let left = times;
  gitee.onRequest(async ({ path }) => {
    if (!path.endsWith("/commits") || left === 0) return;
    left -= 1;
    const answered = (): boolean =>
      gitee.requests.findLast((request) => request.path.endsWith(`/pulls/${pull.number}`))?.status !== 0;
    while (!answered()) await setImmediate();
    pull.push([{ author: pull.record.opener }]);
  });
}

describe("reading a pull request on Gitee", () => {
  it("tells its people by number, its head, base, path and commits", async () => {
    const { host, alice, bob, repository, refOf } = await startHost();
    const pull = repository.openPull({ opener: alice, commits: [{ author: alice }, { author: bob }] });
    const reading = await host.read(refOf(pull), ROUTE, null);
    expect(reading.pull).toMatchObject({
      ref: { host: "gitee", repository: repository.id, number: pull.number },
      path: "octo/widget",
      state: "open",
      private: false,
      opener: { account: account(alice), login: "alice" },
      head: pull.headSha,
      base: pull.baseSha,
      gaps: [],
    });
    expect(reading.pull.commits.map(({ author }) => author.account)).toEqual([account(alice), account(bob)]);
    expect(reading.policyFile).toBeNull();
    expect(reading.marked).toBe(false);
  });

  it("costs one call more where no check run is wanted, to find one of an earlier policy", async () => {
    const { gitee, host, alice, repository, refOf } = await startHost();
    const ref = refOf(repository.label("cla/yes").openPull({ opener: alice }));
    await startUp(host);
    gitee.resetCalls();
    const first = await (await host.read(ref, ROUTE, null)).show(report());
    expect(first).toEqual({ comment: null, writes: 1 });
    expect(gitee.calls()).toEqual({ reads: 4, writes: 1 });
    gitee.resetCalls();
    const again = await (await host.read(ref, ROUTE, null)).show(report());
    expect(again).toEqual({ comment: null, writes: 0 });
    expect(gitee.calls()).toEqual({ reads: 4, writes: 0 });
    expect(gitee.violations).toEqual([]);
  });

  it.each(["empty-list", "no-download-url", "404"] as const)(
    "finds the policy file on the default branch only, and none where Gitee answers %s",
    async (missingFile) => {
      const { host, alice, repository, refOf } = await startHost({ settings: { missingFile } });
      const files = { ".gitee/cla.yml": "comment: never\n" };
      const pull = repository.openPull({ opener: alice, commits: [{ author: alice, files }] });
      expect((await host.read(refOf(pull), ROUTE, null)).policyFile).toBeNull();
      repository.writeFile(".gitee/cla.yml", "comment: always # 总是\n");
      expect((await host.read(refOf(pull), ROUTE, null)).policyFile).toEqual({
        path: ".gitee/cla.yml",
        text: "comment: always # 总是\n",
      });
    },
  );

  it("reads a policy file in UTF-8 or UTF-16 with a byte order mark, and names any other encoding", async () => {
    const { gitee, host, alice, repository, refOf } = await startHost();
    const pull = repository.openPull({ opener: alice });
    const text = "comment: always # 总是\n";
    const little = Buffer.from(`\uFEFF${text}`, "utf16le");
    const read = async (bytes: Buffer) => {
      const body = JSON.stringify({ content: bytes.toString("base64"), encoding: "base64", sha: "1" });
      gitee.fail({ status: 200, body, match: /contents\/\.gitee\/cla\.yml/ });
      const { policyFile } = await host.read(refOf(pull), ROUTE, null);
      const found = readPolicyFile(policyFile?.text ?? "", ".gitee/cla.yml");
      return found.ok ? found.value : found.problems[0]?.message;
    };
    for (const bytes of [Buffer.from(`\uFEFF${text}`), little, Buffer.from(little).swap16()])
      expect(await read(bytes)).toEqual({ comment: "always" });
    for (const bytes of [little.subarray(2), Buffer.from([0xd7, 0xdc, 0xca, 0xc7, 0x3a])])
      expect(await read(bytes)).toContain("save it as UTF-8");
  });

  it("leaves a commit without an account where Gitee knows none, whatever its name and address say", async () => {
    const { host, alice, repository, refOf } = await startHost();
    const author = { name: alice.name, email: "alice@elsewhere.example" };
    const pull = repository.openPull({ opener: alice, commits: [{ author }] });
    const [commit] = (await host.read(refOf(pull), ROUTE, null)).pull.commits;
    expect(commit?.author).toMatchObject({ account: null, login: null, name: "alice", email: author.email });
  });

  it("passes over Gitee's own committer and shows any other", async () => {
    const { host, alice, bob, repository, refOf } = await startHost();
    const stranger = { name: "S", email: "s@nowhere.example" };
    const pull = repository.openPull({
      opener: alice,
      commits: [
        { author: alice, committer: "web" },
        { author: alice, committer: bob },
        { author: alice, committer: stranger },
      ],
    });
    const { commits } = (await host.read(refOf(pull), ROUTE, null)).pull;
    expect(commits.map(({ committer }) => committer && committer.account)).toEqual([
      null,
      account(bob),
      null,
    ]);
    expect(commits.map(({ committer }) => committer?.email)).toEqual([
      undefined,
      "bob@example.com",
      stranger.email,
    ]);
  });

  it("reads co-authors from the message: by a private address that Gitee confirms, without account otherwise", async () => {
    const { host, alice, bob, repository, refOf } = await startHost();
    const message = [
      "Fix it",
      "",
      `Co-authored-by: Bob <${bob.id}+${bob.login}@user.noreply.gitee.com>`,
      `Co-authored-by: Stale <${bob.id}+old-login@user.noreply.gitee.com>`,
      `Co-authored-by: Forged <${bob.id}+${alice.login}@user.noreply.gitee.com>`,
      "co-authored-by: Bob <bob@example.com>",
      "Co-Authored-By: Nobody\r",
      "",
      "Co-authored-by: Bob <bob@example.com>",
      "  text that names Co-authored-by: no one <x@example.com>",
    ].join("\n");
    const pull = repository.openPull({ opener: alice, commits: [{ author: alice, message }] });
    const [commit] = (await host.read(refOf(pull), ROUTE, null)).pull.commits;
    expect(commit?.coauthors.map(({ account, name }) => [account, name])).toEqual([
      [account(bob), "Bob"],
      [null, "Stale"],
      [null, "Forged"],
      [null, "Bob"],
      [null, "Nobody"],
    ]);
  });

  it("walks more than 250 commits through compare", async () => {
    const { host, alice, bob, repository, refOf } = await startHost();
    const commits = Array.from({ length: 301 }, (_, n) => ({ author: n === 300 ? bob : alice }));
    const pull = repository.openPull({ opener: alice, commits });
    const reading = await host.read(refOf(pull), ROUTE, null);
    expect(reading.pull.gaps).toEqual([]);
    expect(reading.pull.commits).toHaveLength(301);
    expect(reading.pull.commits.at(-1)?.author.account).toBe(account(bob));
  });

  it("has a gap where the list may be cut and compare does not answer", async () => {
    const { gitee, host, alice, repository, refOf } = await startHost();
    const commits = Array.from({ length: 250 }, () => ({ author: alice }));
    const pull = repository.openPull({ opener: alice, commits });
    gitee.fail({ status: 404, times: 1, match: /compare/ });
    expect((await host.read(refOf(pull), ROUTE, null)).pull.gaps).toEqual(["list-cut"]);
    gitee.fail({ status: 502, body: "<html>", times: 1, match: /compare/ });
    expect((await host.read(refOf(pull), ROUTE, null)).pull.gaps).toEqual(["list-cut"]);
    expect((await host.read(refOf(pull), ROUTE, null)).pull.gaps).toEqual([]);
  });

  it("reads again when the head moves meanwhile", async () => {
    const { gitee, host, alice, repository, refOf } = await startHost();
    const pull = repository.openPull({ opener: alice });
    pushWhileRead(gitee, pull, 1);
    const reading = await host.read(refOf(pull), ROUTE, null);
    expect(reading.pull.head).toBe(pull.headSha);
    expect(reading.pull.commits).toHaveLength(2);
  });

  it("gives up for now on a head that keeps moving", async () => {
    const { gitee, host, alice, repository, refOf } = await startHost();
    const pull = repository.openPull({ opener: alice });
    pushWhileRead(gitee, pull, Infinity);
    await expect(host.read(refOf(pull), ROUTE, null)).rejects.toMatchObject({ code: "head-moving" });
    expect(gitee.calls().reads).toBe(9);
  });

  it("finds a renamed repository again, and none that is another's by now", async () => {
    const { gitee, host, alice, bob, repository, refOf } = await startHost();
    const ref = refOf(repository.openPull({ opener: alice }));
    await host.read(ref, ROUTE, null);
    repository.rename("gadget");
    const impostor = gitee.repository({ owner: "octo", name: "widget" });
    impostor.openPull({ opener: bob });
    expect((await host.read(ref, ROUTE, null)).pull.path).toBe("octo/gadget");
  });

  it("finds a repository of which it knows the number only, and refuses what is nowhere", async () => {
    const { newHost, alice, repository, refOf } = await startHost();
    const ref = refOf(repository.openPull({ opener: alice }));
    const fresh = newHost();
    expect((await fresh.read(ref, ROUTE, null)).pull.path).toBe("octo/widget");
    await expect(newHost().read({ ...ref, repository: 999 }, ROUTE, null)).rejects.toMatchObject({
      code: "not-found",
    });
    await expect(fresh.read({ ...ref, number: 99 }, ROUTE, null)).rejects.toMatchObject({
      code: "not-found",
    });
  });

  it("believes no delivery about where a repository stands", async () => {
    const { gitee, newHost, alice, repository, refOf } = await startHost();
    const ref = refOf(repository.openPull({ opener: alice }));
    const other = gitee.repository({ owner: "octo", name: "other" });
    other.openPull({ opener: alice });
    const host = newHost();
    host.seen(repository.id, "octo/other");
    expect((await host.read(ref, ROUTE, null)).pull.path).toBe("octo/widget");
  });

  it("withdraws an old answer when the commits of a new head can't be read, and then fails", async () => {
    const { gitee, host, alice, repository, refOf } = await startHost();
    const pull = repository.openPull({ opener: alice });
    const ref = refOf(pull);
    await (await host.read(ref, ROUTE, null)).show(report());
    expect(pull.labels).toEqual(["cla/yes"]);
    gitee.fail({ status: 502, times: 1, match: /commits$/ });
    // Nothing was pushed: a temporary error of the host changes no answer.
    await expect(host.read(ref, ROUTE, null)).rejects.toMatchObject({ code: "host-refused" });
    expect(pull.labels).toEqual(["cla/yes"]);
    pull.push([{ author: alice }]);
    gitee.fail({ status: 502, times: 1, match: /commits$/ });
    const reading = await host.read(ref, ROUTE, null);
    expect(reading.pull).toMatchObject({ head: pull.headSha, commits: [], gaps: ["list-cut"] });
    const shown = reading.show({ ...UNSIGNED, state: "error", commentWanted: false });
    await expect(shown).rejects.toMatchObject({ code: "host-refused" });
    expect(pull.labels).toEqual(["cla/no"]);
  });

  it("withdraws an old answer when the policy can't be read after a push, under the names it had", async () => {
    const { gitee, host, newHost, alice, repository, refOf } = await startHost();
    const labels = { signed: "signed/ok", unsigned: "signed/no" };
    const pull = repository.openPull({ opener: alice });
    const ref = refOf(pull);
    await (await host.read(ref, ROUTE, null)).show(report({ labels }));
    pull.push([{ author: alice }]);
    const cut = { status: 502, times: 1, match: /contents/ };
    gitee.fail(cut);
    const reading = await host.read(ref, ROUTE, null);
    expect(reading.pull.gaps).toEqual(["list-cut"]);
    const doubt = { ...UNSIGNED, state: "error", commentWanted: false } as const;
    await expect(reading.show(doubt)).rejects.toMatchObject({ code: "host-refused" });
    expect(pull.labels).toEqual(["signed/no"]);
    await (await host.read(ref, ROUTE, null)).show(report({ labels }));
    // A restarted bot no longer knows the names, but it knows that it added a label there.
    const fresh = newHost();
    fresh.seen(repository.id, repository.fullName);
    gitee.fail(cut);
    await expect((await fresh.read(ref, ROUTE, null)).show(doubt)).rejects.toMatchObject({
      code: "host-refused",
    });
    expect(pull.labels).toEqual(["cla/no"]);
  });

  it("puts no label where the policy can't be read and the bot has put none", async () => {
    const { gitee, host, alice, repository, refOf } = await startHost();
    const pull = repository.openPull({ opener: alice }).addLabel("bug", alice);
    gitee.fail({ status: 502, times: 1, match: /contents/ });
    await expect(host.read(refOf(pull), ROUTE, null)).rejects.toMatchObject({ code: "host-refused" });
    expect(pull.labels).toEqual(["bug"]);
  });
});
