/** A PostgreSQL that the system installed, e.g. by `apt-get install postgresql`, started from its own programs. */
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Where Debian and its relatives put each version's programs. */
const VERSIONS = "/usr/lib/postgresql";

/** The folder with the programs of the oldest version that is installed; null: none is. */
export function systemPostgres(): string | null {
  if (!existsSync(VERSIONS)) return null;
  const found = readdirSync(VERSIONS)
    .toSorted((one, other) => Number(one) - Number(other))
    .map((version) => join(VERSIONS, version, "bin"))
    .find((folder) => existsSync(join(folder, "initdb")) && existsSync(join(folder, "postgres")));
  return found ?? null;
}

export interface SystemServerOptions {
  /** A folder of the server's own. */
  readonly folder: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly initdbFlags: readonly string[];
  readonly postgresFlags: readonly string[];
  readonly log: (line: unknown) => void;
}

export interface SystemServer {
  stop(): Promise<void>;
  /** Stops it and starts it again as a standby, which waits for a primary's changes and only reads. */
  becomeStandby(): Promise<void>;
}

export async function startSystemServer(
  programs: string,
  { folder, port, user, password, initdbFlags, postgresFlags, log }: SystemServerOptions,
): Promise<SystemServer> {
  const owner = ownerIds();
  const own = join(folder, "system");
  mkdirSync(own);
  const passwords = join(own, "password");
  writeFileSync(passwords, password);
  chmodSync(passwords, 0o644);
  if (owner.uid !== undefined) spawnSync("chown", [`${owner.uid}:${owner.gid}`, own]);
  const data = join(own, "data");
  const made = spawnSync(
    join(programs, "initdb"),
    ["-D", data, "-U", user, "-A", "password", `--pwfile=${passwords}`, ...initdbFlags],
    { ...owner, cwd: own, encoding: "utf8" },
  );
  if (made.status !== 0) throw new Error(`initdb: ${made.stderr}`);
  const start = async (): Promise<ChildProcess> => {
    const child = spawn(join(programs, "postgres"), ["-D", data, "-p", String(port), ...postgresFlags], {
      ...owner,
      cwd: own,
      stdio: ["ignore", "ignore", "pipe"],
    });
    await new Promise<void>((resolve, reject) => {
      child.once("exit", () => reject(new Error("PostgreSQL ended at its start")));
      child.stderr?.on("data", (chunk) => {
        log(chunk);
        if (/ready to accept (read-only )?connections/.test(String(chunk))) resolve();
      });
    });
    return child;
  };
  let child = await start();
  const stop = async (): Promise<void> => {
    child.kill("SIGINT");
    await once(child, "exit");
  };
  return {
    stop,
    // https://www.postgresql.org/docs/current/warm-standby.html#STANDBY-SERVER-OPERATION
    becomeStandby: async () => {
      await stop();
      const signal = join(data, "standby.signal");
      writeFileSync(signal, "");
      if (owner.uid !== undefined) spawnSync("chown", [`${owner.uid}:${owner.gid}`, signal]);
      child = await start();
    },
  };
}

/** As root, which PostgreSQL refuses to run as, the user `postgres` that came with it. */
function ownerIds(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const idOf = (flag: string): number =>
    Number(spawnSync("id", [flag, "postgres"], { encoding: "utf8" }).stdout);
  return { uid: idOf("-u"), gid: idOf("-g") };
}
