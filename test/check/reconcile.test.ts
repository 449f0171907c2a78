import { describe, expect, it } from "vitest";
import type { Pull } from "../../playground/github/state/model.ts";
import { checkScene } from "./reconcile-scene.ts";

const stateOf = ({ repository, head }: Pull) =>
  repository.statusesOf(head.sha).find(({ context }) => context === "license/cla")?.state;

describe("a check during which a signature comes or goes", () => {
  it("is not green for what was revoked before anything told whom the pull request is of", async () => {
    const { github, repository, afterCovered, check, sign, revoke } = await checkScene();
    const alice = github.user({ login: "alice" });
    await sign(alice);
    const pull = repository.openPull({ opener: alice });
    afterCovered.push(async () => void (await revoke(alice)));
    await check(pull);
    expect(stateOf(pull)).toBe("failure");
  });

  it("is green for what was signed before anything told whom the pull request is of", async () => {
    const { github, repository, afterCovered, check, sign } = await checkScene();
    const alice = github.user({ login: "alice" });
    const pull = repository.openPull({ opener: alice });
    afterCovered.push(async () => void (await sign(alice)));
    await check(pull);
    expect(stateOf(pull)).toBe("success");
  });

  it("counts the new people of a new head, too", async () => {
    const { github, repository, afterCovered, check, sign, revoke } = await checkScene();
    const [alice, bob] = [github.user({ login: "alice" }), github.user({ login: "bob" })];
    await sign(alice);
    await sign(bob);
    const pull = repository.openPull({ opener: alice });
    await check(pull);
    pull.push([{ author: bob }]);
    afterCovered.push(async () => void (await revoke(bob)));
    await check(pull);
    expect(stateOf(pull)).toBe("failure");
  });
});

describe("a check while another one of the same head ends", () => {
  it("leaves no green that it wrote late, though its later answer was there when it began", async () => {
    const scene = await checkScene();
    const { github, repository, afterSharing, check, checkBeside, sign, revoke } = scene;
    const [alice, bob] = [github.user({ login: "alice" }), github.user({ login: "bob" })];
    repository.addCollaborator(alice).addCollaborator(bob);
    repository.push([{ author: alice }], { branch: "topic", by: alice });
    repository.push([], { branch: "release" });
    await sign(alice);
    const at = repository.tip("topic");
    const red = repository.openPull({ opener: bob, base: "release", branch: "topic", from: repository, at });
    await checkBeside(red);
    const green = repository.openPull({ opener: alice, base: "main", branch: "topic", from: repository, at });
    await checkBeside(green);
    expect(stateOf(green)).toBe("failure");
    await sign(bob);
    await checkBeside(red);
    await revoke(bob);
    afterSharing.push(async () => {
      // The other one is green in the database when it is read, but no longer when green is written.
      await checkBeside(red);
    });
    repository.addStatus({
      ...repository.statusesOf(green.head.sha)[0],
      sha: green.head.sha,
      context: "license/cla",
      state: "failure",
      description: "CLA icla 1.0: 1 of 1 account; another pull request with this head has not passed",
      targetUrl: `https://cla.example.com/pulls/github/octo/spoon/${green.number}`,
      creator: github.world.bot,
    });
    await check(green);
    expect(stateOf(green)).toBe("failure");
  });

  it("writes its comment once", async () => {
    const { github, repository, afterSharing, check, checkBeside, sign } = await checkScene();
    const [alice, bob] = [github.user({ login: "alice" }), github.user({ login: "bob" })];
    repository.addCollaborator(alice).addCollaborator(bob);
    repository.push([{ author: alice }], { branch: "topic", by: alice });
    repository.push([], { branch: "release" });
    await sign(alice);
    const at = repository.tip("topic");
    const red = repository.openPull({ opener: bob, base: "release", branch: "topic", from: repository, at });
    const green = repository.openPull({ opener: alice, base: "main", branch: "topic", from: repository, at });
    afterSharing.push(async () => void (await checkBeside(green)));
    await check(red);
    afterSharing.push(async () => {
      await sign(bob);
      await checkBeside(red);
    });
    await check(green);
    expect(stateOf(green)).toBe("success");
    for (const { comments } of [red, green]) expect(comments.length).toBeLessThan(2);
    expect(github.violations).toEqual([]);
  });
});

describe("an exemption by size", () => {
  it("is by the size of the head that is judged, not of one pushed for a moment", async () => {
    const { github, repository, check } = await checkScene();
    repository.writeFile(".github/cla.yml", "exempt: {lines: 3}\n");
    const bob = github.user({ login: "bob" });
    const large = { author: bob, files: { "large.txt": "line\n".repeat(100) } };
    const pull = repository.openPull({ opener: bob, commits: [large] });
    const judged = pull.head.sha;
    let moved = false;
    github.onRequest((call) => {
      if (!call.route.endsWith("/files") || moved) return;
      moved = true;
      pull.forcePush([{ author: bob, files: { "small.txt": "line\n" } }]);
    });
    await expect(check(pull)).rejects.toMatchObject({ code: "head-moving" });
    expect(moved).toBe(true);
    expect(repository.statusesOf(judged)).toMatchObject([{ state: "failure" }]);
    await check(pull);
    expect(stateOf(pull)).toBe("success");
  });
});
