/** A person's rights, an employer's roster and a new version of an agreement, beside the running bot. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { STAGE_CONFIGURATION } from "../../playground/stage.ts";
import { run, sign, stageForTest, stateOf, statusOf } from "./scene.ts";

async function oneGreenPull() {
  const stage = await stageForTest();
  const { github } = stage;
  const alice = github.user({ login: "alice" });
  const pull = github.repository({ owner: "octo", name: "hello" }).openPull({ opener: alice });
  await stage.settled();
  await sign(stage, alice);
  expect(stateOf(pull)).toBe("success");
  const account = `github:${alice.id}`;
  /** Runs a command on the bot's database, and waits for the result. */
  async function command(...args: string[]) {
    const ran = await run(stage.variables, args);
    await stage.settled();
    return ran;
  }
  return { stage, alice, pull, account, command };
}

describe("beside the running bot", () => {
  it("an erasure turns the person's open pull request unsigned, and a list can't restore the signature", async () => {
    const { stage, pull, account, command } = await oneGreenPull();
    expect(await command("subject", "erase", account, "--yes")).toMatchObject({ code: 0, stderr: "" });
    expect(stateOf(pull)).toBe("failure");
    const list = join(stage.folder, "old.csv");
    await writeFile(
      list,
      `host,account_id,agreement,version,signed_at\ngithub,${account.slice(7)},icla,1.0,2025-03-01\n`,
    );
    const ran = await command("import", list);
    expect(ran.stdout).toContain("1 left out: the account was erased");
    expect(stateOf(pull)).toBe("failure");
    expect((await command("audit", "verify")).code).toBe(0);
  });

  it("a restriction makes the person look unsigned until it is lifted", async () => {
    const { pull, account, command } = await oneGreenPull();
    await command("subject", "restrict", account);
    expect(stateOf(pull)).toBe("failure");
    await command("subject", "unrestrict", account);
    expect(stateOf(pull)).toBe("success");
  });

  it("a corrected number takes the signature from one account and gives it to the other", async () => {
    const { stage, pull, account, command } = await oneGreenPull();
    const bob = stage.github.user({ login: "bob" });
    const other = pull.repository.openPull({ opener: bob });
    await stage.settled();
    expect(stateOf(other)).toBe("failure");
    await command("subject", "correct", account, "--account", `github:${bob.id}`);
    expect(stateOf(pull)).toBe("failure");
    expect(stateOf(other)).toBe("success");
  });

  it("who joins an employer's roster is covered, and who leaves is not", async () => {
    const { stage, pull, command } = await oneGreenPull();
    const bob = stage.github.user({ login: "bob" });
    const other = pull.repository.openPull({ opener: bob });
    await stage.settled();
    await command(
      "entity",
      "add",
      "acme",
      `github:${bob.id}`,
      "--agreement",
      "icla",
      "--signed-at",
      "2026-01-05",
    );
    expect(stateOf(other)).toBe("success");
    await command("entity", "remove", "acme", `github:${bob.id}`);
    expect(stateOf(other)).toBe("failure");
    expect(stateOf(pull)).toBe("success");
  });

  it("a new version asks again from the next start on, with no delivery needed", async () => {
    const { stage, pull } = await oneGreenPull();
    const raised = STAGE_CONFIGURATION.replace('version: "1.0"', 'version: "2.0"');
    await writeFile(join(stage.folder, "countersign.yml"), raised);
    await stage.restart();
    await stage.settled();
    expect(statusOf(pull)).toMatchObject({ state: "failure", line: expect.stringContaining("icla 2.0") });
  });

  it("a document that changed under its version stops the start, until it is revised, and nobody signs again", async () => {
    const { stage, pull } = await oneGreenPull();
    await writeFile(join(stage.folder, "cla/icla-1.0.md"), "# Corrected\n");
    await expect(stage.restart()).rejects.toMatchObject({ code: "agreement-document" });
    const revise = ["agreement", "revise", "icla", "--yes"];
    expect(await run(stage.variables, revise)).toMatchObject({ code: 0 });
    await stage.restart();
    await stage.settled();
    expect(stateOf(pull)).toBe("success");
  });
});
