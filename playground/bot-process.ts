/** Runs `countersign serve` and other commands as separate processes, between the simulated hosts in this one. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { clockOffset } from "./clock.ts";

type Variables = Readonly<Record<string, string | undefined>>;

const PROGRAM = fileURLToPath(new URL("../bin/countersign.js", import.meta.url));
const CLOCK_HOOK = new URL("clock-hook.ts", import.meta.url).href;

export interface BotProcess {
  /** Where it listens. */
  readonly url: string;
  readonly pid: number;
  /** Everything it wrote to standard error so far. */
  readonly lines: readonly string[];
  /** Moves its clock while it runs, if it is movable. @param offset how far ahead of the real time, in milliseconds */
  setClock(offset: number): void;
  /** Resolves when it ends for whatever reason, with the exit code; null if a signal ended it. */
  readonly ended: Promise<number | null>;
  /** Sends a signal and waits for the end. @returns the exit code; null if the signal ended it */
  end(signal: "SIGTERM" | "SIGKILL"): Promise<number | null>;
}

/**
 * Starts the bot and waits until it listens.
 * @param movable whether its clock can be moved; a bot under test runs without the hook for this
 * @param program the program's file, if it is not this checkout's
 */
export async function startBotProcess(
  variables: Variables,
  { movable = false, program = PROGRAM }: { movable?: boolean; program?: string } = {},
): Promise<BotProcess> {
  const child = start(["serve"], variables, movable, program);
  const lines: string[] = [];
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  createInterface({ input: child.stderr }).on("line", (line) => {
    lines.push(line);
    const [, url] = /listening on (http:\/\/[^\s"]+)/.exec(line) ?? [];
    if (url !== undefined) resolve(url);
  });
  const ended = once(child, "exit").then(() => child.exitCode);
  child.once("exit", () => reject(new Error(`serve ended before it listened: ${lines.join("\n")}`)));
  const url = await promise;
  return {
    url,
    pid: child.pid ?? 0,
    lines,
    ended,
    setClock: (offset) => {
      if (child.connected) child.send({ clock: offset });
    },
    end: (signal) => end(child, signal),
  };
}

export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command to its end. @param options.killAfter milliseconds after which it is killed with SIGKILL */
export async function runCommand(
  variables: Variables,
  args: readonly string[],
  { killAfter, movable = false }: { killAfter?: number | undefined; movable?: boolean } = {},
): Promise<CommandResult> {
  const child = start(args, variables, movable);
  const texts = [child.stdout, child.stderr].map(async (stream) =>
    Buffer.concat(await stream.toArray()).toString(),
  );
  const timer = killAfter === undefined ? undefined : setTimeout(() => child.kill("SIGKILL"), killAfter);
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  clearTimeout(timer);
  const [stdout = "", stderr = ""] = await Promise.all(texts);
  return { code: child.exitCode, stdout, stderr };
}

/** Starts a command that ends when it is told to. `text` returns what it has printed so far. */
export function startCommand(
  variables: Variables,
  args: readonly string[],
): { readonly child: ChildProcess; readonly text: () => string } {
  const child = start(args, variables, false);
  let printed = "";
  child.stdout.setEncoding("utf8").on("data", (piece: string) => {
    printed += piece;
  });
  child.stderr.resume();
  return { child, text: () => printed };
}

function start(args: readonly string[], variables: Variables, movable: boolean, program = PROGRAM) {
  const env = { PATH: process.env["PATH"], CLOCK_OFFSET: String(clockOffset()), ...variables };
  const hook = movable ? ["--import", CLOCK_HOOK] : [];
  const child = spawn(process.execPath, [...hook, program, ...args], {
    env,
    stdio: ["ignore", "pipe", "pipe", ...(movable ? (["ipc"] as const) : [])],
  });
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new TypeError("the process has no output");
  return Object.assign(child, { stdout, stderr });
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  child.kill(signal);
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  return child.exitCode;
}
