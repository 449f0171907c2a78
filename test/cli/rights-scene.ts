/** The commands about agreements, employers and people's rights, as an operator runs them. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import type { Account, HostName } from "../../src/account.ts";
import type { Agreement } from "../../src/records/agreement.ts";
import { declareAgreement } from "../../src/cli/agreements/agreement.ts";
import { declareAudit } from "../../src/cli/rights/audit.ts";
import { declareBackup } from "../../src/cli/database/backup.ts";
import { runCommandLine, type Commands, type Console } from "../../src/cli/command-line.ts";
import { declareEntity } from "../../src/cli/agreements/entity.ts";
import { operatorOf } from "../../src/cli/operator.ts";
import type { OpenRights } from "../../src/cli/rights/rights-context.ts";
import { declareStats } from "../../src/cli/stats.ts";
import { declareSubject } from "../../src/cli/rights/subject.ts";
import type { Engine } from "../../src/ports/engine.ts";
import { openSqlite } from "../../src/sqlite/open.ts";
import { agreement, NOW } from "../verdict/facts.ts";
import type { Ran } from "./signature-scene.ts";

export interface RightsScene {
  readonly folder: string;
  readonly database: string;
  readonly clock: { now: number };
  agreements: readonly Agreement[];
  file(name: string, content: string | Uint8Array): Promise<string>;
  run(line: string, more?: { stdin?: string; terminal?: boolean; operator?: string }): Promise<Ran>;
  /** Uses the engine, as the running bot would. */
  with<T>(work: (engine: Engine) => Promise<T>): Promise<T>;
  end(): Promise<void>;
}

export async function rightsScene(logins: Readonly<Record<string, Account>> = {}): Promise<RightsScene> {
  const folder = await mkdtemp(join(tmpdir(), "countersign-"));
  const database = join(folder, "data", "countersign.db");
  const clock = { now: NOW };
  const open = (): Promise<Engine> => openSqlite(database, { now: () => clock.now });
  const directory = {
    accountsOf: async (asked: readonly string[]): Promise<ReadonlyMap<string, Account>> =>
      new Map(Object.entries(logins).filter(([login]) => asked.includes(login))),
    loginOf: async (account: Account): Promise<string | null> =>
      Object.entries(logins).find(([, one]) => one === account)?.[0] ?? null,
    registered: async (asked: readonly string[]) =>
      new Map(
        Object.entries(logins)
          .filter(([login]) => asked.includes(login))
          .map(([login, account]) => [login, { account, createdAt: null }]),
      ),
  };

  const scene: RightsScene = {
    folder,
    database,
    clock,
    agreements: [agreement, { ...agreement, id: "ccla", version: "2.0", accepts: ["2.0"] }],
    file: async (name, content) => {
      const path = join(folder, name);
      await writeFile(path, content);
      return path;
    },
    run: async (line, { stdin = "", terminal = false, operator } = {}) => {
      const [stdout, stderr] = [new PassThrough(), new PassThrough()];
      const openRights: OpenRights = async () => {
        const engine = await open();
        return {
          engine,
          agreements: scene.agreements,
          hosts: new Map<HostName, typeof directory>([["github", directory]]),
          input: Readable.from([Buffer.from(stdin)]),
          output: stdout,
          errors: stderr,
          isTerminal: terminal,
          now: () => clock.now,
          by: operatorOf(operator ?? null),
          [Symbol.asyncDispose]: () => engine.close(),
        };
      };
      const commands: Commands = new Map(
        Object.entries({
          agreement: declareAgreement,
          audit: declareAudit,
          entity: declareEntity,
          stats: declareStats,
          subject: declareSubject,
        }).map(([name, declare]) => [name, async () => (program) => declare(program, openRights)]),
      );
      const withBackup: Commands = new Map([...commands, ["backup", async () => declareBackup]]);
      const texts = [stdout, stderr].map(async (stream) => Buffer.concat(await stream.toArray()).toString());
      const variables = { DATABASE_URL: `file:${database}` };
      const console = { variables, stdin: process.stdin, stdout, stderr } as unknown as Console;
      const code = await runCommandLine(line.split(" "), withBackup, console, "1.2.3");
      stdout.end();
      stderr.end();
      const [out = "", errors = ""] = await Promise.all(texts);
      const bare = (text: string): string => text.replaceAll(`${folder}/`, "");
      return { code, stdout: bare(out), stderr: bare(errors) };
    },
    with: async (work) => {
      const engine = await open();
      try {
        return await work(engine);
      } finally {
        await engine.close();
      }
    },
    end: () => rm(folder, { recursive: true }),
  };
  return scene;
}
