import { describe, expect, it } from "vitest";
import { checkOf, commentsOf, explained, pageOf, recheck, scene, stateOf, statusOf } from "./scene.ts";

/** Bob is a member of Octo, whose members need not sign. */
async function withMembers() {
  const scenery = await scene();
  const { octo, hello, bob } = scenery;
  octo.addMember(bob);
  hello.writeFile(".github/cla.yml", `exempt: {organizations: [${octo.id}]}\n`);
  await scenery.stage.settled();
  return scenery;
}

describe("a member of an exempt organization", () => {
  it("need not sign, and check says why, the page only that it is so", async () => {
    const { stage, hello, bob } = await withMembers();
    const pull = hello.openPull({ opener: bob });
    await stage.settled();
    expect(statusOf(pull)).toMatchObject({
      state: "success",
      line: "CLA icla 1.0: 1 of 1 account",
    });
    expect((await checkOf(stage, pull)).accounts).toEqual([
      expect.objectContaining({ account: `github:${bob.id}`, kind: "exempt", by: "organization" }),
    ]);
    expect(await explained(stage, pull)).toContain("exempt as organization");
    // To everybody the page says only that nothing is needed: whose member somebody is may be private.
    const page = await pageOf(stage, pull);
    expect(page).toContain("Signed or exempt");
    expect(page).not.toContain("Member of an exempt organization");
    expect(await stage.bot.engine.signatures.count()).toEqual([
      { host: "github", agreement: "icla", signatures: 1 },
    ]);
  });

  it("is asked of the host each time, so that who left must sign from the next check on", async () => {
    const { stage, octo, hello, bob } = await withMembers();
    const pull = hello.openPull({ opener: bob });
    await stage.settled();
    octo.removeMember(bob);
    await recheck(stage, pull);
    expect(stateOf(pull)).toBe("failure");
  });

  it("is known by the organization's number: another under its old name has no say", async () => {
    const { stage, github, octo, hello, bob } = await withMembers();
    github.renameUser(octo, "octo-of-old");
    const usurper = github.organization({ login: "octo" });
    octo.removeMember(bob);
    usurper.addMember(bob);
    const elsewhere = github.repository({ owner: usurper, name: "other" });
    elsewhere.writeFile(".github/cla.yml", `exempt: {organizations: [${octo.id}]}\n`);
    const pull = elsewhere.openPull({ opener: bob });
    await stage.settled();
    expect(stateOf(pull)).toBe("failure");
    expect(hello.fullName).toBe("octo-of-old/hello");
  });

  it("is asked about only where a signature is missing", async () => {
    const { stage, github, hello, alice } = await withMembers();
    hello.openPull({ opener: alice });
    await stage.settled();
    expect(Object.keys(github.calls().byRoute)).not.toContain("GET /orgs/{org}/members/{username}");
  });

  it("about whom the lookup failed is never green, the others are reported, and it is asked again", async () => {
    const { stage, github, hello, alice, bob, carol } = await withMembers();
    github.fail(
      { kind: "bad gateway" },
      { times: Infinity, when: ({ about }) => about.endsWith(`/members/${bob.login}`) },
    );
    const pull = hello.openPull({
      opener: alice,
      commits: [{ author: alice }, { author: bob }, { author: carol }],
    });
    await github.deliveries.settled();
    await expect.poll(() => commentsOf(pull).length).toBe(1);
    expect(stateOf(pull)).toBe("failure");
    const [comment = ""] = commentsOf(pull);
    expect(comment).toContain("No answer yet about");
    expect(comment).toContain("@bob");
    expect(comment).toContain("@carol");
    github.faults.clear();
    await expect.poll(() => statusOf(pull)?.line).toBe("CLA icla 1.0: 2 of 3 accounts");
    await stage.settled();
    expect(commentsOf(pull)[0]).not.toContain("No answer yet about");
  });

  it("who is the only one in question gets an error while GitHub does not answer, and is green afterward", async () => {
    const { stage, github, hello, bob } = await withMembers();
    github.fail(
      { kind: "status", status: 500, message: "Server Error" },
      { times: Infinity, when: ({ route }) => route === "/orgs/{org}/members/{username}" },
    );
    const pull = hello.openPull({ opener: bob });
    await github.deliveries.settled();
    await expect.poll(() => stateOf(pull)).toBe("error");
    expect(statusOf(pull)?.line).toContain("a lookup failed; the bot retries");
    github.faults.clear();
    await expect.poll(() => stateOf(pull)).toBe("success");
    await stage.settled();
  });
});
