import { plural } from "../../report/texts/plural.ts";
import { confirmed } from "../confirm.ts";
import { Option, type Command } from "commander";
import { HOSTS, type HostName } from "../../account.ts";
import { Failure, printProblem, Problems, type Problem } from "../../error.ts";
import { Acknowledgments } from "../../formats/acknowledgments.ts";
import { keyOf } from "../../formats/columns/column-names.ts";
import { readDate } from "../../formats/cells/date.ts";
import { READ_FORMATS, type ReadFormat } from "../../formats/detect.ts";
import { ENCODINGS, type Encoding } from "../../formats/text/encoding.ts";
import type { Import } from "../../formats/import.ts";
import { ProblemList } from "../../formats/problems.ts";
import { readSignatures, type FileReport, type SignatureFile } from "../../formats/read.ts";
import { ForeignVersions } from "../../formats/versions.ts";
import { EMPLOYER_ID, isEmployerId } from "../../records/entity.ts";
import { requireSmallRemoval } from "../../records/removal-limit.ts";
import type { SignatureRow } from "../../records/signature.ts";
import { requireAgreement } from "../agreements/require-agreement.ts";
import { exitWith } from "../command-line.ts";
import { keepYoungSpaceSmall } from "../young-space.ts";
import type { OpenSignatures, SignatureContext } from "../context.ts";
import { openFound } from "./found.ts";
import { printImport, type Loaded } from "./import-report.ts";
import { openSources, STANDARD_INPUT, type Source } from "./import-source.ts";
import { lookUpPatiently } from "./look-up.ts";
import { readVersionMap } from "./version-map.ts";

