import type { Problem } from "../error.ts";

interface Seen {
  rows: number;
  /** Milliseconds since the epoch; null: no date of these rows could be read. */
  first: number | null;
  last: number | null;
}

/** Another tool's versions in the files of one import that nobody has matched with ours. */
export class ForeignVersions {
  readonly #seen = new Map<string, Seen>();

  /** @param signedAt milliseconds since the epoch; null: it can't be read */
  note(version: string, signedAt: number | null): void {
    const seen = this.#seen.get(version);
    if (seen === undefined) this.#seen.set(version, { rows: 1, first: signedAt, last: signedAt });
    else {
      seen.rows += 1;
      if (signedAt === null) return;
      seen.first = Math.min(seen.first ?? signedAt, signedAt);
      seen.last = Math.max(seen.last ?? signedAt, signedAt);
    }
  }

  /**
   * The answers that are needed before anything is loaded.
   * @param answer the version that `--agreement-version` gives; it applies to exactly one version
   */
  problems(answer: string | null): readonly Problem[] {
    const count = this.#seen.size;
    if (count === 0 || (count === 1 && answer !== null)) return [];
    const versions = [...this.#seen].map(([version, { rows, first, last }]) =>
      problem(
        `  ${version === "" ? "(no version)" : version}: ${rows} ${rows === 1 ? "row" : "rows"}, ${days(first, last)}`,
      ),
    );
    const example = [...this.#seen.keys()].map((version) => `--version-map ${version}=VERSION`).join(" ");
    const also = count === 1 ? ", or --agreement-version VERSION" : "";
    return [
      problem(
        count === 1
          ? "the signed version is another tool's, and its version of the agreement is unknown:"
          : `the files name ${count} versions of another tool, and their versions of the agreement are unknown:`,
      ),
      ...versions,
      problem(`map it with ${example}${also}; OLD= leaves out the rows of that version`),
    ];
  }
}

function days(first: number | null, last: number | null): string {
  if (first === null || last === null) return "of no readable date";
  return `signed ${day(first)}${day(first) === day(last) ? "" : ` to ${day(last)}`}`;
}

function day(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

function problem(message: string): Problem {
  return { file: null, line: null, field: null, message };
}
