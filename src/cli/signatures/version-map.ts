import { readFile } from "node:fs/promises";
import { Failure, Problems, type Problem } from "../../error.ts";
import { isVersion } from "../../formats/cells/terms.ts";
import type { Agreement } from "../../records/agreement.ts";

/** One `OLD=NEW` and its location; without a file, it comes from an option. */
interface Line {
  readonly file: string | null;
  readonly line: number | null;
  readonly text: string;
}

/**
 * Reads `--version-map`: `OLD=NEW`, or the name of a file with one such line per version. `OLD=` leaves out the rows of
 * a version, `=NEW` is for rows that name none.
 * @returns our version for each of the other tool's; null: its rows are left out
 * @throws Problems `usage` with everything that does not have this form
 */
export async function readVersionMap(
  options: readonly string[],
  agreements: readonly Agreement[],
): Promise<ReadonlyMap<string, string | null>> {
  const map = new Map<string, string | null>();
  const problems: Problem[] = [];
  for (const option of options)
    for (const line of await linesOf(option)) {
      const fault = add(map, line.text, agreements);
      const message = line.file === null ? `--version-map: ${fault}` : fault;
      if (fault !== null)
        problems.push({ file: line.file, line: line.line, field: null, message: message ?? "" });
    }
  if (problems.length > 0) throw new Problems("usage", problems);
  return map;
}

async function linesOf(option: string): Promise<readonly Line[]> {
  const file = option.replace(/^@/, "");
  const text = await readFile(file, "utf8").catch(() => null);
  if (text === null && option.includes("=")) return [{ file: null, line: null, text: option }];
  if (text === null) throw new Failure("usage", "--version-map: expected OLD=NEW or a readable file");
  return text
    .replace(/^\uFEFF/, "")
    .split(/\r\n|\n|\r/)
    .map((line, index) => ({ file, line: index + 1, text: line }))
    .filter((line) => line.text.trim() !== "" && !line.text.trimStart().startsWith("#"));
}

/** Returns the problem of the line; null: none. */
function add(map: Map<string, string | null>, line: string, agreements: readonly Agreement[]): string | null {
  const at = line.indexOf("=");
  if (at === -1) return "it must be OLD=NEW";
  const [old, text] = [line.slice(0, at).trim(), line.slice(at + 1).trim()];
  const version = text === "" ? null : text;
  if (map.has(old) && map.get(old) !== version)
    return `${old === "" ? "rows without a version are" : `${old} is`} mapped twice, to different versions`;
  const isConfigured = agreements.some(
    (one) => one.version === version || one.accepts.includes(version ?? ""),
  );
  if (version !== null && !isConfigured && !isVersion(version))
    return "the text after = does not look like a version";
  map.set(old, version);
  return null;
}