export interface ImportOptions {
  readonly format?: ReadFormat;
  readonly encoding?: Encoding;
  readonly host?: HostName;
  readonly agreement?: string;
  readonly agreementVersion?: string;
  readonly signedAt?: string;
  readonly entity?: string;
  readonly versionMap?: readonly string[];
  readonly accountColumn?: string;
  readonly ignoreColumn?: readonly string[];
  readonly resolveLogins?: boolean;
  readonly resume?: boolean;
  readonly skipInvalid?: boolean;
  readonly dryRun?: boolean;
  readonly replace?: boolean;
  readonly allowRemovals?: string;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/**
 * Loads signature files, all of them or nothing. Returns the exit code: 1 if it was refused, with every reason on
 * `errors`.
 */
export async function importSignatures(
  context: SignatureContext,
  paths: readonly string[],
  options: ImportOptions,
): Promise<number> {
  const replace = options.replace === true ? agreementToReplace(context, paths, options) : null;
  const [named = null] = paths.filter((path) => path !== STANDARD_INPUT);
  if (options.resume === true && named === null)
    throw new Failure("usage", "--resume needs a file: nothing is saved for standard input");
  const answers = await readAnswers(context, options);
  const tell = (text: string): boolean => context.errors.write(text);
  const found = await openFound(named, options.resume === true, tell, context.now);
  const lookUp = lookUpPatiently(context, found);
  let problems = new ProblemList();
  const loading = (dryRun: boolean): Promise<Loaded> =>
    load(context, paths, options, { replace, dryRun, answers, lookUp }, problems);
  try {
    if (replace !== null && options.yes !== true && options.dryRun !== true) {
      const { outcome } = await loading(true);
      const { removed } = outcome;
      requireSmallRemoval(replace, outcome, null);
      if (removed > 0 && !(await agreed(context, removed, replace))) return 1;
      problems = new ProblemList();
    }
    const loaded = await loading(options.dryRun === true);
    if (options.dryRun !== true) await found.end();
    for (const problem of problems.shown) context.errors.write(`${printProblem(problem)}\n`);
    context.output.write(
      printImport(loaded, { dryRun: options.dryRun === true, json: options.json === true }),
    );
    if (options.dryRun === true && replace !== null) warnOfRefusal(context, replace, loaded, answers);
    const lacks = whatItLacks(loaded, replace);
    if (lacks === null) return 0;
    context.errors.write(`${lacks}: no signature was loaded.\n`);
    return 1;
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

/** The person's options about the files. */
interface Answers {
  readonly versionMap: ReadonlyMap<string, string | null>;
  readonly allowRemovals: number | null;
}

interface Loading {
  readonly replace: string | null;
  readonly dryRun: boolean;
  readonly answers: Answers;
  readonly lookUp: SignatureFile["lookUp"];
}

async function readAnswers(context: SignatureContext, options: ImportOptions): Promise<Answers> {
  const { versionMap = [], allowRemovals, agreement } = options;
  if (allowRemovals !== undefined && !/^\d{1,9}$/.test(allowRemovals))
    throw new Failure("usage", "--allow-removals: it is not a number");
  if (allowRemovals !== undefined && (options.replace !== true || options.yes !== true))
    throw new Failure("usage", "--allow-removals goes with --replace --yes");
  if (options.entity !== undefined && !isEmployerId(options.entity))
    throw new Failure("usage", `--entity: ${EMPLOYER_ID}`);
  const agreements = context.agreements.filter(({ id }) => agreement === undefined || id === agreement);
  return {
    versionMap: await readVersionMap(versionMap, agreements),
    allowRemovals: allowRemovals === undefined ? null : Number(allowRemovals),
  };
}

/** Says why a replace that was only tried would be refused. */
function warnOfRefusal(
  { errors }: SignatureContext,
  replace: string,
  { outcome }: Loaded,
  { allowRemovals }: Answers,
): void {
  try {
    requireSmallRemoval(replace, outcome, allowRemovals);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    errors.write(`Without --dry-run it is refused: ${error.message}\n`);
  }
}

/** Why no row of the files was stored; null: some were, or the files show that nobody has signed. */
function whatItLacks({ files, outcome }: Loaded, replace: string | null): string | null {
  const { added, restored, changed, unchanged, kept } = outcome;
  if (added + restored + changed + unchanged + kept > 0) return null;
  if (files.some(({ rows }) => rows > 0)) return "Every row was left out";
  return replace === null ? "There are no rows" : null;
}

async function load(
  context: SignatureContext,
  paths: readonly string[],
  options: ImportOptions,
  { replace, dryRun, answers, lookUp }: Loading,
  problems: ProblemList,
): Promise<Loaded> {
  const shared = sharedOf(context, options, replace, answers, problems);
  await using sources = await openSources(context, paths);
  const files: FileReport[] = [];

  async function* batches(): AsyncGenerator<readonly SignatureRow[]> {
    const reports: (() => FileReport)[] = [];
    for (const source of sources.all)
      reports.push(yield* readSignatures(shared, fileOf(source, options, lookUp)));
    yield shared.acknowledgments.settle(shared);
    files.push(...reports.map((report) => report()));
    // Leaving rows out never decides which version is meant.
    const versions = shared.versions.problems(shared.defaults.version);
    if (versions.length > 0) throw new Problems("input", [...problems.shown, ...versions]);
    const rows = files.reduce((sum, file) => sum + file.rows, 0);
    if (
      replace !== null &&
      rows > 0 &&
      files.every(({ signatures }) => signatures === 0) &&
      problems.total === 0
    )
      throw new Problems("input", [noneLeft(replace)]);
    // Thrown by the row iterator, it makes the engine load nothing.
    if (problems.total > 0 && (options.skipInvalid !== true || problems.fatal)) throw problems.toFailure();
  }

  const { by } = context;
  const outcome = await context.engine.signatures.sign(batches(), {
    evidence: "import",
    dryRun,
    replace,
    allowRemovals: answers.allowRemovals,
    endedEmployers: () => shared.acknowledgments.ended(),
    by,
  });
  const { added, restored, changed, unchanged, kept, revoked, unclear, erased } = outcome;
  const given = files.reduce((sum, { signatures }) => sum + signatures, 0);
  const duplicates = given - (added + restored + changed + unchanged + kept + revoked + unclear + erased);
  return { files, outcome, duplicates, invalid: problems.total };
}

function noneLeft(agreement: string): Problem {
  return {
    file: null,
    line: null,
    field: null,
    message: `every row was left out, and --replace would end every signature of ${agreement}`,
  };
}

function sharedOf(
  context: SignatureContext,
  options: ImportOptions,
  replace: string | null,
  { versionMap }: Answers,
  problems: ProblemList,
): Import {
  const now = context.now();
  const agreements = new Map(context.agreements.map((agreement) => [agreement.id, agreement]));
  if (agreements.size === 0)
    throw new Failure("configuration", "no agreement is configured: add one to countersign.yml first");
  if (options.agreement !== undefined) requireAgreement(context.agreements, options.agreement);
  const signedAt = options.signedAt === undefined ? null : readDate(options.signedAt, now);
  if (signedAt !== null && "fault" in signedAt) throw new Failure("usage", `--signed-at: ${signedAt.fault}`);
  return {
    agreements,
    defaults: {
      host: options.host ?? null,
      agreement: options.agreement ?? null,
      version: options.agreementVersion ?? null,
      signedAt,
      entity: options.entity ?? null,
    },
    replace,
    resolving: options.resolveLogins === true,
    columns: {
      ignored: new Set((options.ignoreColumn ?? []).map(keyOf)),
      account: options.accountColumn ?? null,
    },
    versionMap,
    versions: new ForeignVersions(),
    acknowledgments: new Acknowledgments(),
    now,
    problems,
  };
}

function fileOf(
  source: Source,
  { format, encoding }: ImportOptions,
  lookUp: SignatureFile["lookUp"],
): SignatureFile {
  return {
    name: source.name,
    bytes: source.bytes,
    format: format ?? null,
    encoding: encoding ?? null,
    lookUp,
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
      "--replace and --skip-invalid can't be combined: the signatures of the invalid rows would end",
    );
  if (paths.includes(STANDARD_INPUT) && options.yes !== true && options.dryRun !== true)
    throw new Failure("usage", "--replace from standard input can't ask first: use --yes, or name a file");
  const [only, ...others] = agreements;
  if (options.agreement === undefined && others.length > 0)
    throw new Failure("usage", "--replace: name the agreement with --agreement");
  return options.agreement ?? only?.id ?? "";
}

function agreed(context: SignatureContext, removed: number, agreement: string): Promise<boolean> {
  const would = `This would end ${plural(removed, "signature")} of ${agreement} that the file lacks.`;
  return confirmed(context, would, false, {
    prompt: "Type the agreement's id to continue: ",
    accepts: (answer) => answer === agreement,
    refused: "Nothing was loaded.",
  });
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

export function declareImport(program: Command, open: OpenSignatures): void {
  program
    .command("import")
    .summary("load signed CLAs")
    .description(
      "Loads signed CLAs from CSV with a header, a JSON array or NDJSON, and from the files of CLA Assistant, " +
        "CLA Assistant Lite, EasyCLA and cla-bot. If a row is wrong, nothing is loaded. Only account numbers are " +
        "stored; other columns are not read. Several files are one import.",
    )
    .argument("<file...>", "files to load; - is standard input")
    .addOption(
      new Option("--format <format>", "the format, if it is not detected correctly").choices(READ_FORMATS),
    )
    .addOption(
      new Option("--encoding <encoding>", "the encoding, instead of detecting it").choices(ENCODINGS),
    )
    .addOption(new Option("--host <host>", "the host for rows without one").choices(HOSTS))
    .option("--agreement <id>", "the agreement for rows without one")
    .option("--agreement-version <version>", "the version for rows without one")
    .option(
      "--version-map <old=new>",
      "maps another tool's version to one of yours; OLD= leaves its rows out; also a file of such lines",
      collect,
    )
    .option("--signed-at <date>", "the date for rows without one, e.g. 2024-01-31")
    .option("--entity <id>", "the employer that covers the accounts of rows without one")
    .option("--account-column <name>", "the column with the accounts' numbers; with --host")
    .option("--ignore-column <name>", "a column to ignore, although its name looks like a status", collect)
    .option("--resolve-logins", "look up the numbers of rows that have only a login, once")
    .option("--resume", "reuse the logins that an earlier run of the same command looked up")
    .option("--skip-invalid", "load the valid rows if some are wrong")
    .option("--dry-run", "report what would change, and change nothing")
    .option("--replace", "make the agreement's signatures equal to the files; asks before it ends any")
    .option("--allow-removals <n>", "with --replace --yes: end up to n signatures, if that is more than 10%")
    .option("--yes", "do not ask")
    .option("--json", "print the result as JSON")
    .addHelpText(
      "after",
      "\nColumns: host, account_id (or github_id, gitee_id), login, agreement, version, signed_at, entity.\n" +
        "\nExamples:\n  countersign import signed.csv --dry-run\n" +
        "  countersign import cla.json --agreement icla --agreement-version 1.0\n" +
        "  countersign import report.csv --resolve-logins --version-map versions.txt\n" +
        "  countersign import ids.csv --account-column id --host gitee\n" +
        "  countersign import logins.csv --host gitee --resolve-logins\n",
    )
    .action(async (files: string[], options: ImportOptions, command: Command) => {
      await using context = await open(options.dryRun === true ? "trial" : "write");
      keepYoungSpaceSmall();
      exitWith(command, await importSignatures(context, files, options));
    });
}
