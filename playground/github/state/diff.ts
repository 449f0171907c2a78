/** The content of a file: text, or bytes for a binary file. */
export type Content = string | Uint8Array;

export interface FileChange {
  path: string;
  /** Its former name; null unless it was renamed. */
  previousPath: string | null;
  status: "added" | "removed" | "modified" | "renamed";
  additions: number;
  deletions: number;
  binary: boolean;
  /** The hunks as in GitHub's `files[].patch`; null for a binary file. */
  patch: string | null;
}

const CONTEXT = 3;
/** Beyond this product of line counts a change is shown as one replacement, because the table would be too large. */
const LARGEST_TABLE = 4_000_000;

interface Edit {
  kind: " " | "+" | "-";
  line: string;
}

function linesOf(text: string): string[] {
  if (text === "") return [];
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

function middle(before: string[], after: string[]): Edit[] {
  const replaced = [
    ...before.map((line) => ({ kind: "-" as const, line })),
    ...after.map((line) => ({ kind: "+" as const, line })),
  ];
  if (before.length === 0 || after.length === 0) return replaced;
  if (before.length * after.length > LARGEST_TABLE) return replaced;
  const width = after.length + 1;
  const longest = new Uint32Array((before.length + 1) * width);
  const at = (i: number, j: number) => longest[i * width + j] ?? 0;
  for (let i = before.length - 1; i >= 0; i--)
    for (let j = after.length - 1; j >= 0; j--)
      longest[i * width + j] =
        before[i] === after[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const edits: Edit[] = [];
  let [i, j] = [0, 0];
  while (i < before.length || j < after.length) {
    const [old = "", young = ""] = [before[i], after[j]];
    if (i < before.length && j < after.length && old === young) {
      edits.push({ kind: " ", line: old });
      i++;
      j++;
    } else if (i < before.length && (j >= after.length || at(i + 1, j) >= at(i, j + 1))) {
      edits.push({ kind: "-", line: old });
      i++;
    } else {
      edits.push({ kind: "+", line: young });
      j++;
    }
  }
  return edits;
}

function editsBetween(before: string, after: string): Edit[] {
  const [old, young] = [linesOf(before), linesOf(after)];
  let start = 0;
  while (start < old.length && start < young.length && old[start] === young[start]) start++;
  let end = 0;
  while (end < old.length - start && end < young.length - start && old.at(-1 - end) === young.at(-1 - end))
    end++;
  const same = (line: string): Edit => ({ kind: " ", line });
  return [
    ...old.slice(0, start).map(same),
    ...middle(old.slice(start, old.length - end), young.slice(start, young.length - end)),
    ...old.slice(old.length - end).map(same),
  ];
}

function hunks(edits: Edit[]): string {
  const changed = edits.flatMap((edit, index) => (edit.kind === " " ? [] : [index]));
  const ranges: [number, number][] = [];
  for (const index of changed) {
    const last = ranges.at(-1);
    const [from, to] = [Math.max(0, index - CONTEXT), Math.min(edits.length, index + CONTEXT + 1)];
    if (last && from <= last[1]) last[1] = to;
    else ranges.push([from, to]);
  }
  const span = (start: number, count: number) => {
    const first = count === 0 ? start : start + 1;
    return count === 1 ? `${first}` : `${first},${count}`;
  };
  return ranges
    .map(([from, to]) => {
      const part = edits.slice(from, to);
      const before = edits.slice(0, from);
      const count = (list: Edit[], without: Edit["kind"]) =>
        list.filter(({ kind }) => kind !== without).length;
      const head = `@@ -${span(count(before, "+"), count(part, "+"))} +${span(count(before, "-"), count(part, "-"))} @@`;
      return [head, ...part.map(({ kind, line }) => kind + line)].join("\n");
    })
    .join("\n");
}

/** The difference of one file, or null if there is none. `undefined` is a missing file. */
function changeOf(path: string, before: Content | undefined, after: Content | undefined): FileChange | null {
  if (before === after || (before === undefined && after === undefined)) return null;
  const status = before === undefined ? "added" : after === undefined ? "removed" : "modified";
  if (
    (before !== undefined && typeof before !== "string") ||
    (after !== undefined && typeof after !== "string")
  ) {
    if (before !== undefined && after !== undefined && Buffer.from(before).equals(Buffer.from(after)))
      return null;
    return { path, previousPath: null, status, additions: 0, deletions: 0, binary: true, patch: null };
  }
  const edits = editsBetween(before ?? "", after ?? "");
  const count = (kind: Edit["kind"]) => edits.filter((edit) => edit.kind === kind).length;
  const [additions, deletions] = [count("+"), count("-")];
  return { path, previousPath: null, status, additions, deletions, binary: false, patch: hunks(edits) };
}

function sameContent(one: Content | undefined, other: Content | undefined): boolean {
  if (one === undefined || other === undefined) return false;
  return typeof one === "string"
    ? one === other
    : typeof other !== "string" && Buffer.from(one).equals(other);
}

/** A removed file and a new file with the same bytes are one renamed file. GitHub also pairs similar files. */
function withRenames(
  changes: FileChange[],
  before: ReadonlyMap<string, Content>,
  after: ReadonlyMap<string, Content>,
): FileChange[] {
  const gone = new Set(changes.filter(({ status }) => status === "removed"));
  const renamed = changes.map((change): FileChange => {
    if (change.status !== "added") return change;
    const content = after.get(change.path);
    const from = gone.values().find(({ path }) => sameContent(before.get(path), content));
    if (!from || content?.length === 0) return change;
    gone.delete(from);
    const patch = change.binary ? null : "";
    return { ...change, previousPath: from.path, status: "renamed", additions: 0, deletions: 0, patch };
  });
  return renamed.filter((change) => change.status !== "removed" || gone.has(change));
}

/** The changes that lead from one tree to the other, by path. */
export function changesBetween(
  before: ReadonlyMap<string, Content>,
  after: ReadonlyMap<string, Content>,
): FileChange[] {
  const paths = [...new Set([...before.keys(), ...after.keys()])].toSorted();
  const changes = paths
    .map((path) => changeOf(path, before.get(path), after.get(path)))
    .filter((change) => change !== null);
  return withRenames(changes, before, after);
}

/** A whole diff in Git's format, as with the media type `application/vnd.github.diff`. */
export function unifiedDiff(changes: readonly FileChange[]): string {
  return changes
    .map(({ path, previousPath, status, patch }) => {
      if (previousPath !== null)
        return `diff --git a/${previousPath} b/${path}\nsimilarity index 100%\nrename from ${previousPath}\nrename to ${path}\n`;
      const [old, young] = [
        status === "added" ? "/dev/null" : `a/${path}`,
        status === "removed" ? "/dev/null" : `b/${path}`,
      ];
      const mode =
        status === "added"
          ? "new file mode 100644\n"
          : status === "removed"
            ? "deleted file mode 100644\n"
            : "";
      const head = `diff --git a/${path} b/${path}\n${mode}`;
      if (patch === null) return `${head}Binary files ${old} and ${young} differ\n`;
      return patch === "" ? head : `${head}--- ${old}\n+++ ${young}\n${patch}\n`;
    })
    .join("");
}
