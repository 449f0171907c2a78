import { randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { link, rename, rm } from "node:fs/promises";
import { Readable, type Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Option, type Command } from "commander";
import { HOSTS, type HostName } from "../../account.ts";
import { Failure } from "../../error.ts";
import { FORMATS, type Format } from "../../formats/detect.ts";
import { writeSignatures } from "../../formats/write.ts";
import { requireAgreement } from "../agreements/require-agreement.ts";
import { exitWith } from "../command-line.ts";
import { foreignOwner } from "../database/open-database.ts";
import { keepYoungSpaceSmall } from "../young-space.ts";
import type { OpenSignatures, SignatureContext } from "../context.ts";

export interface ExportOptions {
  readonly format?: Format;
  readonly json?: true;
  readonly agreement?: string;
  readonly host?: HostName;
  readonly out?: string;
  readonly force?: boolean;
}

/** Writes the signatures that count, in a format that `import` reads. Returns the exit code. */
export async function exportSignatures(context: SignatureContext, options: ExportOptions): Promise<number> {
  const { agreement, host, out, force = false } = options;
  keepYoungSpaceSmall();
  const format = options.json === true ? "json" : (options.format ?? "csv");
  if (agreement !== undefined) requireAgreement(context.agreements, agreement);
  const text = writeSignatures(format, context.engine.signatures.all({ agreement, host }));
  const warning = out === undefined || !force ? null : foreignOwner(out, undefined, out);
  if (warning !== null) context.errors.write(`countersign: ${warning}\n`);
  if (out === undefined) await writeTo(context.output, text);
  else await writeFile(out, text, force);
  return 0;
}

async function writeTo(output: Writable, text: AsyncIterable<string>): Promise<void> {
  try {
    await pipeline(Readable.from(text), output, { end: false });
  } catch (error) {
    // The reader of the pipe has closed it.
    if (codeOf(error) !== "EPIPE") throw error;
  }
}

/** Writes a file completely or not at all. Only its owner can read it. */
async function writeFile(path: string, text: AsyncIterable<string>, force: boolean): Promise<void> {
  const part = `${path}.${randomUUID()}.part`;
  try {
    await pipeline(Readable.from(text), createWriteStream(part, { flags: "wx", mode: 0o600 }));
    if (force) await rename(part, path);
    // Unlike a rename, a link never replaces an existing file.
    else await link(part, path);
  } catch (error) {
    const code = codeOf(error);
    if (code === "EEXIST") throw new Failure("refused", `${path} already exists; use --force to replace it`);
    if (code === "ENOSPC" || code === "EDQUOT")
      throw new Failure("refused", `${path} can't be written: the disk is full; make room on it`, {
        cause: error,
      });
    if (typeof code === "string" && UNWRITABLE.has(code))
      throw new Failure("refused", `${path} can't be written there (${code})`, { cause: error });
    throw error;
  } finally {
    // The earlier error says more than a failed removal.
    await rm(part, { force: true }).catch(() => undefined);
  }
}

/** The system's error codes for a location that can't be written. */
const UNWRITABLE: ReadonlySet<string> = new Set([
  "ENOENT",
  "EACCES",
  "EPERM",
  "EROFS",
  "EISDIR",
  "ENOTDIR",
  "ENAMETOOLONG",
  "EIO",
]);

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : null;
}

export function declareExport(program: Command, open: OpenSignatures): void {
  program
    .command("export")
    .summary("write the signed CLAs to a file")
    .description("Writes the signatures that count, in a format that import reads. Accounts are numbers.")
    .addOption(new Option("--format <format>", "the format").choices(FORMATS).default("csv"))
    .addOption(new Option("--json", "the same as --format json").conflicts("format"))
    .option("--agreement <id>", "only this agreement")
    .addOption(new Option("--host <host>", "only this host").choices(HOSTS))
    .option("--out <file>", "write to a file that only its owner can read; without it, to standard output")
    .option("--force", "replace an existing file")
    .addHelpText("after", "\nExample:\n  countersign export --agreement icla --out icla.csv\n")
    .action(async (options: ExportOptions, command: Command) => {
      await using context = await open("read");
      exitWith(command, await exportSignatures(context, options));
    });
}
