/** `countersign serve` and other commands as processes of their own, between simulated hosts in this one. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { StageHosts } from "../../playground/stage.ts";

const PROGRAM = fileURLToPath(new URL("../../bin/countersign.js", import.meta.url));

export interface Served {
  /** Where it listens. */
  readonly url: string;
  /** Everything it wrote to standard error so far. */
  readonly lines: readonly string[];
  /** Sends a signal and waits for the end. @returns the exit code; null when the signal ended it */
  end(signal: "SIGTERM" | "SIGKILL"): Promise<number | null>;
}

/** Starts the bot, waits until it listens, and points the hosts' webhooks to it. */
export async function serve(hosts: StageHosts, variables: Record<string, string> = {}): Promise<Served> {
  const child = start(["serve"], { ...hosts.variables, ...variables });
  const lines: string[] = [];
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  createInterface({ input: child.stderr }).on("line", (line) => {
    lines.push(line);
    const [, url] = /listening on (http:\S+)/.exec(line) ?? [];
    if (url !== undefined) resolve(url);
  });
  child.once("exit", () => reject(new Error(`serve ended before it listened: ${lines.join("\n")}`)));
  const url = await promise;
  hosts.announceTo(url);
  return { url, lines, end: (signal) => end(child, signal) };
}

/** Runs a command to its end. @param killAfter milliseconds after which it is killed with SIGKILL */
export async function command(
  hosts: Pick<StageHosts, "variables">,
  args: readonly string[],
  killAfter?: number,
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = start(args, hosts.variables);
  const texts = [child.stdout, child.stderr].map(async (stream) =>
    Buffer.concat(await stream.toArray()).toString(),
  );
  const timer = killAfter === undefined ? undefined : setTimeout(() => child.kill("SIGKILL"), killAfter);
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  clearTimeout(timer);
  const [stdout = "", stderr = ""] = await Promise.all(texts);
  return { code: child.exitCode, stdout, stderr };
}

function start(args: readonly string[], variables: StageHosts["variables"]) {
  const env = { PATH: process.env["PATH"], ...variables };
  return spawn(process.execPath, [PROGRAM, ...args], { env, stdio: ["ignore", "pipe", "pipe"] });
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  child.kill(signal);
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  return child.exitCode;
}
