/** Reads a signature file's bytes like an import, in pieces of any size. */
import { accountOf, type Account, type HostName } from "../../src/account.ts";
import type { Agreement } from "../../src/records/agreement.ts";
import { printProblem } from "../../src/error.ts";
import { Acknowledgments } from "../../src/formats/acknowledgments.ts";
import { keyOf } from "../../src/formats/columns/column-names.ts";
import type { ReadFormat } from "../../src/formats/detect.ts";
import type { Encoding } from "../../src/formats/text/encoding.ts";
import type { Defaults } from "../../src/formats/import.ts";
import { ProblemList } from "../../src/formats/problems.ts";
import { readSignatures, type FileReport } from "../../src/formats/read.ts";
import { ForeignVersions } from "../../src/formats/versions.ts";
import type { SignatureRow } from "../../src/records/signature.ts";
import { agreement, NOW } from "../verdict/facts.ts";

export interface Read {
  readonly rows: readonly SignatureRow[];
  /** `line: field: message`, without the file. */
  readonly problems: readonly string[];
  readonly report: FileReport;
}

export interface ReadOptions {
  readonly agreements?: readonly Agreement[];
  readonly defaults?: Partial<Defaults>;
  readonly format?: ReadFormat;
  readonly encoding?: Encoding;
  readonly ignored?: readonly string[];
  readonly account?: string;
  readonly versionMap?: Readonly<Record<string, string | null>>;
  readonly created?: Readonly<Record<string, number>>;
  readonly logins?: Readonly<Record<string, Account>>;
  /** Bytes in a piece. */
  readonly piece?: number;
  readonly onLookUp?: (host: HostName, logins: readonly string[]) => void;
}

export async function read(content: string | Uint8Array, options: ReadOptions = {}): Promise<Read> {
  const problems = new ProblemList();
  const versions = new ForeignVersions();
  const acknowledgments = new Acknowledgments();
  const { agreements = [agreement], logins } = options;
  const shared = {
    agreements: new Map(agreements.map((one) => [one.id, one])),
    defaults: {
      host: null,
      agreement: null,
      version: null,
      signedAt: null,
      entity: null,
      ...options.defaults,
    },
    replace: null,
    resolving: logins !== undefined,
    columns: { ignored: new Set((options.ignored ?? []).map(keyOf)), account: options.account ?? null },
    versionMap: new Map(Object.entries(options.versionMap ?? {})),
    versions,
    acknowledgments,
    now: NOW,
    problems,
  };
  const reading = readSignatures(shared, {
    name: "f",
    bytes: pieces(Buffer.from(content as Uint8Array), options.piece ?? 65_536),
    format: options.format ?? null,
    encoding: options.encoding ?? null,
    lookUp: async (host, asked) => {
      options.onLookUp?.(host, asked);
      return new Map(
        asked.flatMap((login) => {
          const account = logins?.[login];
          return account === undefined
            ? []
            : [[login, { account, createdAt: options.created?.[login] ?? 0 }] as const];
        }),
      );
    },
  });
  const rows: SignatureRow[] = [];
  for (;;) {
    const step = await reading.next();
    if (step.done === true) {
      rows.push(...acknowledgments.settle(shared));
      const printed = [...problems.shown, ...versions.problems(options.defaults?.version ?? null)].map(
        (problem) => printProblem({ ...problem, file: null }),
      );
      return { rows, problems: printed, report: step.value() };
    }
    rows.push(...step.value);
  }
}

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size);
}

export function row(number: number, more: Partial<SignatureRow> = {}): SignatureRow {
  return {
    account: accountOf("github", number),
    agreement: "icla",
    version: "1.0",
    signedAt: Date.UTC(2024, 0, 31),
    entity: null,
    precision: "day",
    ...more,
  };
}
