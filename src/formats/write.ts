import { hostOf, numberOf } from "../account.ts";
import type { Signature } from "../records/signature.ts";
import type { Format } from "./detect.ts";

const COLUMNS = ["host", "account_id", "agreement", "version", "signed_at", "entity", "digest"] as const;

/** The number of signatures in one piece of text. */
const PIECE = 100;

/** Writes signatures piece by piece, so that the reader of the same format reads them unchanged. */
export async function* writeSignatures(
  format: Format,
  signatures: AsyncIterable<Signature>,
): AsyncGenerator<string> {
  const { before, between, after, print } = SHAPES[format];
  let piece = before;
  let written = 0;
  for await (const signature of signatures) {
    piece += (written === 0 ? "" : between) + print(signature);
    if (++written % PIECE === 0) {
      yield piece;
      piece = "";
    }
  }
  yield (
    piece + (format === "json" && written > 0 ? "\n" : "") + (written === 0 && format !== "json" ? "" : after)
  );
}

interface Shape {
  readonly before: string;
  readonly between: string;
  readonly after: string;
  readonly print: (signature: Signature) => string;
}

const SHAPES: Readonly<Record<Format, Shape>> = {
  csv: { before: `${COLUMNS.join(",")}\n`, between: "\n", after: "\n", print: printCsv },
  json: {
    before: "[\n",
    between: ",\n",
    after: "]\n",
    print: (signature) => JSON.stringify(columnsOf(signature)),
  },
  ndjson: {
    before: "",
    between: "\n",
    after: "\n",
    print: (signature) => JSON.stringify(columnsOf(signature)),
  },
};

function columnsOf({
  account,
  agreement,
  version,
  signedAt,
  entity,
  digest,
}: Signature): Record<string, unknown> {
  return {
    host: hostOf(account),
    account_id: numberOf(account),
    agreement,
    version,
    signed_at: new Date(signedAt).toISOString(),
    ...(entity === null ? {} : { entity }),
    ...(digest === undefined ? {} : { digest }),
  };
}

function printCsv({ account, agreement, version, signedAt, entity, digest }: Signature): string {
  const cells = [
    hostOf(account),
    numberOf(account),
    agreement,
    version,
    new Date(signedAt).toISOString(),
    entity,
    digest,
  ];
  return cells.map((cell) => quoted(String(cell ?? ""))).join(",");
}

function quoted(cell: string): string {
  return /[",;\t\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
