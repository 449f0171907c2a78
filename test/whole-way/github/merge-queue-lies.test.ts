import { describe, expect, it } from "vitest";
import { accountOf } from "../../../src/account.ts";
import { signatureOf } from "../scene.ts";
import { run, scene } from "./scene.ts";
import type { Commit } from "../../../playground/github/state/git.ts";
import type { Repository } from "../../../playground/github/state/model.ts";

const stateOn = (repository: Repository, { sha }: Commit) =>
  repository.statusesOf(sha).find(({ context }) => context === "license/cla")?.state ?? null;

describe("a merge group", () => {
  it("is judged though entries behind it are not built yet", async () => {
    const { stage, hello, alice, bob } = await scene();
    const pull = hello.openPull({ opener: alice });
    hello.waitingInQueue.push(hello.openPull({ opener: bob }));
    await stage.settled();
    const group = hello.enqueue([pull], "squash");
    await stage.settled();
    expect(stateOn(hello, group.head)).toBe("success");
  });

  it("on a server that signs no web commits is judged all the same", async () => {
    const { stage, github, hello, alice } = await scene();
    github.world.signsWebCommits = false;
    const pull = hello.openPull({ opener: alice });
    await stage.settled();
    for (const method of ["squash", "merge"] as const) {
      const group = hello.enqueue([pull], method);
      await stage.settled();
      expect(stateOn(hello, group.head)).toBe("success");
      group.destroy();
    }
  });

  it("turns red while it is queued when somebody revokes", async () => {
    const { stage, hello, alice } = await scene();
    const pull = hello.openPull({ opener: alice });
    await stage.settled();
    const group = hello.enqueue([pull], "squash");
    await stage.settled();
    expect(stateOn(hello, group.head)).toBe("success");
    await stage.bot.engine.signatures.revoke([accountOf("github", alice.id)], "icla");
    await expect.poll(() => stateOn(hello, group.head)).toBe("failure");
    const again = { ...signatureOf(alice), signedAt: Date.now() + 1000 };
    await stage.bot.engine.signatures.sign([[again]], { evidence: "page" });
    await expect.poll(() => stateOn(hello, group.head)).toBe("success");
  });

  it.each(["restrict", "erase"])("turns red while it is queued when somebody asks to %s", async (verb) => {
    const { stage, hello, alice } = await scene();
    const pull = hello.openPull({ opener: alice });
    await stage.settled();
    const group = hello.enqueue([pull], "squash");
    await stage.settled();
    expect(stateOn(hello, group.head)).toBe("success");
    const yes = verb === "erase" ? ["--yes"] : [];
    const ran = await run(stage.variables, ["subject", verb, accountOf("github", alice.id), ...yes]);
    expect(ran).toMatchObject({ code: 0 });
    await expect.poll(() => stateOn(hello, group.head)).toBe("failure");
  });

  it("that the queue does not explain is pending at once, and green when it is explained", async () => {
    const { stage, hello, alice } = await scene();
    const pull = hello.openPull({ opener: alice });
    await stage.settled();
    const queued: typeof hello.mergeQueue = [];
    const group = hello.enqueue([pull], "squash");
    queued.push(...hello.mergeQueue.splice(0));
    await expect.poll(() => stateOn(hello, group.head)).toBe("pending");
    hello.mergeQueue.push(...queued);
    await expect.poll(() => stateOn(hello, group.head)).toBe("success");
  });
});
