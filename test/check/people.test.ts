/**
 * Who must sign for a pull request on github.com: bots, assistants, typed addresses, and commits that already exist on
 * the branch.
 */
import { describe, expect, it } from "vitest";
import type { CommitSpec } from "../../playground/github/state/commit-spec.ts";
import type { Pull } from "../../playground/github/state/model.ts";
import type { User } from "../../playground/github/state/user.ts";
import { work } from "../../src/check/work.ts";
import { PUBLIC_NUMBERS, refOf, routeOf } from "../github/sim.ts";
import { checkScene } from "./reconcile-scene.ts";

/** Alice has signed, Bob has not. */
async function scene(policy: string | null = null) {
  const world = await checkScene({ server: PUBLIC_NUMBERS });
  const { github, repository } = world;
  const [alice, bob] = [github.user({ login: "alice" }), github.user({ login: "bob" })];
  await world.sign(alice);
  if (policy !== null) repository.writeFile(".github/cla.yml", policy);
  const bot = (login: string, id: number): User => {
    const made = github.user({ login, id, type: "Bot" });
    repository.addCollaborator(made);
    return made;
  };
  const stateOf = async (pull: Pull): Promise<string | undefined> => {
    await world.check(pull);
    return repository.statusesOf(pull.head.sha)[0]?.state;
  };
  const open = async (opener: User, commits: CommitSpec[]) =>
    stateOf(repository.openPull({ opener, commits }));
  return { ...world, alice, bob, bot, open, stateOf };
}

const typed = (email: string, name = "Somebody") => ({ name, email });

