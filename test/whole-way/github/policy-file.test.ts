import { describe, expect, it } from "vitest";
import { commentsOf, pageOf, recheck, run, scene, sign, stateOf, statusOf } from "./scene.ts";

describe("a repository's policy file", () => {
  it("is read from the default branch, never from the pull request", async () => {
    const { stage, hello, alice, bob } = await scene();
    const pull = hello.openPull({
      opener: alice,
      commits: [
        { author: alice, files: { ".github/cla.yml": "require: {coauthors: ignore}\n" } },
        { author: alice, coauthors: [bob] },
      ],
    });
    await stage.settled();
    expect(stateOf(pull)).toBe("failure");
    hello.writeFile(".github/cla.yml", "require: {coauthors: ignore}\n", { branch: "next" });
    const onNext = hello.openPull({
      opener: alice,
      base: "next",
      commits: [{ author: alice, coauthors: [bob] }],
    });
    await stage.settled();
    expect(stateOf(onNext)).toBe("failure");
  });

  it("costs no call of its own", async () => {
    const { stage, github, hello, alice } = await scene("comment: always\n");
    hello.openPull({ opener: alice });
    await stage.settled();
    github.resetCalls();
    await run(stage.variables, ["sweep", "github:octo/hello"]);
    expect(github.calls()).toMatchObject({ reads: 3, writes: 0 });
  });

  it.each([
    ["report: sometimes\n", ".github/cla.yml:1", "report"],
    ["report: check\nrequire:\n  coauthors: perhaps\n", ".github/cla.yml:3", "require.coauthors"],
    ["exempt:\n  accounts: [octocat]\n", ".github/cla.yml:2", "exempt.accounts"],
    ["comment: always\nunknown: key\n", ".github/cla.yml:2", "unknown"],
    ["report: [\n", ".github/cla.yml:", ""],
    ["\u0000binary", ".github/cla.yml", ""],
  ])(
    "that is broken (%j) is an error with its line, never green, until it is fixed",
    async (text, place, field) => {
      const { stage, hello, alice } = await scene();
      const pull = hello.openPull({ opener: alice });
      await stage.settled();
      expect(stateOf(pull)).toBe("success");
      hello.writeFile(".github/cla.yml", text);
      await stage.settled();
      expect(statusOf(pull)?.state).toBe("error");
      expect(statusOf(pull)?.line).toContain(place);
      expect(statusOf(pull)?.line).toContain(field);
      // On the page the place is a link to the file's line.
      expect(await pageOf(stage, pull)).toContain(place.replace(/:(\d+)$/, "#L$1").replace(/:$/, ""));
      const fresh = hello.openPull({ opener: alice });
      await sign(stage, alice);
      await recheck(stage, pull);
      expect([pull, fresh].map(stateOf)).toEqual(["error", "error"]);
      expect(await stage.bot.engine.queue.troubled(10)).toEqual([]);
      hello.writeFile(".github/cla.yml", "comment: when-unsigned\n");
      await stage.settled();
      expect([pull, fresh].map(stateOf)).toEqual(["success", "success"]);
    },
  );

  it("names all its problems at once on the page", async () => {
    const { stage, hello, alice } = await scene("report: sometimes\nlanguage: klingon\n");
    const pull = hello.openPull({ opener: alice });
    await stage.settled();
    const page = await pageOf(stage, pull);
    expect(page).toContain("line 1, key report");
    expect(page).toContain("line 2, key language");
    expect(commentsOf(pull)).toEqual([]);
  });
});

describe("a policy file under a wrong name", () => {
  it.each([".github/cla.yaml", ".github/CLA.yml", ".github/Cla.yaml"])(
    "%s is an error that says the right name, in a repository and for its whole organization, until it is renamed",
    async (path) => {
      const { stage, github, octo, hello, alice } = await scene();
      const pull = hello.openPull({ opener: alice });
      await stage.settled();
      expect(stateOf(pull)).toBe("success");
      hello.writeFile(path, "report: check\n");
      await stage.settled();
      expect(statusOf(pull)).toMatchObject({ state: "error", line: expect.stringContaining(path) });
      expect(await pageOf(stage, pull)).toContain("rename it to cla.yml");
      hello.writeFile(path, null);
      await stage.settled();
      expect(stateOf(pull)).toBe("success");
      const shared = github.repository({ owner: octo, name: ".github" });
      shared.writeFile(path, "report: check\n");
      await stage.settled();
      expect(statusOf(pull)).toMatchObject({
        state: "error",
        line: expect.stringContaining(`octo/.github/${path}`),
      });
      // A repository's own file comes first.
      hello.writeFile(".github/cla.yml", "comment: always\n");
      await stage.settled();
      expect(stateOf(pull)).toBe("success");
      hello.writeFile(path, "report: check\n");
      await stage.settled();
      expect(statusOf(pull)).toMatchObject({ state: "error", line: expect.stringContaining(path) });
      hello.writeFile(path, null);
      await stage.settled();
      expect(stateOf(pull)).toBe("success");
    },
  );
});

describe("an organization's policy file", () => {
  it("applies where a repository has none of its own, and a push to it re-checks all of them", async () => {
    const { stage, github, octo, hello, alice, bob } = await scene();
    const shared = github.repository({ owner: octo, name: ".github" });
    const own = github.repository({
      owner: octo,
      name: "own",
      files: { ".github/cla.yml": "comment: when-unsigned\n" },
    });
    const pulls = [hello, own].map((repository) =>
      repository.openPull({ opener: alice, commits: [{ author: alice, coauthors: [bob] }] }),
    );
    await stage.settled();
    expect(pulls.map(stateOf)).toEqual(["failure", "failure"]);
    shared.writeFile(".github/cla.yml", "require: {coauthors: ignore}\n");
    await stage.settled();
    expect(pulls.map(stateOf)).toEqual(["success", "failure"]);
    shared.writeFile(".github/cla.yml", "require: {coauthors: perhaps}\n");
    await stage.settled();
    expect(pulls.map(stateOf)).toEqual(["error", "failure"]);
    expect(pulls[0] === undefined ? "" : statusOf(pulls[0])?.line).toContain(
      "octo/.github/.github/cla.yml:1",
    );
  });
});
