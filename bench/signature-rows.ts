import { createWriteStream } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

// Coprime to the range, so that every number appears once, in an order that is bad for an index.
export const STEP = 618_033_989;
export const RANGE = 1_000_000_000;

/** The `at`th of many account numbers, all different. */
export function accountNumber(at: number): number {
  return Number((BigInt(at) * BigInt(STEP)) % BigInt(RANGE)) + 1;
}

export type Order = "in any order" | "in the key's order";

/** Writes a signature file with this many rows. */
export async function writeRows(file: string, rows: number, order: Order): Promise<void> {
  const numberOf = order === "in any order" ? accountNumber : (row: number): number => 1_000 + row * 3;
  function* lines(): Generator<string> {
    yield "host,account_id,agreement,version,signed_at\n";
    for (let at = 0; at < rows; at += 1_000) {
      let text = "";
      for (let row = at; row < Math.min(at + 1_000, rows); row += 1)
        text += `github,${numberOf(row)},icla,1.0,2025-0${1 + (row % 9)}-1${row % 10}\n`;
      yield text;
    }
  }
  await pipeline(Readable.from(lines()), createWriteStream(file));
}

/** Writes the configuration that names the agreement, and returns the environment for it and a database. */
export async function environmentIn(folder: string): Promise<Record<string, string>> {
  const file = join(folder, "countersign.yml");
  await writeFile(
    file,
    `agreements:\n  - id: icla\n    title: ICLA\n    version: "1.0"\n    url: https://example.com\n    repositories: ["github:octo/*"]\n`,
  );
  return { COUNTERSIGN_CONFIG: file, DATABASE_URL: `file:${join(folder, "countersign.db")}` };
}
