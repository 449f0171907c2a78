/**
 * What a commit changes, read from git's unified diff, without its position: paths, modes, and the removed and
 * added lines in order. Two commits that make the same change on two branches have the same patch, even if positions,
 * surrounding lines and object names differ.
 *
 * A diff that can't be read completely gives no patch: a merge's combined diff, a copy, a binary file without its
 * content, a hunk that is shorter than its header says. The format is git's: git-scm.com/docs/diff-generate-patch.
 */

/** A run of adjacent changed lines. A line includes its line end, so a missing line end counts. */
interface Block {
  readonly removed: readonly string[];
  readonly added: readonly string[];
}

interface FileChange {
  /** The path before, as git prints it; null: the file is new. */
  readonly from: string | null;
  /** The path after; null: the file is gone. */
  readonly to: string | null;
  /** Modes where they changed, or of a file that was added or deleted. */
  readonly oldMode: string | null;
  readonly newMode: string | null;
  readonly blocks: readonly Block[];
  /** A binary file's change and its inverse, in git's own encoding. */
  readonly binary: { readonly forward: string; readonly reverse: string } | null;
}

export type Patch = readonly FileChange[];

/** Reads a commit's diff; null if any part of it is not understood, or if it changes nothing. */
export function readPatch(diff: string): Patch | null {
  const lines = diff.split("\n");
  if (lines.at(-1) === "") lines.pop();
  const reader: Reader = { lines, at: 0 };
  const files: FileChange[] = [];
  while (reader.at < lines.length) {
    const file = readFile(reader);
    if (file === null) return null;
    files.push(file);
  }
  return files.length === 0 ? null : files;
}

/** Whether two patches make the same change. The order of files does not matter. */
export function samePatch(one: Patch, other: Patch): boolean {
  const keys = one.map(keyOf).toSorted();
  const others = other.map(keyOf).toSorted();
  return keys.length === others.length && keys.every((key, i) => key === others[i]);
}

/** The patch that reverts this one. */
export function inverseOf(patch: Patch): Patch {
  return patch.map(({ from, to, oldMode, newMode, blocks, binary }) => ({
    from: to,
    to: from,
    oldMode: newMode,
    newMode: oldMode,
    blocks: blocks.map(({ removed, added }) => ({ removed: added, added: removed })),
    binary: binary === null ? null : { forward: binary.reverse, reverse: binary.forward },
  }));
}

function keyOf({ from, to, oldMode, newMode, blocks, binary }: FileChange): string {
  // The border between blocks depends on the surrounding lines, which may differ.
  const lines = blocks.flatMap(({ removed, added }) => [
    ...removed.map((line) => `-${line}`),
    ...added.map((line) => `+${line}`),
  ]);
  return JSON.stringify([from, to, oldMode, newMode, lines, binary]);
}

interface Reader {
  readonly lines: readonly string[];
  at: number;
}

/** The header lines before a file's hunks. */
interface Header {
  oldMode: string | null;
  newMode: string | null;
  created: boolean;
  deleted: boolean;
  renamedFrom: string | null;
  renamedTo: string | null;
}

function readFile(reader: Reader): FileChange | null {
  const first = reader.lines[reader.at++];
  if (first === undefined || !first.startsWith("diff --git ")) return null;
  const header = readHeader(reader);
  if (header === null) return null;
  const { oldMode, newMode, created, deleted } = header;
  const renamed = header.renamedFrom !== null;
  const path = renamed ? null : pathOf(first.slice("diff --git ".length));
  const from = header.renamedFrom ?? path;
  const to = header.renamedTo ?? path;
  if (from === null || to === null || (created && deleted)) return null;
  if (!created && !deleted && (oldMode === null) !== (newMode === null)) return null;

  const next = reader.lines[reader.at];
  let blocks: readonly Block[] | null = [];
  let binary: FileChange["binary"] = null;
  if (next === "GIT binary patch") {
    binary = readBinary(reader);
    if (binary === null) return null;
  } else if (next?.startsWith("--- ") === true) {
    const names = [created ? "--- /dev/null" : `--- ${prefixed("a/", from)}`];
    names.push(deleted ? "+++ /dev/null" : `+++ ${prefixed("b/", to)}`);
    for (const name of names) {
      // Git adds a tab after a name with a space, so that other tools see where the name ends.
      const line = reader.lines[reader.at++];
      if (line !== name && line !== `${name}\t`) return null;
    }
    blocks = readHunks(reader);
    if (blocks === null || blocks.length === 0) return null;
  } else if (next !== undefined && !next.startsWith("diff --git ")) {
    return null;
  } else if (!renamed && oldMode === null && newMode === null) {
    return null;
  }
  return { from: created ? null : from, to: deleted ? null : to, oldMode, newMode, blocks, binary };
}

