import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { commandGroup } from "../../src/cli/command-group.ts";
import { exitWith, runCommandLine, type Commands, type Console } from "../../src/cli/command-line.ts";
import { Failure } from "../../src/error.ts";

const commands: Commands = new Map([
  [
    "greet",
    async () => (program) => {
      program
        .command("greet")
        .description("say hello")
        .argument("<who>")
        .option("--loud", "louder")
        .action((who: string, _options, command) => {
          if (who === "nobody") throw new Failure("refused", "nobody is there\nand nobody comes");
          if (who === "later") throw new Failure("paced", undefined, { retryAt: Date.UTC(2026, 0, 2) });
          exitWith(command, who === "stranger" ? 1 : 0);
        });
    },
  ],
  [
    "door",
    async () => (program) => {
      const group = commandGroup(program, "door", "doors", "");
      group.command("open").argument("<door>").option("--wide");
      group.command("close");
    },
  ],
]);

async function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const console = { variables: {}, stdin: process.stdin, stdout, stderr } as unknown as Console;
  const code = await runCommandLine(args, commands, console, "1.2.3");
  return { code, stdout: String(stdout.read() ?? ""), stderr: String(stderr.read() ?? "") };
}

describe("a command line", () => {
  it("exits as its command says", async () => {
    expect((await run("greet", "friend")).code).toBe(0);
    expect((await run("greet", "stranger")).code).toBe(1);
  });

  it("whose command must wait for the host's limits says when to run it again", async () => {
    expect(await run("greet", "later")).toEqual({
      code: 1,
      stdout: "",
      stderr:
        "countersign: the host's limits leave no room for this command now; run it again after 2026-01-02T00:00:00.000Z\n",
    });
  });

  it("that names no known command exits 2 with one line that says what is right", async () => {
    expect(await run("gret")).toEqual({
      code: 2,
      stdout: "",
      stderr: "countersign: unknown command 'gret' (Did you mean greet?)\n",
    });
  });

  it("with a wrong flag exits 2 with one line that says what is right", async () => {
    expect(await run("greet", "friend", "--lout")).toEqual({
      code: 2,
      stdout: "",
      stderr:
        "countersign greet: unknown option '--lout' (Did you mean --loud?); see countersign greet --help\n",
    });
  });

  it("that lacks an argument exits 2", async () => {
    const { code, stderr } = await run("greet");
    expect([code, stderr]).toEqual([
      2,
      "countersign greet: missing required argument 'who'; see countersign greet --help\n",
    ]);
  });

  it("names the whole command that it is about", async () => {
    const said = async (...args: string[]): Promise<string> => (await run(...args)).stderr;
    expect(await said("door", "open")).toBe(
      "countersign door open: missing required argument 'door'; see countersign door open --help\n",
    );
    expect(await said("door", "open", "a", "b")).toMatch(/^countersign door open: too many arguments/);
    expect(await said("door", "shut", "a")).toBe(
      "countersign: door: there is no such verb: one of open, close; see countersign door --help\n",
    );
    expect(await said("door")).toMatch(/what to do is missing: one of open, close/);
  });

  it("that asks for help the other way round gets it", async () => {
    expect((await run("help", "greet")).stdout).toBe((await run("greet", "--help")).stdout);
    expect((await run("help", "door", "open")).stdout).toContain("--wide");
    expect((await run("help")).stdout).toContain("greet");
    expect((await run("help", "gret")).code).toBe(2);
  });

  it("says a foreseen failure without a stack trace and exits 1", async () => {
    expect(await run("greet", "nobody")).toEqual({
      code: 1,
      stdout: "",
      stderr: "countersign: nobody is there\ncountersign: and nobody comes\n",
    });
  });

  it("shows help on standard output", async () => {
    const { code, stdout, stderr } = await run("--help");
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("greet");
    expect((await run("greet", "--help")).stdout).toContain("--loud");
  });
});