describe("a bot", () => {
  it("that commits as a user account is exempt under both in its own pull request, and in nobody else's", async () => {
    const { github, alice, bot, open } = await scene();
    const imgbot = bot("imgbot[bot]", 31301654);
    const app = github.user({ login: "ImgBotApp", id: 31427850, emails: ["ImgBotHelp@gmail.com"] });
    expect(await open(imgbot, [{ author: app }])).toBe("success");
    expect(await open(alice, [{ author: app }])).toBe("failure");
  });

  it.each([true, false])(
    "is Copilot's coding agent by the address without [bot], linked: %s",
    async (linked) => {
      const { github, alice, bot, open } = await scene();
      github.world.linksBots = linked;
      const copilot = bot("Copilot", 198982749);
      const author = typed("198982749+Copilot@users.noreply.github.com", "copilot-swe-agent[bot]");
      expect(await open(copilot, [{ author }, { author, coauthors: [alice] }])).toBe("success");
      expect(await open(alice, [{ author }])).toBe("failure");
    },
  );

  it("that carries other people's text is exempt where the policy lists it, with the address that has no number", async () => {
    const { github, repository, alice, bot, open } = await scene();
    github.world.linksBots = false;
    const actions = bot("github-actions[bot]", 41898282);
    const author = typed("github-actions[bot]@users.noreply.github.com", "github-actions[bot]");
    expect(await open(actions, [{ author }])).toBe("failure");
    repository.writeFile(".github/cla.yml", "exempt: {accounts: ['github:41898282']}\n");
    expect(await open(actions, [{ author }])).toBe("success");
    expect(await open(alice, [{ author }])).toBe("failure");
  });

  it("of one's own may leave the number out of its address in its own pull request", async () => {
    const { github, alice, bot, open } = await scene("exempt: {accounts: ['github:777']}\n");
    github.world.linksBots = false;
    const author = typed("house[bot]@users.noreply.github.com", "house[bot]");
    expect(await open(bot("house[bot]", 777), [{ author }])).toBe("success");
    expect(await open(bot("other[bot]", 778), [{ author }])).toBe("failure");
    expect(await open(alice, [{ author }])).toBe("failure");
  });

  it("blocks as author in a person's pull request, is mentioned nowhere, and passes where GitHub signed its commit", async () => {
    const { repository, alice, bob, bot, open, stateOf } = await scene();
    const dependabot = bot("dependabot[bot]", 49699333);
    const pull = repository.openPull({ opener: alice, commits: [{ author: dependabot }] });
    expect(await open(alice, [{ author: dependabot, signed: "github" }])).toBe("success");
    expect(await open(alice, [{ author: dependabot, signed: "author" }])).toBe("failure");
    expect(await open(alice, [{ author: bob, signed: "github" }])).toBe("failure");
    expect(await open(alice, [{ author: bot("github-actions[bot]", 41898282), signed: "github" }])).toBe(
      "failure",
    );
    expect(await stateOf(pull)).toBe("failure");
    const [comment] = pull.comments.map(({ body }) => body);
    expect(comment).toContain("Commits by bots or coding assistants");
    expect(comment).toContain("`dependabot[bot]`");
    expect(comment).toContain("`exempt.authors` in the policy file: `github:49699333`");
    expect(comment).toContain("--reset-author");
    expect(comment).not.toMatch(/@dependabot|Still to sign/);
  });

  it("of one's own passes where GitHub signed its commit, if the policy exempts what it opens, and a person does not", async () => {
    const { repository, alice, bob, bot, open } = await scene();
    const house = bot("house", 4242);
    expect(await open(alice, [{ author: house, signed: "github" }])).toBe("failure");
    repository.writeFile(".github/cla.yml", `exempt: {accounts: ['github:4242', 'github:${bob.id}']}\n`);
    expect(await open(alice, [{ author: house, signed: "github" }])).toBe("success");
    expect(await open(alice, [{ author: house, signed: "author" }])).toBe("failure");
    expect(await open(alice, [{ author: bob, signed: "github" }])).toBe("failure");
  });

  it("is known by its exact address where GitHub links no account: a number in another address is not enough", async () => {
    const { github, alice, open } = await scene();
    github.world.linksBots = false;
    const states = [];
    for (const name of ["dependabot[bot]", "bobx", "bobx[bot]"]) {
      const author = typed(`49699333+${name}@users.noreply.github.com`);
      states.push(await open(alice, [{ author, signed: "github" }]));
    }
    expect(states).toEqual(["success", "failure", "failure"]);
  });

  it("that opened the pull request is exempt after the one way that the comment names", async () => {
    const { repository, alice, bot, stateOf } = await scene();
    const actions = bot("github-actions[bot]", 41898282);
    const pull = repository.openPull({ opener: actions, commits: [{ author: actions }] });
    const body = () => pull.comments[0]?.body;
    expect(await stateOf(pull)).toBe("failure");
    expect(body()).toContain("`exempt.accounts` in the policy file: `github:41898282`");
    expect(body()).not.toMatch(/exempt\.authors|reset-author|person's|@github-actions/);
    pull.forcePush([{ author: alice }]);
    expect(await stateOf(pull)).toBe("failure");
    expect(body()).not.toContain("rebase");
    repository.writeFile(".github/cla.yml", "exempt: {accounts: ['github:41898282']}\n");
    expect(await stateOf(pull)).toBe("success");
  });

  it.each(["exempt: {accounts: ['github:777']}", "exempt: {bots: none, accounts: ['github:777']}"])(
    "that blocks as co-author is exempt after each way that the comment names: %s",
    async (policy) => {
      const { repository, alice, stateOf } = await scene(policy);
      const coauthors = [typed("777+my[bot]@users.noreply.github.com", "my[bot]")];
      const pull = repository.openPull({ opener: alice, commits: [{ author: alice, coauthors }] });
      expect(await stateOf(pull)).toBe("failure");
      const body = pull.comments[0]?.body;
      expect(body).toContain("remove the line");
      expect(body).toContain("`exempt.authors` in the policy file: `github:777`");
      expect(body).not.toContain("--reset-author");
      repository.writeFile(".github/cla.yml", "exempt: {authors: ['github:777']}\n");
      expect(await stateOf(pull)).toBe("success");
    },
  );

  it.each(["house[bot]", "house"])(
    "that no list names is asked nothing and mentioned nowhere, as opener, author and co-author: %s",
    async (login) => {
      const { repository, alice, bot, stateOf } = await scene();
      const house = bot(login, 4242);
      const cases: [User, CommitSpec][] = [
        [house, { author: house }],
        [alice, { author: house }],
        [alice, { author: alice, coauthors: [house] }],
      ];
      for (const [opener, commit] of cases) {
        const pull = repository.openPull({ opener, commits: [commit] });
        expect(await stateOf(pull)).toBe("failure");
        expect(pull.comments[0]?.body).toContain("`house");
        expect(pull.comments[0]?.body).not.toMatch(/@house|Still to sign/);
      }
    },
  );

  it.each([
    "49699333+dependabot[bot]@users.noreply.github.com",
    "66853113+pre-commit-ci[bot]@users.noreply.github.com",
    "62310815+github-advanced-security[bot]@users.noreply.github.com",
    "223894421+github-code-quality[bot]@users.noreply.github.com",
    "136622811+coderabbitai[bot]@users.noreply.github.com",
    "198982749+Copilot@users.noreply.github.com",
    "noreply@anthropic.com",
    "qwen-coder@alibabacloud.com",
    "codex@openai.com",
    "devin@devin.ai",
    "noreply@z.ai",
  ])("or assistant passes as co-author, by number or exact address, and not as author: %s", async (email) => {
    const { alice, open } = await scene();
    expect(await open(alice, [{ author: alice, coauthors: [typed(email)] }])).toBe("success");
    expect(await open(alice, [{ author: typed(email) }])).toBe("failure");
  });
});

describe("exempt.authors", () => {
  it("names accounts whose commits need no signature in anybody's pull request, by number", async () => {
    const { github, alice, bob, open } = await scene("exempt: {authors: ['github:4242']}\n");
    const house = github.user({ login: "house-bot", id: 4242, emails: ["house@example.org"] });
    expect(await open(alice, [{ author: house }, { author: alice, coauthors: [house] }])).toBe("success");
    expect(await open(house, [{ author: house }])).toBe("failure");
    expect(await open(alice, [{ author: house }, { author: bob }])).toBe("failure");
  });
});

describe("a number that somebody typed into an address", () => {
  it.each([
    "103+anything[bot]@users.noreply.github.com",
    "103+anything@users.noreply.github.com",
    "103+Anything[Bot]@USERS.NOREPLY.GITHUB.COM",
    "103+a+b[bot]@users.noreply.github.com",
    "+103+a[bot]@users.noreply.github.com",
    "0103+a[bot]@users.noreply.github.com",
    "103@users.noreply.github.com",
    "103+a[bot]@sub.users.noreply.github.com",
    "103+a[bot]@users.noreply.github.com.example.org",
    "103+a[bot]@users.noreply.octo.ghe.com",
    "103+a[bot]@user.noreply.gitee.com",
    "49699333+dependabot[bot]@users.noreply.github.com.example.org",
    "49699333+dependabot[bot]@sub.users.noreply.github.com",
    "x49699333+dependabot[bot]@users.noreply.github.com",
    "dependabot[bot]@users.noreply.github.com",
  ])("is nobody's signature, though the account has signed: %s", async (email) => {
    const { alice, open, sign } = await scene();
    await sign({ id: 103 });
    expect(await open(alice, [{ author: typed(email) }])).toBe("failure");
    expect(await open(alice, [{ author: alice, coauthors: [typed(`x${email}`)] }])).toBe("failure");
  });
});

describe("commits that the repository already has", () => {
  it("ask nobody to sign, on the default or a protected branch, for one comparison each; the opener counts", async () => {
    const { github, repository, alice, bob, stateOf } = await scene();
    repository.setBranch("release", repository.head, repository.owner);
    repository.setBranch("v1", repository.head, repository.owner);
    const theirs = Array.from({ length: 30 }, () => ({ author: bob }));
    const main = repository.push(theirs);
    const v1 = repository.push([{ author: bob, files: { "v1.txt": "1\n" } }], { branch: "v1" });
    const synchronized = repository.openPull({ opener: alice, base: "release", at: main });
    github.resetCalls();
    expect(await stateOf(synchronized)).toBe("success");
    expect(github.calls().byRoute).toMatchObject({ "graphql Pull": 1, "graphql DefaultComparison": 1 });
    expect(github.calls().reads).toBe(2);
    github.resetCalls();
    await stateOf(repository.openPull({ opener: alice }));
    expect(github.calls().reads).toBe(1);

    const before = repository.openPull({ opener: alice, base: "release", at: v1 });
    expect(await stateOf(before)).toBe("failure");
    repository.protect("v1");
    expect(await stateOf(before)).toBe("success");
    const own = repository.openPull({ opener: alice, base: "release", from: repository, branch: "v1" });
    expect(await stateOf(own)).toBe("success");
    expect(await stateOf(before)).toBe("success");
    repository.openPull({ opener: alice, base: "release", from: repository, branch: "main" });
    const more = repository.commit({ author: bob, files: { "new.txt": "1\n" } }, main);
    expect(await stateOf(repository.openPull({ opener: alice, base: "release", at: more }))).toBe("failure");
    expect(await stateOf(repository.openPull({ opener: bob, base: "release", at: main }))).toBe("failure");
  });

  it("are not those of an unprotected branch, or of a fork's branch with a protected name", async () => {
    const { github, repository, alice, bob, stateOf } = await scene();
    for (const name of ["release", "topic", "v1"])
      repository.setBranch(name, repository.head, repository.owner);
    repository.protect("v1");
    repository.push([{ author: bob }], { branch: "topic" });
    const topic = repository.openPull({ opener: alice, base: "release", from: repository, branch: "topic" });
    expect(await stateOf(topic)).toBe("failure");
    const fork = repository.fork(alice).protect("v1");
    fork.push([{ author: bob }], { branch: "v1" });
    const forked = repository.openPull({ opener: alice, base: "release", from: fork, branch: "v1" });
    expect(await stateOf(forked)).toBe("failure");
    expect(github.violations).toEqual([]);
  });

  it("are not expected on a protected branch that GitHub does not compare: who has not signed is asked", async () => {
    const { github, repository, alice, bob, stateOf } = await scene();
    const v1 = repository.push([{ author: bob }], { branch: "v1" });
    for (const name of ["v1", "v2"]) {
      repository.setBranch(name, name === "v1" ? v1 : repository.head, repository.owner);
      repository.protect(name);
    }
    const path = ["node", "branch1", "compare"];
    const fault = { kind: "graphql error", path, type: "SERVICE_UNAVAILABLE" } as const;
    github.fail(fault, { times: 99, when: ({ route }) => route === "NewCommits" });
    const old = repository.openPull({ opener: alice, at: v1 });
    expect(await stateOf(old)).toBe("success");
    const pull = repository.openPull({ opener: alice, at: repository.commit({ author: bob }, v1) });
    await expect(stateOf(pull)).rejects.toMatchObject({ code: "host-refused" });
    expect(repository.statusesOf(pull.head.sha)[0]?.state).toBe("failure");
    expect(pull.comments[0]?.body).toMatch(/a lookup failed[^]*@bob \(author; in `\w{7}`\)/);
  });

  it("are not expected for long where GitHub compares nothing", async () => {
    const { clock, engine, github, repository, alice, bob, work: world } = await scene();
    const pull = repository.openPull({ opener: alice, commits: [{ author: bob }] });
    github.fail(
      { kind: "graphql error", path: ["node", "defaultBranchRef", "compare"], type: "SERVICE_UNAVAILABLE" },
      { times: 99, when: ({ route }) => route === "DefaultComparison" },
    );
    const task = { kind: "pull", ...refOf(pull) } as const;
    await engine.queue.mark([{ task, route: routeOf(github, repository) }]);
    const seen = [];
    for (let round = 0; round < 3; round += 1) {
      const [taken] = await engine.queue.take({ limit: 1, leaseMs: 15_000, skip: [] });
      if (taken === undefined) throw new Error("no task is due");
      await work(world, taken);
      seen.push([repository.statusesOf(pull.head.sha)[0]?.state, pull.comments.length]);
      clock.ahead += 60_000;
    }
    expect(seen).toEqual([
      ["error", 0],
      ["error", 0],
      ["failure", 1],
    ]);
    expect(pull.comments[0]?.body).toContain("@bob");
  });

  it("do not list their co-authors either, where co-authors are only warned of", async () => {
    const { repository, alice, bob, stateOf } = await scene();
    repository.writeFile(".github/cla.yml", "require: {coauthors: warn}\n");
    repository.setBranch("release", repository.head, repository.owner);
    const main = repository.push([{ author: alice, coauthors: [bob] }]);
    const pull = repository.openPull({ opener: alice, base: "release", at: main });
    expect(await stateOf(pull)).toBe("success");
    expect(pull.comments).toEqual([]);
  });
});
