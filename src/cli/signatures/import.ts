import { createInterface } from "node:readline/promises";
import { setFlagsFromString } from "node:v8";
import { Option, type Command } from "commander";
import { HOSTS, type HostName } from "../../account.ts";
import { Failure, printProblem, Problems } from "../../error.ts";
import { parseDate } from "../../formats/date.ts";
import { FORMATS, type Format } from "../../formats/detect.ts";
import { ENCODINGS, type Encoding } from "../../formats/encoding.ts";
import type { Import } from "../../formats/import.ts";
import { ProblemList } from "../../formats/problems.ts";
import { readSignatures, type FileReport } from "../../formats/read.ts";
import type { SignatureRow } from "../../records/signature.ts";
import { hostNamed } from "../accounts.ts";
import { requireAgreement } from "../agreements/require-agreement.ts";
import { exitWith } from "../command-line.ts";
import type { OpenSignatures, SignatureContext } from "../context.ts";
import { printImport, type Loaded } from "./import-report.ts";
import { openSources, STANDARD_INPUT, type Source } from "./import-source.ts";

export interface ImportOptions {
  readonly format?: Format;
  readonly encoding?: Encoding;
  readonly host?: HostName;
  readonly agreement?: string;
  readonly agreementVersion?: string;
  readonly signedAt?: string;
  readonly resolveLogins?: boolean;
  readonly skipInvalid?: boolean;
  readonly dryRun?: boolean;
  readonly replace?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/**
 * Loads signature files, all of them or nothing. Returns the exit code: 1 when it was refused, with every reason on
 * `errors`.
 */
export async function importSignatures(
  context: SignatureContext,
  paths: readonly string[],
  options: ImportOptions,
): Promise<number> {
  const replace = options.replace === true ? agreementToReplace(context, paths, options) : null;
  let problems = new ProblemList();
  try {
    if (replace !== null && options.yes !== true && options.dryRun !== true) {
      const { removed } = (await load(context, paths, options, replace, true, problems)).outcome;
      if (removed > 0 && !(await agreed(context, removed, replace))) return 1;
      problems = new ProblemList();
    }
    const loaded = await load(context, paths, options, replace, options.dryRun === true, problems);
    for (const problem of problems.shown) context.errors.write(`${printProblem(problem)}\n`);
    context.output.write(
      printImport(loaded, { dryRun: options.dryRun === true, json: options.json === true }),
    );
    return 0;
  } catch (error) {
    if (!(error instanceof Problems)) throw error;
    for (const problem of error.problems) context.errors.write(`${printProblem(problem)}\n`);
    const helps = problems.total > 0 && !problems.fatal && replace === null;
    const skip = helps ? "; --skip-invalid loads the other rows" : "";
    context.errors.write(`Nothing was loaded${skip}.\n`);
    if (options.json === true)
      context.output.write(`${JSON.stringify({ loaded: false, problems: error.problems }, null, 2)}\n`);
    return 1;
  }
}

async function load(
  context: SignatureContext,
  paths: readonly string[],
  options: ImportOptions,
  replace: string | null,
  dryRun: boolean,
  problems: ProblemList,
): Promise<Loaded> {
  const shared = sharedOf(context, options, replace, problems);
  await using sources = await openSources(context, paths);
  const files: FileReport[] = [];

  async function* batches(): AsyncGenerator<readonly SignatureRow[]> {
    for (const source of sources.all)
      files.push(yield* readSignatures(shared, fileOf(context, source, options)));
    // Thrown among the rows, it makes the engine load nothing.
    if (problems.total > 0 && (options.skipInvalid !== true || problems.fatal)) throw problems.toFailure();
  }

  const { by } = context;
  const outcome = await context.engine.signatures.sign(batches(), {
    evidence: "import",
    dryRun,
    replace,
    by,
  });
  const { added, changed, unchanged, revoked, erased } = outcome;
  const given = files.reduce((sum, { signatures }) => sum + signatures, 0);
  const duplicates = given - (added + changed + unchanged + revoked + erased);
  return { files, outcome, duplicates, invalid: problems.total };
}

function sharedOf(
  context: SignatureContext,
  options: ImportOptions,
  replace: string | null,
  problems: ProblemList,
): Import {
  const now = context.now();
  const agreements = new Map(context.agreements.map((agreement) => [agreement.id, agreement]));
  if (agreements.size === 0)
    throw new Failure("configuration", "no agreement is configured: name one in countersign.yml first");
  if (options.agreement !== undefined) requireAgreement(context.agreements, options.agreement);
  const signedAt = options.signedAt === undefined ? null : parseDate(options.signedAt, now);
  if (signedAt !== null && typeof signedAt !== "number")
    throw new Failure("usage", `--signed-at: ${signedAt.fault}`);
  return {
    agreements,
    defaults: {
      host: options.host ?? null,
      agreement: options.agreement ?? null,
      version: options.agreementVersion ?? null,
      signedAt,
    },
    replace,
    resolving: options.resolveLogins === true,
    now,
    problems,
  };
}

function fileOf(
  context: SignatureContext,
  source: Source,
  { format, encoding }: ImportOptions,
): Parameters<typeof readSignatures>[1] {
  return {
    name: source.name,
    bytes: source.bytes,
    format: format ?? null,
    encoding: encoding ?? null,
    accountsOf: async (host, logins) => await hostNamed(host, context.hosts).accountsOf(logins),
  };
}

function agreementToReplace(
  { agreements }: SignatureContext,
  paths: readonly string[],
  options: ImportOptions,
): string {
  if (options.skipInvalid === true)
    throw new Failure(
      "usage",
      "--replace and --skip-invalid don't go together: the signatures of the invalid rows would be revoked",
    );
  if (paths.includes(STANDARD_INPUT) && options.yes !== true && options.dryRun !== true)
    throw new Failure("usage", "--replace from standard input can't ask first: say --yes, or name a file");
  const [only, ...others] = agreements;
  if (options.agreement === undefined && others.length > 0)
    throw new Failure("usage", "--replace: say which agreement with --agreement");
  return options.agreement ?? only?.id ?? "";
}

async function agreed(context: SignatureContext, removed: number, agreement: string): Promise<boolean> {
  const would = `This would revoke ${removed} ${removed === 1 ? "signature" : "signatures"} of ${agreement} that the file lacks.`;
  if (!context.isTerminal) {
    context.errors.write(`${would} Say --yes if that is meant. Nothing was loaded.\n`);
    return false;
  }
  const questions = createInterface({ input: context.input, output: context.errors });
  try {
    const ended = new Promise<string>((resolve) => questions.once("close", () => resolve("\n")));
    const asked = questions.question(`${would} Type the agreement's id to go on: `);
    const answer = await Promise.race([asked, ended]);
    if (answer.trim() === agreement) return true;
    context.errors.write(`${answer === "\n" ? "\n" : ""}Nothing was loaded.\n`);
    return false;
  } finally {
    questions.close();
  }
}

/** Rows come and go so fast that V8 would take room for eight times as many, and be no faster for it. */
function keepMemoryFlat(): void {
  setFlagsFromString("--semi-space-growth-factor=1");
}

export function declareImport(program: Command, open: OpenSignatures): void {
  program
    .command("import")
    .summary("load signed CLAs")
    .description(
      "Loads signed CLAs from CSV with a header, a JSON array or NDJSON, and from the files of CLA Assistant, CLA " +
        "Assistant Lite, EasyCLA and cla-bot. All of it or, when a row is wrong, nothing. Only account numbers are " +
        "kept; other columns are not read.",
    )
    .argument("<file...>", "files to load; - is standard input")
    .addOption(new Option("--format <format>", "instead of telling by the content").choices(FORMATS))
    .addOption(new Option("--encoding <encoding>", "instead of telling by the content").choices(ENCODINGS))
    .addOption(new Option("--host <host>", "the host of rows that name none").choices(HOSTS))
    .option("--agreement <id>", "the agreement of rows that name none")
    .option("--agreement-version <version>", "the version of rows that name none")
    .option("--signed-at <date>", "when rows were signed that do not say, e.g. 2024-01-31")
    .option("--resolve-logins", "look up the numbers of rows that have only a login, once")
    .option("--skip-invalid", "load the other rows when some are wrong")
    .option("--dry-run", "say what would change and change nothing")
    .option("--replace", "make the agreement's signatures equal to the files; asks before it revokes any")
    .option("--yes", "do not ask")
    .option("--json", "print the result as JSON")
    .addHelpText(
      "after",
      "\nColumns: host, account_id (or github_id, gitee_id), login, agreement, version, signed_at, entity.\n" +
        "\nExamples:\n  countersign import signed.csv --dry-run\n" +
        "  countersign import cla.json --agreement icla --agreement-version 1.0\n" +
        "  countersign import logins.csv --host gitee --resolve-logins\n",
    )
    .action(async (files: string[], options: ImportOptions, command: Command) => {
      await using context = await open();
      keepMemoryFlat();
      exitWith(command, await importSignatures(context, files, options));
    });
}
