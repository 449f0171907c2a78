import { expect } from "vitest";
import { accountOf } from "../../src/account.ts";
import type { Scenario } from "./host-scene.ts";

const REQUIRED = { policy: "require: {coauthors: require}\n" };
const STRANGER = { name: "Somebody", email: "somebody@nowhere.example" };

/** Who counts. */
export function peopleScenarios(scenario: Scenario): void {
  scenario("is green when everybody has signed, and says nothing", async ({ hello, alice, settled }) => {
    const pull = hello.open({ opener: alice, commits: [{ author: alice }, { author: alice }] });
    await settled();
    expect(pull.state()).toBe("success");
    expect(pull.comments()).toEqual([]);
  });

  scenario(
    "is red when the opener has not signed, and names who is missing",
    async ({ hello, alice, bob, settled }) => {
      const pull = hello.open({ opener: bob, commits: [{ author: alice }] });
      await settled();
      expect(pull.state()).toBe("failure");
      expect(pull.comments()).toHaveLength(1);
      expect(pull.comments()[0]).toContain("@bob");
      expect(pull.comments()[0]).not.toContain("@alice");
    },
  );

  scenario("is red when a commit's author has not signed", async ({ hello, alice, bob, settled }) => {
    const pull = hello.open({ opener: alice, commits: [{ author: alice }, { author: bob }] });
    await settled();
    expect(pull.state()).toBe("failure");
    expect(pull.comments()[0]).toContain("@bob");
  });

  scenario(
    "turns green when the last one signs, by one edit of its one comment",
    async ({ hello, alice, bob, sign, settled }) => {
      const pull = hello.open({ opener: alice, commits: [{ author: bob }] });
      await settled();
      expect(pull.state()).toBe("failure");
      await sign(bob);
      expect(pull.state()).toBe("success");
      expect(pull.comments()).toHaveLength(1);
      expect(pull.comments()[0]).not.toContain("@bob");
    },
  );

  scenario(
    "an unlinked author blocks, and the comment names the commit and how to fix it",
    async ({ hello, alice, settled }) => {
      const pull = hello.open({ opener: alice, commits: [{ author: STRANGER }] });
      await settled();
      expect(pull.state()).toBe("failure");
      expect(pull.comments()[0]).toContain(`/cla waive ${pull.head} `);
    },
  );

  scenario("a signed committer does not stand in for the author", async ({ hello, alice, bob, settled }) => {
    const unlinked = hello.open({ opener: alice, commits: [{ author: STRANGER, committer: alice }] });
    const unsigned = hello.open({ opener: alice, commits: [{ author: bob, committer: alice }] });
    const other = hello.open({ opener: alice, commits: [{ author: alice, committer: bob }] });
    await settled();
    expect([unlinked, unsigned, other].map((pull) => pull.state())).toEqual([
      "failure",
      "failure",
      "success",
    ]);
  });

  scenario(
    "require.committers asks the committer, too",
    async ({ hello, alice, bob, sign, settled }) => {
      const pull = hello.open({ opener: alice, commits: [{ author: alice, committer: bob }] });
      await settled();
      expect(pull.state()).toBe("failure");
      await sign(bob);
      expect(pull.state()).toBe("success");
    },
    { policy: "require: {committers: require}\n" },
  );

  scenario(
    "two people of one name are two, and a name that somebody typed is nobody",
    async ({ stand, hello, alice, sign, settled }) => {
      const [one, other] = ["first", "second"].map((login) => stand.person(login, { name: "Zhang Wei" }));
      if (one === undefined || other === undefined) throw new Error("nobody is there");
      await sign(one);
      const signed = hello.open({ opener: alice, commits: [{ author: one }] });
      const namesake = hello.open({ opener: alice, commits: [{ author: other }] });
      const typed = hello.open({
        opener: alice,
        commits: [{ author: { name: "alice", email: "a@nowhere.example" } }],
      });
      const unlinked = hello.open({
        opener: alice,
        commits: [
          { author: { name: "Li", email: "1@nowhere.example" } },
          { author: { name: "Li", email: "2@nowhere.example" } },
        ],
      });
      await settled();
      const states = [signed, namesake, typed, unlinked].map((pull) => pull.state());
      expect(states).toEqual(["success", "failure", "failure", "failure"]);
      expect(unlinked.comments()[0]?.match(/^- `[0-9a-f]{7}`/gm)).toHaveLength(2);
    },
  );

  scenario(
    "a co-author counts like an author where the policy requires it",
    async ({ stand, hello, alice, bob, sign, settled }) => {
      const pull = hello.open({
        opener: alice,
        commits: [{ author: alice, coauthors: [stand.coauthor(bob)] }],
      });
      await settled();
      expect(pull.state()).toBe("failure");
      await sign(bob);
      expect(pull.state()).toBe("success");
    },
    REQUIRED,
  );

  scenario(
    "an unsigned co-author blocks by default where the host says who it is, and is asked for elsewhere",
    async ({ capabilities, stand, hello, alice, bob, settled }) => {
      const commits = [{ author: alice, coauthors: [stand.coauthor(bob)] }];
      const pull = hello.open({ opener: alice, commits });
      await settled();
      expect(pull.state()).toBe(capabilities.coauthorsByDefault === "require" ? "failure" : "success");
      expect(pull.comments()).toHaveLength(1);
    },
  );

  scenario(
    "a co-author is known by any address of his account",
    async ({ hello, alice, bob, sign, settled }) => {
      const pull = hello.open({ opener: alice, commits: [{ author: alice, coauthors: [bob] }] });
      await sign(bob);
      await settled();
      expect(pull.state()).toBe("success");
    },
    { ...REQUIRED, needs: { resolvesCoauthors: true } },
  );

  scenario(
    "a co-author without an account blocks where the policy requires it",
    async ({ hello, alice, settled }) => {
      const pull = hello.open({ opener: alice, commits: [{ author: alice, coauthors: [STRANGER] }] });
      await settled();
      expect(pull.state()).toBe("failure");
      expect(pull.comments()[0]).toContain("Somebody");
    },
    REQUIRED,
  );

  scenario(
    "require.coauthors: warn and ignore let an unsigned co-author pass, never an author",
    async ({ stand, hello, alice, bob, settled }) => {
      const coauthored = { author: alice, coauthors: [stand.coauthor(bob), STRANGER] };
      const pull = hello.open({ opener: alice, commits: [coauthored] });
      const authored = hello.open({ opener: alice, commits: [{ author: bob }] });
      await settled();
      expect([pull.state(), authored.state()]).toEqual(["success", "failure"]);
      hello.writePolicy("require: {coauthors: ignore}\n");
      await settled();
      expect([pull.state(), authored.state()]).toEqual(["success", "failure"]);
      hello.writePolicy(REQUIRED.policy);
      await settled();
      expect(pull.state()).toBe("failure");
    },
    { policy: "require: {coauthors: warn}\n" },
  );

  scenario(
    "a coding assistant is passed over as co-author by its exact address, never as author",
    async ({ hello, alice, settled }) => {
      const assistant = { name: "Claude", email: "noreply@anthropic.com" };
      const helped = hello.open({ opener: alice, commits: [{ author: alice, coauthors: [assistant] }] });
      const authored = hello.open({ opener: alice, commits: [{ author: assistant }] });
      await settled();
      expect([helped.state(), authored.state()]).toEqual(["success", "failure"]);
    },
  );

  scenario(
    "the pull request of an account that the policy exempts needs no signature, its commit in another's does",
    async ({ stand, hello, alice, settled }) => {
      const bot = stand.person("release-bot", { id: 4242 });
      hello.writePolicy(`exempt: {accounts: ["${stand.host}:4242"]}\n`);
      const own = hello.open({ opener: bot });
      const foreign = hello.open({ opener: alice, commits: [{ author: bot }] });
      await settled();
      expect([own.state(), foreign.state()]).toEqual(["success", "failure"]);
    },
  );

  scenario(
    "a well-known bot's pull request needs no signature",
    async ({ stand, hello, settled }) => {
      const dependabot = stand.person("dependabot[bot]", { id: 49_699_333 });
      const pull = hello.open({ opener: dependabot });
      await settled();
      expect(pull.state()).toBe("success");
    },
    { needs: { wellKnownBots: true } },
  );

  scenario(
    "a policy that the bot itself proposes needs no signature of it",
    async ({ stage, stand, hello, settled, run }) => {
      for (const installation of stage.github.world.installations.values())
        installation.permissions = { ...installation.permissions, contents: "write" };
      expect(await run("onboard", `${stand.host}:${hello.path()}`)).toMatchObject({ code: 0 });
      await settled();
      const [proposed] = hello.pulls();
      expect([proposed?.state(), proposed?.comments()]).toEqual(["success", []]);
    },
  );

  scenario(
    "the number of another host's well-known bot exempts nobody",
    async ({ stand, hello, settled }) => {
      const pull = hello.open({ opener: stand.person("somebody", { id: 49_699_333 }) });
      await settled();
      expect(pull.state()).toBe("failure");
    },
  );

  scenario(
    "members of an exempt organization need no signature, by the organization's number",
    async ({ stand, hello, bob, settled }) => {
      const carol = stand.person("carol");
      const number = stand.organization([bob]);
      hello.writePolicy(`exempt: {organizations: [${number}]}\n`);
      const member = hello.open({ opener: bob });
      const other = hello.open({ opener: carol });
      await settled();
      expect([member.state(), other.state()]).toEqual(["success", "failure"]);
    },
  );

  scenario(
    "a small change needs no signature where the policy says so, and one that touches the policy does",
    async ({ stand, hello, bob, settled }) => {
      const lines = (count: number) => "one line\n".repeat(count);
      const open = (files: Record<string, string>) =>
        hello.open({ opener: bob, commits: [{ author: bob, files }] });
      const small = open({ "docs/a.md": lines(3) });
      const large = open({ "docs/b.md": lines(4) });
      const policy = open({ [`.${stand.host}/cla.yml`]: "exempt: {lines: 9}\n" });
      await settled();
      expect([small, large, policy].map((pull) => pull.state())).toEqual(["success", "failure", "failure"]);
    },
    { policy: "exempt: {lines: 3}\n" },
  );

  scenario(
    "a change of exempt paths only needs no signature",
    async ({ hello, bob, settled }) => {
      const open = (files: Record<string, string>) =>
        hello.open({ opener: bob, commits: [{ author: bob, files }] });
      const docs = open({ "docs/a.md": "a\n".repeat(500) });
      const mixed = open({ "docs/b.md": "b\n", "src/b.ts": "b\n" });
      await settled();
      expect([docs.state(), mixed.state()]).toEqual(["success", "failure"]);
    },
    { policy: 'exempt: {paths: ["docs/**"]}\n' },
  );

  scenario(
    "who administers the repository waives a commit without an account, and nobody else does",
    async ({ stand, hello, alice, bob, settled }) => {
      const admin = stand.person("admin");
      hello.admit(admin, "admin");
      hello.admit(bob, "write");
      const pull = hello.open({ opener: alice, commits: [{ author: STRANGER }, { author: bob }] });
      const unlinked = hello.open({ opener: alice, commits: [{ author: STRANGER }] });
      await settled();
      const waiver = `/cla waive ${unlinked.head} imported from the old repository`;
      unlinked.comment(alice, waiver);
      unlinked.comment(bob, waiver);
      await settled();
      expect(unlinked.state()).toBe("failure");
      unlinked.comment(admin, waiver);
      await settled();
      expect(unlinked.state()).toBe("success");
      // A maintainer can't waive an account that has not signed.
      pull.comment(admin, `/cla waive ${pull.head} he said so`);
      await settled();
      expect(pull.state()).toBe("failure");
    },
  );

  scenario(
    "somebody signs by the sentence in a comment of his own, and by nothing like it",
    async ({ stage, stand, hello, bob, settled }) => {
      const pull = hello.open({ opener: bob });
      await settled();
      const sentence = /^> (.+)$/m.exec(pull.comments()[0] ?? "")?.[1] ?? "";
      expect(sentence).toContain("icla 1.0");
      pull.comment(bob, `${sentence} Or not.`);
      pull.comment(stand.person("carol"), sentence);
      await settled();
      expect(pull.state()).toBe("failure");
      pull.comment(bob, sentence);
      await settled();
      expect(pull.state()).toBe("success");
      const covered = await stage.bot.engine.signatures.covered([accountOf(stand.host, bob.id)], "icla");
      expect([...covered.values()].flat()).toHaveLength(1);
    },
  );

  scenario(
    "the same number on the other host is another account",
    async ({ stage, stand, hello, settled }) => {
      const { id } = stand.person("carol", { id: 777_777 });
      const other = stand.host === "github" ? "gitee" : "github";
      await stage.bot.engine.signatures.sign(
        [
          [
            {
              account: accountOf(other, id),
              agreement: "icla",
              version: "1.0",
              signedAt: 1,
              entity: null,
            },
          ],
        ],
        { evidence: "import" },
      );
      const pull = hello.open({ opener: { id, login: "carol" } });
      const namesake = { github: stage.github, gitee: stage.gitee }[other].user({ login: "carol", id });
      expect(namesake.id).toBe(id);
      await settled();
      expect(pull.state()).toBe("failure");
    },
  );

  for (const count of [101, 251])
    scenario(
      `of ${count} commits the last author counts like the first`,
      async ({ hello, alice, bob, sign, settled }) => {
        const commits = Array.from({ length: count }, (_, at) => ({ author: at < count - 1 ? alice : bob }));
        const pull = hello.open({ opener: alice, commits });
        await settled();
        expect(pull.state()).toBe("failure");
        expect(pull.comments()[0]).toContain("@bob");
        await sign(bob);
        expect(pull.state()).toBe("success");
      },
    );

  scenario(
    "a commit that repeats one of a protected branch needs no new signature, and one that only says so does",
    async ({ hello, alice, bob, settled }) => {
      const { defaultBranch } = hello;
      hello.push("release", [{ author: alice }]);
      const files = { "src/fix.ts": "first\nsecond\n" };
      const fix = hello.push(defaultBranch, [{ author: bob, message: "Fix it", files }]);
      const loose = hello.push("loose", [
        { author: bob, message: "Try it", files: { "src/try.ts": "try\n" } },
      ]);
      hello.protect(defaultBranch);
      const open = (base: string, message: string, changed: Record<string, string>) =>
        hello.open({ opener: alice, base, commits: [{ author: bob, message, files: changed }] });
      const picked = `Fix it\n\n(cherry picked from commit ${fix})`;
      const same = open("release", picked, files);
      const other = open("release", picked, { "src/fix.ts": "first\nthird\n" });
      const more = open("release", picked, { ...files, "src/more.ts": "more\n" });
      const unprotected = open("release", `Try it\n\n(cherry picked from commit ${loose})`, {
        "src/try.ts": "try\n",
      });
      const unknown = open("release", `Fix it\n\n(cherry picked from commit ${"a".repeat(40)})`, files);
      await settled();
      expect([same, other, more, unprotected, unknown].map((pull) => pull.state())).toEqual([
        "success",
        "failure",
        "failure",
        "failure",
        "failure",
      ]);
    },
    { policy: "require: {backports: verify}\n" },
  );

  scenario(
    "an opener whose account is gone is doubt, never green",
    async ({ stand, hello, alice, sign, settled }) => {
      const carol = stand.person("carol");
      await sign(carol);
      const pull = hello.open({ opener: carol, commits: [{ author: alice }] });
      await settled();
      expect(pull.state()).toBe("success");
      stand.deletePerson(carol);
      pull.comment(alice, "/check-cla");
      await settled();
      expect(pull.state()).toBe("error");
    },
  );
}
