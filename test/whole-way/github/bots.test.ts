import { describe, expect, it } from "vitest";
import { checkOf, commentsOf, explained, pageOf, scene, stateOf, statusOf, stranger } from "./scene.ts";

const DEPENDABOT = 49699333;

/** With Dependabot, and a bot that nobody listed. */
async function withBots(policy: string | null = null) {
  const scenery = await scene(policy);
  const { github, hello } = scenery;
  const dependabot = github.user({ login: "dependabot[bot]", id: DEPENDABOT, type: "Bot" });
  // A machine account: the server does not type it as a bot.
  const other = github.user({ login: "house-bot" });
  hello.addCollaborator(dependabot).addCollaborator(other);
  return { ...scenery, dependabot, other };
}

it("A bot's or an assistant's commit in a person's pull request is explained on the page as in the comment", async () => {
  const { stage, hello, alice } = await withBots();
  const pull = hello.openPull({
    opener: alice,
    commits: [
      { author: stranger("Claude", "noreply@anthropic.com") },
      { author: stranger("dependabot[bot]", `${DEPENDABOT}+dependabot[bot]@users.noreply.github.com`) },
      { author: stranger() },
    ],
  });
  await stage.settled();
  const page = (await pageOf(stage, pull)).replaceAll(/<[^>]*>/g, "").replaceAll("&#39;", "'");
  const [assistants, bots, strangers] = pull.commits.map(({ sha }) => sha);
  for (const shown of [commentsOf(pull)[0] ?? "", page]) {
    expect(shown).toContain("Commits by bots or coding assistants");
    expect(shown).toContain("A bot can't sign, and anyone can commit under its address");
    expect(shown).toMatch(new RegExp(`exempt.authors.*github:${DEPENDABOT}`));
    for (const sha of [assistants, strangers]) expect(shown).toContain(`/cla waive ${sha} reason`);
    expect(shown).not.toContain(`/cla waive ${bots}`);
  }
  expect(page).toContain("2 commits by a bot or assistant, 1 commit without a linked account");
});

describe("a bot's pull request", () => {
  it("needs no signature where the bot is a listed one, and only check says why", async () => {
    const { stage, hello, dependabot } = await withBots();
    const pull = hello.openPull({ opener: dependabot });
    await stage.settled();
    expect(statusOf(pull)).toMatchObject({
      state: "success",
      line: "CLA icla 1.0: 1 of 1 account",
    });
    expect(commentsOf(pull)).toEqual([]);
    expect((await checkOf(stage, pull)).accounts).toEqual([
      expect.objectContaining({ account: `github:${DEPENDABOT}`, kind: "exempt", by: "bot" }),
    ]);
    expect(await explained(stage, pull)).toContain("exempt as bot");
    expect(await pageOf(stage, pull)).toContain("Signed or exempt");
  });

  it("needs one where the policy lists no bots", async () => {
    const { stage, hello, dependabot } = await withBots("exempt: {bots: none}\n");
    const pull = hello.openPull({ opener: dependabot });
    await stage.settled();
    expect(stateOf(pull)).toBe("failure");
  });

  it("needs one where the bot is not listed, until the policy lists its number", async () => {
    const { stage, hello, other } = await withBots();
    const pull = hello.openPull({ opener: other });
    await stage.settled();
    expect(stateOf(pull)).toBe("failure");
    hello.writeFile(".github/cla.yml", `exempt: {accounts: ["github:${other.id}"]}\n`);
    await stage.settled();
    expect(stateOf(pull)).toBe("success");
    expect((await checkOf(stage, pull)).accounts).toEqual([
      expect.objectContaining({ account: `github:${other.id}`, kind: "exempt", by: "account" }),
    ]);
  });

  it("with a person's commit on top is judged for that person", async () => {
    const { stage, hello, alice, bob, dependabot } = await withBots();
    const pull = hello.openPull({ opener: dependabot });
    pull.push([{ author: alice }], alice);
    await stage.settled();
    expect(statusOf(pull)).toMatchObject({
      state: "success",
      line: "CLA icla 1.0: 2 of 2 accounts",
    });
    pull.push([{ author: bob }], bob);
    await stage.settled();
    expect(stateOf(pull)).toBe("failure");
    expect(commentsOf(pull)[0]).toContain("@bob (author");
    expect(commentsOf(pull)[0]).not.toContain("dependabot");
  });
});

describe("a person's pull request", () => {
  const claims = (id: number, login: string) => ({
    name: login,
    email: `${id}+${login}@users.noreply.127.0.0.1`,
  });

  it("never becomes green because a commit in it claims to be a bot's", async () => {
    const { stage, hello, alice } = await withBots();
    const pull = hello.openPull({
      opener: alice,
      commits: [{ author: alice }, { author: claims(DEPENDABOT, "dependabot[bot]") }],
    });
    await stage.settled();
    expect(statusOf(pull)).toMatchObject({ state: "failure", line: "CLA icla 1.0: 1 of 2 accounts" });
  });

  it("nor because the policy lists the account that a commit claims to be of", async () => {
    const { stage, hello, alice, bob, other } = await withBots();
    hello.writeFile(".github/cla.yml", `exempt: {accounts: ["github:${other.id}", "github:${bob.id}"]}\n`);
    const byBot = hello.openPull({ opener: alice, commits: [{ author: claims(other.id, other.login) }] });
    const byBob = hello.openPull({ opener: alice, commits: [{ author: bob }] });
    const ofBob = hello.openPull({ opener: bob });
    await stage.settled();
    expect([byBot, byBob, ofBob].map(stateOf)).toEqual(["failure", "failure", "success"]);
  });

  it("nor because its opener is called as a bot is", async () => {
    const { stage, github, hello } = await scene();
    const namesake = github.user({ login: "dependabot", name: "dependabot[bot]" });
    const pull = hello.openPull({ opener: namesake });
    await stage.settled();
    expect(stateOf(pull)).toBe("failure");
  });
});
