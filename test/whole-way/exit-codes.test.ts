import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { COMMANDS } from "../../src/cli/commands.ts";
import { startHosts, startStage, type Stage } from "../../playground/stage.ts";
import { csvOf, run, type Ran } from "./scene.ts";
import { command } from "./serve-process.ts";

describe("the exit code", () => {
  let stage: Stage;
  let names: Record<string, string>;
  beforeAll(async () => {
    stage = await startStage();
    const { github, folder } = stage;
    const alice = github.user({ login: "alice" });
    const bob = github.user({ login: "bob" });
    const hello = github.repository({ owner: "octo", name: "hello" });
    const file = (name: string, text: string): string => {
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    };
    names = {
      ALICE: `github:${alice.id}`,
      BOB: `github:${bob.id}`,
      GOOD: file("good.csv", csvOf([alice])),
      BAD: file("bad.csv", `${csvOf([alice])}github,x,icla,1.0,2025-03-01\n`),
      MISSING: join(folder, "missing.csv"),
      OUT: join(folder, "out.csv"),
      BACKUP: join(folder, "backup.db"),
    };
    await run(stage.variables, ["import", names["GOOD"] ?? ""]);
    hello.openPull({ opener: alice });
    hello.openPull({ opener: bob });
    await stage.settled();
  });
  afterAll(() => stage.stop());

  function give(line: string): Promise<Ran> {
    return run(
      stage.variables,
      line.split(" ").map((word) => names[word] ?? word),
    );
  }

  it.each<[string, 0 | 1 | 2]>([
    ["import GOOD", 0],
    ["import GOOD --dry-run", 0],
    ["import BAD", 1],
    ["import BAD --skip-invalid", 0],
    ["import MISSING", 1],
    ["import GOOD --agreement nothing", 2],
    ["import", 2],
    ["export", 0],
    ["export --out OUT", 0],
    ["export --out OUT", 1],
    ["export --out OUT --force", 0],
    ["export --format xml", 2],
    ["export --json --format csv", 2],
    ["revoke BOB --agreement icla", 1],
    ["revoke ALICE --agreement nothing", 2],
    ["revoke ALICE", 2],
    ["revoke alice --agreement icla", 2],
    ["check github:octo/hello#1", 0],
    ["check github:octo/hello#2", 1],
    ["check github:octo/hello#2 --publish", 1],
    ["check github:octo/hello#99", 1],
    ["check github:nobody/nothing#1", 1],
    ["check hello", 2],
    ["sweep", 0],
    ["sweep github:octo/hello", 0],
    ["sweep github:nobody/nothing", 1],
    ["sweep hello", 2],
    ["stats", 0],
    ["agreement list", 0],
    ["agreement show icla", 0],
    ["agreement show nothing", 2],
    ["entity add acme ALICE --agreement icla", 0],
    ["entity list", 0],
    ["entity show acme", 0],
    ["entity show nothing", 1],
    ["entity remove acme ALICE", 0],
    ["subject show ALICE", 0],
    ["subject export ALICE", 0],
    ["subject restrict ALICE", 0],
    ["subject unrestrict ALICE", 0],
    ["subject show alice", 2],
    ["audit list", 0],
    ["audit lists", 2],
    ["completion bash", 0],
    ["completion tcsh", 2],
    ["config check", 0],
    ["config check MISSING", 1],
    ["migrate", 0],
    ["restore MISSING --yes", 1],
    ["restore BACKUP", 1],
    ["setup", 2],
    ["setup gitee octo", 1],
    ["setup gitee", 2],
    ["setup github --port high", 2],
    ["waiver list", 2],
    ["waiver list github:octo/hello", 0],
    ["waiver remove github:octo/hello 0123456789012345678901234567890123456789", 1],
    ["audit verify", 0],
    ["backup BACKUP", 0],
    ["backup BACKUP", 1],
    // The stage's bot is reached on this machine only, and its app may not write contents.
    ["doctor", 1],
    ["onboard github:octo/hello", 1],
    ["onboard hello", 2],
    ["serve --no-such-flag", 2],
    ["playground --port high", 2],
    ["no-such-command", 2],
  ])("of `countersign %s` is %d, and what is wrong is said in a line without a trace", async (line, code) => {
    const ran = await give(line);
    expect({ line, ...ran }).toMatchObject({ code });
    expect(ran.stderr).not.toMatch(/^\s+at |\[object|undefined/m);
    expect(code === 2 ? ran.stderr.trim().split("\n").length : 1).toBe(1);
    expect(code === 0 || ran.stderr !== "" || ran.stdout !== "").toBe(true);
  });

  it("is 0 for --help and 2 for an unknown flag, of every command", async () => {
    for (const name of COMMANDS.keys()) {
      const help = await give(`${name} --help`);
      expect({ name, code: help.code, stderr: help.stderr }).toEqual({ name, code: 0, stderr: "" });
      expect(help.stdout).toMatch(/Examples?:\n/);
      const wrong = await give(`${name} --no-such-flag`);
      expect({ name, code: wrong.code }).toEqual({ name, code: 2 });
      expect(wrong.stderr).toMatch(/^countersign.*\n$/);
    }
  });

  it.each([
    "import GOOD --json",
    "import BAD --json",
    "export --format json",
    "export --json",
    "completion bash --json",
    "revoke BOB --agreement icla --json",
    "check github:octo/hello#1 --json",
    "check github:octo/hello#2 --json",
    "sweep --json",
    "stats --json",
    "doctor --json",
    "agreement list --json",
    "agreement show icla --json",
    "entity list --json",
    "entity show acme --json",
    "subject show ALICE --json",
    "subject export ALICE",
    "audit verify --json",
  ])("and what `countersign %s` prints for a script is JSON", async (line) => {
    const { stdout } = await give(line);
    expect(JSON.parse(stdout)).toBeTypeOf("object");
  });

  it.each(["export --format ndjson", "audit list --json"])(
    "and what `countersign %s` prints is JSON line by line",
    async (line) => {
      const lines = (await give(line)).stdout.trimEnd().split("\n");
      for (const one of lines) expect(JSON.parse(one)).toBeTypeOf("object");
    },
  );
});

describe("countersign serve exits with 1 and a line that says what to do", () => {
  async function refusal(variables: Record<string, string | undefined>): Promise<readonly string[]> {
    const hosts = await startHosts();
    onTestFinished(() => hosts.stop());
    const { code, stdout, stderr } = await command({ variables: { ...hosts.variables, ...variables } }, [
      "serve",
    ]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    return stderr.trimEnd().split("\n");
  }

  it("when no host is configured", async () => {
    const lines = await refusal({
      APP_ID: "",
      PRIVATE_KEY: "",
      WEBHOOK_SECRET: "",
      GITHUB_CLIENT_ID: "",
      GITHUB_CLIENT_SECRET: "",
      GITEE_TOKEN: "",
      GITEE_WEBHOOK_SECRET: "",
      GITEE_CLIENT_ID: "",
      GITEE_CLIENT_SECRET: "",
      GHE_HOST: "",
      GITEE_URL: "",
    });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/no host is configured.*doctor.*playground/);
  });

  it("when neither the environment nor the configuration file is there, both at once", async () => {
    const { code, stderr } = await command({ variables: { COUNTERSIGN_CONFIG: "/nowhere.yml" } }, ["serve"]);
    expect([code, stderr.trimEnd().split("\n")]).toEqual([
      1,
      [
        expect.stringContaining("no host is configured"),
        expect.stringContaining("/nowhere.yml: can't be read"),
      ],
    ]);
  });

  it("when half a set of variables is there, and names each that is missing", async () => {
    const lines = await refusal({ WEBHOOK_SECRET: "", GITEE_TOKEN: "" });
    expect(lines).toEqual([
      expect.stringContaining("WEBHOOK_SECRET: is missing"),
      expect.stringContaining("GITEE_TOKEN: is missing"),
    ]);
  });

  it("when another process listens there", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    onTestFinished(() => void taken.close());
    await new Promise((resolve) => taken.once("listening", resolve));
    const { port } = taken.address() as AddressInfo;
    const lines = await refusal({ PORT: String(port) });
    expect(lines).toEqual([
      `countersign: can't listen on 127.0.0.1:${port}: another program listens there; stop it, or set PORT to another port`,
    ]);
  });

  it("when the configuration has mistakes, all of them at once, with file, line and key", async () => {
    const hosts = await startHosts({
      configuration: "agreements:\n  - id: ICLA\n    title: T\n    version: 1.0\n    repositories: [octo]\n",
    });
    onTestFinished(() => hosts.stop());
    const { code, stderr } = await command(hosts, ["serve"]);
    expect(code).toBe(1);
    const lines = stderr.trimEnd().split("\n");
    expect(lines.length).toBeGreaterThanOrEqual(3);
    for (const line of lines) expect(line).toMatch(/countersign\.yml:[0-9]+: agreements\[0\]/);
  });

  it.each(["serve", "import signed.csv", "export", "stats", "backup copy.db", "check github:octo/hello#1"])(
    "when a newer version wrote the database: `countersign %s` leaves it as it is",
    async (line) => {
      const hosts = await startHosts();
      onTestFinished(() => hosts.stop());
      const database = join(hosts.folder, "countersign.db");
      expect(await command(hosts, ["migrate"])).toMatchObject({ code: 0 });
      const connection = new Database(database);
      connection.prepare("INSERT INTO migration VALUES (9999, '9999_later.sql', 0)").run();
      connection.close();
      writeFileSync(join(hosts.folder, "signed.csv"), csvOf([{ id: 5 }]));
      const before = readFileSync(database);
      const words = line
        .split(" ")
        .map((word) => (/\.(csv|db)$/.test(word) ? join(hosts.folder, word) : word));
      const { code, stdout, stderr } = await command(hosts, words);
      expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
      expect(stderr).toMatch(/^countersign: .*newer Countersign.*\n$/);
      expect(readFileSync(database).equals(before)).toBe(true);
    },
  );
});
