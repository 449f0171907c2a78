/** Lines of which a file consists that only points to content kept elsewhere. */
const POINTERS = [
  // https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md
  /^version (?:https:\/\/(?:git-lfs|hawser)\.github\.com\/spec|http:\/\/git-media\.io\/v)\//,
  /^oid sha256:[0-9a-f]{64}$/,
  // https://git-annex.branchable.com/internals/pointer_file/, and the symbolic links of older repositories
  /^(?:(?:\.\.\/)*\.git)?\/annex\/objects\/\S+$/,
  // What git shows of a submodule: git-scm.com/docs/git-diff, "--submodule=short"
  /^Subproject commit [0-9a-f]{40,64}(?:-dirty)?$/,
];

/** The most characters in a line, long paragraphs included: a minified or encoded file has everything in one. */
const LONGEST_LINE = 4_096;

/**
 * Signs that no text has, as a repository's `.gitattributes` can have a binary file shown as text. Text may have tabs, form
 * feeds and the escapes of a terminal.
 */
// oxlint-disable-next-line no-control-regex
const BINARY = /[\0-\x08\x0e-\x1a\x1c-\x1f\x7f\uFFFD]/;

/**
 * Whether the hunks of a file's diff show its whole change as lines of text, as many as the host counts. A binary
 * file, a cut diff, a minified file, a pointer of Git LFS or git-annex and a submodule do not: their size in lines says
 * nothing about the change.
 * @param hunks the diff from its first `@@` line on; null if the host shows none
 */
export function isCountedText(
  hunks: string | null | undefined,
  { additions, deletions }: { readonly additions: number; readonly deletions: number },
): boolean {
  if (typeof hunks !== "string" || additions + deletions === 0) return false;
  let [added, removed] = [0, 0];
  let inHunk = false;
  for (const raw of hunks.split("\n")) {
    if (raw.startsWith("@@ ")) inHunk = true;
    if (!inHunk) continue;
    if (raw.length > LONGEST_LINE) return false;
    if (BINARY.test(raw)) return false;
    const text = raw.slice(1).replace(/\r$/, "");
    if (POINTERS.some((pointer) => pointer.test(text))) return false;
    if (raw.startsWith("+")) added += 1;
    else if (raw.startsWith("-")) removed += 1;
  }
  return added === additions && removed === deletions;
}
