/** YAML or TOML front matter, as site generators put it at the beginning of a Markdown file. */
const FRONT_MATTER =
  /^\uFEFF?(?:---[ \t]*\r?\n[^]*?\r?\n(?:---|\.\.\.)|\+\+\+[ \t]*\r?\n[^]*?\r?\n\+\+\+)[ \t]*(?:\r?\n|$)/;

/** Replaces front matter by as many blank lines, so that line numbers stay those of the file. */
export function withoutFrontMatter(text: string): string {
  const found = FRONT_MATTER.exec(text)?.[0] ?? "";
  // A horizontal rule above a paragraph looks similar, but front matter has a key on its first line.
  if (found === "" || !/^.*\r?\n\s*(?:#.*\r?\n\s*)*["']?[\w-]+["']?\s*[:=]/.test(found)) return text;
  return "\n".repeat(found.split("\n").length - 1) + text.slice(found.length);
}
