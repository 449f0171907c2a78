import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import type { HostScene, Scenario } from "./host-scene.ts";
import type { Person } from "./host-stand.ts";

/** When a pull request is checked. */
export function eventScenarios(scenario: Scenario): void {
  scenario("a push is judged, and takes an old green away", async ({ hello, alice, bob, settled }) => {
    const pull = hello.open({ opener: alice });
    await settled();
    expect(pull.state()).toBe("success");
    pull.push([{ author: bob }]);
    await settled();
    expect(pull.state()).toBe("failure");
  });

  scenario("a force-push that drops the unsigned commit is green", async ({ hello, alice, bob, settled }) => {
    const pull = hello.open({ opener: alice, commits: [{ author: bob }] });
    await settled();
    expect(pull.state()).toBe("failure");
    pull.forcePush([{ author: alice }]);
    await settled();
    expect(pull.state()).toBe("success");
  });

  scenario(
    "a force-push while it is read ends in the verdict on the new head",
    async ({ stand, hello, alice, bob, settled }) => {
      stand.loseDeliveries(true);
      const pull = hello.open({ opener: alice });
      stand.loseDeliveries(false);
      stand.whileRead(() => pull.forcePush([{ author: bob }]));
      pull.comment(alice, "recheck");
      await settled();
      expect(pull.state()).toBe("failure");
      expect(pull.comments()[0]).toContain("@bob");
    },
  );

  scenario(
    "closed it is left alone, and reopened it is judged with what was pushed meanwhile",
    async ({ stand, hello, alice, bob, sign, settled }) => {
      const pull = hello.open({ opener: alice, commits: [{ author: bob }] });
      const merged = hello.open({ opener: bob });
      await settled();
      pull.close();
      merged.close();
      await settled();
      stand.resetCalls();
      await sign(bob);
      expect(stand.calls()).toMatchObject({ reads: 0, writes: 0 });
      expect(pull.state()).toBe("failure");
      pull.push([{ author: stand.person("carol") }]);
      pull.reopen();
      await settled();
      expect(pull.state()).toBe("failure");
      expect(pull.comments()[0]).toContain("@carol");
      expect(pull.comments()[0]).not.toContain("@bob");
    },
  );

  scenario("another base branch makes other commits its own", async ({ hello, alice, bob, settled }) => {
    hello.push("release", [{ author: bob }]);
    const pull = hello.open({ opener: alice, base: "release" });
    await settled();
    expect(pull.state()).toBe("success");
    pull.retarget(hello.defaultBranch);
    await settled();
    expect(pull.state()).toBe("failure");
    pull.retarget("release");
    await settled();
    expect(pull.state()).toBe("success");
  });

  scenario("a draft is judged as any other", async ({ hello, alice, bob, settled }) => {
    const [green, red] = [alice, bob].map((opener) => hello.open({ opener, draft: true }));
    await settled();
    expect([green?.state(), red?.state()]).toEqual(["success", "failure"]);
  });

  scenario(
    "recheck and /check-cla in anybody's comment check it again, and other words do not",
    async ({ stand, hello, alice, bob, settled }) => {
      const pull = hello.open({ opener: alice });
      await settled();
      for (const [text, reads] of [
        ["Thank you!", false],
        ["please recheck", false],
        ["recheck", true],
        ["/check-cla", true],
        ["> quoted\n\n/check-cla", true],
      ] as const) {
        stand.resetCalls();
        pull.comment(bob, text);
        await settled();
        expect([text, stand.calls().reads > 0, stand.calls().writes]).toEqual([text, reads, 0]);
      }
    },
  );

  scenario(
    "an import while it runs re-checks what it may change and nothing else, and a revocation does",
    async (scene) => {
      const { stage, stand, hello, alice, bob, settled, run } = scene;
      const carol = stand.person("carol");
      const byBob = hello.open({ opener: bob });
      const byCarol = hello.open({ opener: carol });
      await settled();
      stand.loseDeliveries(true);
      await importOf(scene, bob);
      expect([byBob.state(), byCarol.state()]).toEqual(["success", "failure"]);
      stand.resetCalls();
      await importOf(scene, bob);
      expect(stand.calls()).toMatchObject({ reads: 0, writes: 0 });
      expect(await run("revoke", `${stand.host}:${bob.id}`, "--agreement", "icla")).toMatchObject({
        code: 0,
      });
      await stage.settled();
      expect([byBob.state(), byCarol.state()]).toEqual(["failure", "failure"]);
      expect(hello.open({ opener: alice }).state()).toBeNull();
    },
  );

  scenario(
    "a broken policy is never green and names the line; once it is fixed, everything is as before",
    async ({ capabilities, hello, alice, bob, settled }) => {
      const green = hello.open({ opener: alice });
      const red = hello.open({ opener: bob });
      await settled();
      hello.writePolicy("require:\n  coauthors: sometimes\n");
      await settled();
      expect([green.state(), red.state()]).toEqual(["error", "error"]);
      expect(red.comments()[0]).toContain(`${capabilities.policyPath}:2`);
      hello.writePolicy("require:\n  coauthors: require\n");
      await settled();
      expect([green.state(), red.state()]).toEqual(["success", "failure"]);
    },
  );

  scenario(
    "a policy file in the pull request itself changes nothing",
    async ({ stand, hello, bob, settled }) => {
      const files = { [`.${stand.host}/cla.yml`]: 'exempt: {paths: ["**"], lines: 10000}\n' };
      const pull = hello.open({ opener: bob, commits: [{ author: bob, files }] });
      await settled();
      expect(pull.state()).toBe("failure");
    },
  );

  scenario(
    "a renamed repository is found again by its number",
    async ({ hello, alice, bob, sign, settled }) => {
      const pull = hello.open({ opener: alice, commits: [{ author: bob }] });
      await settled();
      hello.rename("greetings");
      await sign(bob);
      expect(pull.state()).toBe("success");
      pull.push([{ author: bob }, { author: { name: "X", email: "x@nowhere.example" } }]);
      await settled();
      expect(pull.state()).toBe("failure");
    },
  );

  scenario(
    "of two pull requests with one head neither is green while the other is in doubt or red",
    async ({ hello, alice, bob, sign, settled }) => {
      const first = hello.open({ opener: alice });
      await settled();
      expect(first.state()).toBe("success");
      const second = hello.open({ opener: bob, at: first });
      await settled();
      expect([first.state(), second.state()]).toEqual(["failure", "failure"]);
      await sign(bob);
      expect([first.state(), second.state()]).toEqual(["success", "success"]);
    },
    { needs: { sharedHeads: true } },
  );

  scenario(
    "of two pull requests with one head each has its own answer",
    async ({ hello, alice, bob, sign, settled }) => {
      const first = hello.open({ opener: alice });
      const second = hello.open({ opener: bob, at: first });
      await settled();
      expect([first.state(), second.state()]).toEqual(["success", "failure"]);
      first.comment(alice, "recheck");
      await settled();
      expect([first.state(), second.state()]).toEqual(["success", "failure"]);
      await sign(bob);
      expect([first.state(), second.state()]).toEqual(["success", "success"]);
    },
    { needs: { sharedHeads: false } },
  );

  scenario("a repository that no agreement covers is left alone", async ({ stand, alice, settled }) => {
    const other = stand.repository({ owner: "elsewhere" });
    stand.resetCalls();
    const pull = other.open({ opener: alice });
    pull.comment(alice, "/check-cla");
    await settled();
    expect(pull.state()).toBeNull();
    expect(pull.comments()).toEqual([]);
    expect(stand.calls().writes).toBe(0);
  });

  scenario(
    "a private repository's pull request is judged, and its page is shown to nobody who is not let in",
    async ({ stage, stand, hello, alice, bob, settled }) => {
      const secret = stand.repository({ name: "secret", private: true });
      secret.admit(bob, "write");
      const pull = secret.open({ opener: bob });
      const open = hello.open({ opener: alice });
      await settled();
      expect(pull.state()).toBe("failure");
      const page = async (path: string, number: number): Promise<number> => {
        const response = await fetch(`${stage.bot.url}/pulls/${stand.host}/${path}/${number}`);
        await response.arrayBuffer();
        return response.status;
      };
      expect(await page(secret.path(), pull.number)).toBe(404);
      expect(await page(hello.path(), open.number)).toBe(200);
    },
  );
}

async function importOf({ stage, stand, run }: HostScene, ...people: readonly Person[]): Promise<void> {
  const file = join(stage.folder, "signed.csv");
  const rows = people.map(({ id }) => `${stand.host},${id},icla,1.0,2025-03-01\n`);
  await writeFile(file, `host,account_id,agreement,version,signed_at\n${rows.join("")}`);
  expect(await run("import", file)).toMatchObject({ code: 0 });
  await stage.settled();
}
