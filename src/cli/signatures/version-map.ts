import { readFile } from "node:fs/promises";
import { Failure } from "../../error.ts";
import { isVersion } from "../../formats/terms.ts";
import type { Agreement } from "../../records/agreement.ts";

/**
 * Reads `--version-map`: `OLD=NEW`, or the name of a file with one such line for each version. `OLD=` leaves out the
 * rows of a version, `=NEW` is for rows that name none.
 * @returns our version by the other tool's; null: its rows are left out
 * @throws Failure `usage` for what is not of this form
 */
export async function readVersionMap(
  options: readonly string[],
  agreements: readonly Agreement[],
): Promise<ReadonlyMap<string, string | null>> {
  const map = new Map<string, string | null>();
  for (const option of options) {
    const lines = option.includes("=") ? [option] : await linesOf(option);
    for (const line of lines) add(map, line, agreements);
  }
  return map;
}

async function linesOf(file: string): Promise<readonly string[]> {
  try {
    const text = await readFile(file.replace(/^@/, ""), "utf8");
    return text
      .replace(/^\uFEFF/, "")
      .split(/\r\n|\n|\r/)
      .filter((line) => line.trim() !== "" && !line.trimStart().startsWith("#"));
  } catch (cause) {
    throw new Failure("usage", "--version-map: it is neither OLD=NEW nor a file that can be read", { cause });
  }
}

function add(map: Map<string, string | null>, line: string, agreements: readonly Agreement[]): void {
  const at = line.indexOf("=");
  if (at === -1) throw new Failure("usage", "--version-map: each line of the file is to be OLD=NEW");
  const [old, text] = [line.slice(0, at).trim(), line.slice(at + 1).trim()];
  const version = text === "" ? null : text;
  if (map.has(old) && map.get(old) !== version)
    throw new Failure(
      "usage",
      `--version-map: ${old === "" ? "rows without a version are" : `${old} is`} mapped twice`,
    );
  const isConfigured = agreements.some(
    (one) => one.version === version || one.accepts.includes(version ?? ""),
  );
  if (version !== null && !isConfigured && !isVersion(version))
    throw new Failure("usage", "--version-map: what stands after the = does not look like a version");
  map.set(old, version);
}