function readHeader(reader: Reader): Header | null {
  const header: Header = {
    oldMode: null,
    newMode: null,
    created: false,
    deleted: false,
    renamedFrom: null,
    renamedTo: null,
  };
  for (; reader.at < reader.lines.length; reader.at += 1) {
    const line = reader.lines[reader.at] ?? "";
    const [, key, value = ""] =
      /^(old mode|new mode|new file mode|deleted file mode|rename from|rename to|similarity index|dissimilarity index|index) (.+)$/s.exec(
        line,
      ) ?? [];
    if (key === undefined) break;
    if (key === "old mode" || key === "deleted file mode") header.oldMode = value;
    if (key === "new mode" || key === "new file mode") header.newMode = value;
    if (key === "new file mode") header.created = true;
    if (key === "deleted file mode") header.deleted = true;
    if (key === "rename from") header.renamedFrom = value;
    if (key === "rename to") header.renamedTo = value;
  }
  return (header.renamedFrom === null) === (header.renamedTo === null) ? header : null;
}

/** The path in `a/PATH b/PATH`, where both are the same; git quotes a path with unusual bytes: `"a/PATH" "b/PATH"`. */
function pathOf(names: string): string | null {
  const half = (names.length - 1) / 2;
  const path = unprefixed("a/", names.slice(0, half));
  return path !== null && names === `${prefixed("a/", path)} ${prefixed("b/", path)}` ? path : null;
}

function unprefixed(prefix: string, name: string): string | null {
  if (name.startsWith(`"${prefix}`)) return `"${name.slice(prefix.length + 1)}`;
  return name.startsWith(prefix) ? name.slice(prefix.length) : null;
}

function prefixed(prefix: string, path: string): string {
  return path.startsWith('"') ? `"${prefix}${path.slice(1)}` : `${prefix}${path}`;
}

function readHunks(reader: Reader): Block[] | null {
  const blocks: Block[] = [];
  for (;;) {
    const head = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/.exec(reader.lines[reader.at] ?? "");
    if (head === null) return blocks;
    reader.at += 1;
    const hunk = readHunk(reader, Number(head[1] ?? 1), Number(head[2] ?? 1));
    if (hunk === null) return null;
    blocks.push(...hunk);
  }
}

/**
 * Reads as many lines as the hunk's header counts: a removed line `-- a/x` looks like a file header, and only the
 * count tells them apart.
 */
function readHunk(reader: Reader, before: number, after: number): Block[] | null {
  const blocks: Block[] = [];
  let removed: string[] = [];
  let added: string[] = [];
  let last: string[] | null = null;
  const endBlock = (): void => {
    if (removed.length + added.length > 0) blocks.push({ removed, added });
    [removed, added] = [[], []];
  };
  while (before > 0 || after > 0 || reader.lines[reader.at]?.startsWith("\\") === true) {
    const line = reader.lines[reader.at++];
    if (line === undefined) return null;
    const sign = line[0];
    if (sign === "\\") {
      const end = last?.pop();
      if (end !== undefined) last?.push(end.slice(0, -1));
      continue;
    }
    if (sign !== " " && sign !== "-" && sign !== "+") return null;
    if (sign === " " || (sign === "-" && added.length > 0)) endBlock();
    if (sign !== "+") before -= 1;
    if (sign !== "-") after -= 1;
    if (before < 0 || after < 0) return null;
    last = sign === " " ? null : sign === "-" ? removed : added;
    last?.push(`${line.slice(1)}\n`);
  }
  endBlock();
  return blocks;
}

function readBinary(reader: Reader): FileChange["binary"] {
  reader.at += 1;
  const forward = readBinaryPart(reader);
  const reverse = readBinaryPart(reader);
  return forward === null || reverse === null ? null : { forward, reverse };
}

function readBinaryPart(reader: Reader): string | null {
  const start = reader.at;
  if (!/^(?:literal|delta) \d+$/.test(reader.lines[start] ?? "")) return null;
  reader.at += 1;
  while (/^[A-Za-z][!-~]+$/.test(reader.lines[reader.at] ?? "")) reader.at += 1;
  const part = reader.lines.slice(start, reader.at);
  const blank = reader.lines[reader.at++];
  return part.length > 1 && (blank === "" || blank === undefined) ? part.join("\n") : null;
}
