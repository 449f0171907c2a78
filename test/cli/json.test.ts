import { createHash } from "node:crypto";
import { Command } from "commander";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { accountOf } from "../../src/account.ts";
import { COMMANDS } from "../../src/cli/commands.ts";
import type { Console } from "../../src/cli/command-line.ts";
import { load, pullRecord, pullRef, row } from "../ports/engine-scene.ts";
import { agreement } from "../verdict/facts.ts";
import { rightsScene, type RightsScene } from "./rights-scene.ts";

const alice = accountOf("github", 583_231);
const erased = accountOf("github", 4);
const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

describe("--json", () => {
  it("is an option of every command and verb but of the two that run until they are stopped", async () => {
    const program = new Command("countersign").helpCommand(false);
    const console = { variables: {} } as unknown as Console;
    for (const declare of COMMANDS.values()) (await declare())(program, console);
    const lacking = leaves(program, []).filter(
      ({ command }) => !command.options.some(({ long }) => long === "--json"),
    );
    expect(lacking.map(({ name }) => name)).toEqual(["serve", "playground"]);
  });

  describe("of a command that changes records", () => {
    let scene: RightsScene;
    beforeAll(async () => {
      scene = await rightsScene();
      const document = await scene.file("icla.md", "# One\n");
      const [icla, ccla] = [
        { ...agreement, url: null, document },
        { ...agreement, id: "ccla", version: "2.0", accepts: ["2.0"] },
      ];
      scene.agreements = [icla, ccla];
      await scene.with(async (engine) => {
        await engine.subjects.erase(erased, "cli");
        await load(engine, [row(accountOf("github", 58_323), Date.UTC(2026, 0, 5))]);
        await engine.pulls.record(pullRecord(pullRef(7), [alice]));
        await engine.subjects.request(alice, { kind: "withdrawal", agreement: "icla" });
        await engine.entities.request({ account: alice, name: "Acme GmbH", agreement: "ccla" });
        await engine.entities.request({ account: alice, name: "Bolt AG", agreement: "icla" });
      });
    });
    afterAll(() => scene.end());

    // One story: each line changes what the next one finds.
    it.each<[line: string, code: number, result: object, told?: string]>([
      [
        "subject correct github:58323 --account github:583231",
        0,
        {
          account: "github:58323",
          to: "github:583231",
          signatures: 1,
          roster_places: 0,
          kept: 0,
          checked_again: 1,
        },
      ],
      [
        "subject correct github:583231 --agreement icla --agreement-version 1.0 --signed-at 2025-03-01",
        0,
        {
          account: "github:583231",
          to: null,
          signatures: 1,
          roster_places: 0,
          kept: 0,
          checked_again: 1,
        },
      ],
      ["subject restrict github:583231", 0, { account: "github:583231", restricted: true, changed: true }],
      ["subject restrict github:583231", 0, { account: "github:583231", restricted: true, changed: false }],
      ["subject unrestrict github:583231", 0, { account: "github:583231", restricted: false, changed: true }],
      [
        "subject settle github:583231 --agreement icla",
        0,
        { account: "github:583231", agreement: "icla", settled: 1 },
      ],
      [
        "subject settle github:583231 --agreement icla",
        1,
        { account: "github:583231", agreement: "icla", settled: 0 },
      ],
      [
        "entity accept acme github:583231 --agreement ccla",
        0,
        {
          id: "acme",
          name: "Acme GmbH",
          agreement: "ccla",
          version: "2.0",
          accepted: true,
          account: "github:583231",
          manages: true,
        },
      ],
      [
        "entity decline github:583231",
        0,
        { account: "github:583231", name: "Bolt AG", agreement: "icla", declined: true },
      ],
      [
        "entity add bolt github:583231 github:4 --agreement icla --manager gitee:7",
        1,
        {
          id: "bolt",
          agreement: "icla",
          version: "1.0",
          added: true,
          roster: { changed: ["github:583231"], unchanged: [], erased: ["github:4"] },
          managers: { changed: ["gitee:7"], unchanged: [], erased: [] },
          checked_again: 1,
        },
        "github:4: left out: the account was erased at its person's request\n",
      ],
      [
        "entity remove bolt github:583231 github:9 --manager gitee:7",
        0,
        {
          id: "bolt",
          ended: false,
          roster: { changed: ["github:583231"], unchanged: ["github:9"], erased: [] },
          managers: { changed: ["gitee:7"], unchanged: [], erased: [] },
          checked_again: 1,
        },
      ],
      [
        "entity remove bolt --yes",
        0,
        {
          id: "bolt",
          ended: true,
          roster: { changed: [], unchanged: [], erased: [] },
          managers: { changed: [], unchanged: [], erased: [] },
          checked_again: 1,
        },
      ],
      [
        "agreement revise icla",
        0,
        {
          agreement: "icla",
          version: "1.0",
          language: null,
          revision: 0,
          digest: sha256("# One\n"),
          previous_digest: null,
          changed: true,
        },
      ],
      [
        "agreement revise icla",
        0,
        {
          agreement: "icla",
          version: "1.0",
          language: null,
          revision: 0,
          digest: sha256("# One\n"),
          previous_digest: sha256("# One\n"),
          changed: false,
        },
      ],
      [
        "subject erase github:583231 --yes",
        0,
        {
          account: "github:583231",
          signatures: 1,
          roster_places: 1,
          roster_managements: 1,
          waivers: 0,
          checked_again: 1,
          trace: "none",
        },
        "No byte of the database's files contains it. Remove it from backups and exports yourself.\n",
      ],
    ])("%s prints one object that says what changed", async (line, code, result, told = "") => {
      const ran = await scene.run(`${line} --json`);
      expect({ ...ran, stdout: JSON.parse(ran.stdout) as unknown }).toEqual({
        code,
        stdout: result,
        stderr: told,
      });
    });

    it("leaves standard output empty when the command needs a yes first", async () => {
      await scene.file("icla.md", "# Two\n");
      for (const line of ["agreement revise icla", "subject erase github:1", "entity remove acme"]) {
        const { code, stdout, stderr } = await scene.run(`${line} --json`);
        expect([code, stdout]).toEqual([1, ""]);
        expect(stderr).toContain("Use --yes to confirm");
      }
    });
  });
});

/** The commands that do something: verbs, and commands without verbs. */
function leaves(
  command: Command,
  path: readonly string[],
): readonly { readonly name: string; readonly command: Command }[] {
  return command.commands.flatMap((one) => {
    const here = [...path, one.name()];
    return one.commands.length === 0 ? [{ name: here.join(" "), command: one }] : leaves(one, here);
  });
}
