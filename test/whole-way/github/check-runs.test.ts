import { describe, expect, it } from "vitest";
import type { Pull } from "../../../playground/github/state/model.ts";
import { signatureOf } from "../scene.ts";
import { commentsOf, run, scene, sign, stateOf, statusOf } from "./scene.ts";

/** What the bot's check runs on a pull request's head say, by name; the latest of each. */
function checksOf({ repository, head }: Pull): Record<string, string | null> {
  return Object.fromEntries(
    repository.checkRunsOf(head.sha).map(({ fields }) => [fields.name, fields.conclusion]),
  );
}

/** What its statuses say, by context. */
function statusesOf({ repository, head }: Pull): Record<string, string> {
  return Object.fromEntries(
    repository
      .statusesOf(head.sha)
      .toReversed()
      .map(({ context, state }) => [context, state]),
  );
}

describe("report: check", () => {
  it("writes a check run with a title, a summary in Markdown and a link, and no status", async () => {
    const { stage, github, hello, alice, bob } = await scene("report: check\n");
    github.resetCalls();
    const pull = hello.openPull({ opener: alice, commits: [{ author: alice }, { author: bob }] });
    await stage.settled();
    expect(statusOf(pull)).toBeNull();
    const [check] = hello.checkRunsOf(pull.head.sha);
    expect(check?.fields).toMatchObject({
      name: "license/cla",
      status: "completed",
      conclusion: "action_required",
      detailsUrl: `${stage.bot.url}/pulls/github/octo/hello/${pull.number}`,
      output: {
        title: "CLA icla 1.0: 1 of 2 accounts",
        summary: expect.stringMatching(/\*\*Still to sign\*\*\n\n- @bob \(author/) as string,
        // A commit has no place in a file that a line could be pointed at.
        annotations: [],
      },
    });
    expect(github.calls().byRoute).toMatchObject({ "POST /repos/{owner}/{repo}/check-runs": 1 });
    await sign(stage, bob);
    expect(checksOf(pull)).toEqual({ "license/cla": "success" });
    expect(hello.checkRunsOf(pull.head.sha)).toHaveLength(1);
    github.resetCalls();
    expect(await run(stage.variables, ["sweep"])).toMatchObject({ code: 0 });
    expect(github.calls().writes).toBe(0);
    expect(github.violations).toEqual([]);
  });

  it.each(["rerequest", "rerequestSuite"] as const)(
    "is judged again by “Re-run” (%s), for a fork's pull request, too, which GitHub does not name",
    async (press) => {
      const { stage, github, hello, alice, bob } = await scene("report: check\n");
      hello.addCollaborator(alice);
      const own = hello.openPull({ opener: alice });
      const fork = hello.openPull({ opener: bob });
      await stage.settled();
      expect([own.from === hello, fork.from === hello]).toEqual([true, false]);
      expect(checksOf(fork)).toEqual({ "license/cla": "action_required" });
      for (const pull of [own, fork]) {
        const [check] = hello.checkRunsOf(pull.head.sha);
        if (check === undefined) throw new Error("a check run");
        const conclusion = check.fields.conclusion;
        check.fields = {
          ...check.fields,
          conclusion: "neutral",
          output: { ...check.fields.output, title: "?" },
        };
        check[press](alice);
        await stage.settled();
        expect(checksOf(pull)).toEqual({ "license/cla": conclusion });
      }
      expect(github.violations).toEqual([]);
    },
  );

  it("of doubt is a failure, as GitHub lets a neutral one pass", async () => {
    const { stage, hello, alice } = await scene("report: check\n");
    const pull = hello.openPull({ opener: alice, at: hello.head, branch: "empty" });
    await stage.settled();
    expect(checksOf(pull)).toEqual({ "license/cla": "failure" });
  });
});

describe("a policy that begins to report elsewhere leaves no old green behind", () => {
  /** Green under one policy; under the next, a signature that was revoked meanwhile makes it red. */
  it.each([
    ["another kind", "report: check\n", "report: status\n"],
    ["another kind", "report: status\n", "report: check\n"],
    ["another context", "context: cla/old\n", "context: cla/new\n"],
    ["another name", "report: check\ncontext: cla/old\n", "report: check\ncontext: cla/new\n"],
    ["another kind and name", "report: check\ncontext: cla/old\n", "context: cla/new\n"],
    ["none that can be read", "report: check\ncontext: cla/old\n", "report: [\n"],
  ])("in %s: %j, then %j", async (_, before, after) => {
    const { stage, github, hello, alice } = await scene(before);
    const pull = hello.openPull({ opener: alice });
    await stage.settled();
    const marks = () => [...Object.values(statusesOf(pull)), ...Object.values(checksOf(pull))];
    expect(marks()).toEqual(["success"]);
    github.loseDeliveries = "without a trace";
    hello.writeFile(".github/cla.yml", after);
    await run(stage.variables, ["revoke", `github:${alice.id}`, "--agreement", "icla"]);
    await stage.settled();
    expect(marks()).toHaveLength(2);
    expect(marks()).not.toContain("success");
    // Later than the revocation; an older signature would not count.
    const again = { ...signatureOf(alice), signedAt: Date.now() + 1_000 };
    await stage.bot.engine.signatures.sign([[again]], { evidence: "import" });
    await stage.settled();
    github.resetCalls();
    expect(await run(stage.variables, ["sweep"])).toMatchObject({ code: 0 });
    expect(github.calls().writes).toBe(0);
    expect(marks().every((mark) => mark === "success")).toBe(!after.includes("["));
  });

  it("and is turned green again everywhere, so that whichever branch protection asks for is met", async () => {
    const { stage, hello, bob } = await scene("context: cla/old\n");
    const pull = hello.openPull({ opener: bob });
    await stage.settled();
    hello.writeFile(".github/cla.yml", "report: check\n");
    await stage.settled();
    expect([statusesOf(pull), checksOf(pull)]).toEqual([
      { "cla/old": "failure" },
      { "license/cla": "action_required" },
    ]);
    await sign(stage, bob);
    expect([statusesOf(pull), checksOf(pull)]).toEqual([
      { "cla/old": "success" },
      { "license/cla": "success" },
    ]);
  });

  it("but leaves what others wrote on the head alone", async () => {
    const { stage, hello, bob } = await scene();
    const pull = hello.openPull({ opener: bob });
    await stage.settled();
    const theirs = { sha: pull.head.sha, context: "ci/build", description: null, targetUrl: null };
    hello.addStatus({ ...theirs, state: "success", creator: bob });
    pull.comment(bob, "/check-cla");
    await stage.settled();
    expect(statusesOf(pull)).toEqual({ "license/cla": "failure", "ci/build": "success" });
    expect(stateOf(pull)).toBe("failure");
    expect(commentsOf(pull)).toHaveLength(1);
  });
});
