/** The commands about signatures, as a person runs them, with a separate database and folder. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import type { Account } from "../../src/account.ts";
import type { Agreement } from "../../src/records/agreement.ts";
import { runCommandLine, type Commands, type Console } from "../../src/cli/command-line.ts";
import type { OpenSignatures } from "../../src/cli/context.ts";
import { declareExport } from "../../src/cli/signatures/export.ts";
import { declareImport } from "../../src/cli/signatures/import.ts";
import { declareRevoke } from "../../src/cli/signatures/revoke.ts";
import type { Engine } from "../../src/ports/engine.ts";
import type { Signature } from "../../src/records/signature.ts";
import { openSqlite } from "../../src/sqlite/open.ts";
import { agreement, NOW } from "../verdict/facts.ts";

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface SignatureScene {
  readonly folder: string;
  /** The database's file. */
  readonly database: string;
  /** The logins of each lookup call. */
  readonly lookedUp: string[][];
  /** Writes a file and returns its path. */
  file(name: string, content: string | Uint8Array): Promise<string>;
  run(args: readonly string[], more?: { stdin?: string | Uint8Array; terminal?: boolean }): Promise<Ran>;
  /** What is held, in short. */
  held(): Promise<readonly string[]>;
  engine(): Promise<Engine>;
  end(): Promise<void>;
}

export const TWO: readonly Agreement[] = [agreement, { ...agreement, id: "ccla", accepts: [] }];

export async function signatureScene(
  options: {
    agreements?: readonly Agreement[];
    logins?: Readonly<Record<string, Account>>;
    /** The creation times of accounts, by login; long ago by default. */
    created?: Readonly<Record<string, number>>;
    /** The errors of the next lookups, one by one. */
    trouble?: Error[];
  } = {},
): Promise<SignatureScene> {
  const folder = await mkdtemp(join(tmpdir(), "countersign-"));
  const database = join(folder, "data", "countersign.db");
  const engine = (): Promise<Engine> => openSqlite(database, { now: () => NOW });
  const lookedUp: string[][] = [];
  const directory = {
    accountsOf: async (logins: readonly string[]): Promise<ReadonlyMap<string, Account>> => {
      lookedUp.push([...logins]);
      return new Map(
        logins.flatMap((login) => {
          const account = options.logins?.[login];
          return account === undefined ? [] : [[login, account] as const];
        }),
      );
    },
  };

  const registered = async (logins: readonly string[]) => {
    const trouble = options.trouble?.shift();
    if (trouble !== undefined) throw trouble;
    return new Map(
      [...(await directory.accountsOf(logins))].map(([login, account]) => [
        login,
        { account, createdAt: options.created?.[login] ?? Date.UTC(2015, 0, 1) },
      ]),
    );
  };

  return {
    folder,
    database,
    lookedUp,
    engine,
    file: async (name, content) => {
      const path = join(folder, name);
      await writeFile(path, content);
      return path;
    },
    run: async (args, { stdin = "", terminal = false } = {}) => {
      const [stdout, stderr] = [new PassThrough(), new PassThrough()];
      const open: OpenSignatures = async () => {
        const opened = await engine();
        return {
          engine: opened,
          agreements: options.agreements ?? [agreement],
          hosts: new Map([["github" as const, { ...directory, registered }]]),
          by: "cli",
          input: Readable.from([Buffer.from(stdin)]),
          output: stdout,
          errors: stderr,
          isTerminal: terminal,
          now: () => NOW,
          [Symbol.asyncDispose]: () => opened.close(),
        };
      };
      const commands: Commands = new Map([
        ["import", async () => (program) => declareImport(program, open)],
        ["export", async () => (program) => declareExport(program, open)],
        ["revoke", async () => (program) => declareRevoke(program, open)],
      ]);
      const texts = [stdout, stderr].map(async (stream) => Buffer.concat(await stream.toArray()).toString());
      const console = { variables: {}, stdin: process.stdin, stdout, stderr } as unknown as Console;
      const code = await runCommandLine(args, commands, console, "1.2.3");
      stdout.end();
      stderr.end();
      const [out = "", errors = ""] = await Promise.all(texts);
      return {
        code,
        stdout: out.replaceAll(`${folder}/`, ""),
        stderr: errors.replaceAll(`${folder}/`, ""),
      };
    },
    held: async () => {
      const opened = await engine();
      const all: Signature[] = await Array.fromAsync(opened.signatures.all({}));
      await opened.close();
      return all.map((signature) =>
        [
          signature.account,
          signature.agreement,
          signature.version,
          new Date(signature.signedAt).toISOString().slice(0, 10),
          ...(signature.entity === null ? [] : [signature.entity]),
        ].join(" "),
      );
    },
    end: () => rm(folder, { recursive: true }),
  };
}
