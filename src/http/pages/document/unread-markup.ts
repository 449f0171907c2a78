import type { Token } from "markdown-it";

/** Markup that other tools read and this site shows as it is written. */
export type UnreadKind = "template" | "attribute-list" | "extension" | "diagram" | "footnote" | "dropped";

/** Each extension with the text that shows it; link targets and code are masked before. */
const UNREAD: readonly (readonly [UnreadKind, RegExp])[] = [
  ["template", /\{%[^]*?%\}|\{\{[^]*?\}\}|<%[^]*?%>|\$\{[\w.-]+\}/g],
  ["attribute-list", /\{:?[ \t]*[#.][\w-]+[^{}]*\}|\{:[ \t]*[\w-]+[^{}]*\}/g],
  // https://docs.github.com/en/get-started/writing-on-github/getting-started-with-writing-and-formatting-on-github/basic-writing-and-formatting-syntax#alerts
  ["extension", /^[ \t]*\[!\w+\]/gm],
  // Containers and admonitions of site generators, of MkDocs, and of reStructuredText.
  ["extension", /^[ \t]*(?::{3,}.*|(?:!!!|\?\?\?\+?)[ \t]+\w.*|\.\.[ \t]+[\w-]+::.*)$/gm],
  // A definition list and an abbreviation of PHP Markdown Extra.
  ["extension", /(?<=\n)[ \t]*:[ \t]+\S.*/g],
  ["extension", /^[ \t]*\*\[[^\]\n]+\]:.*$/gm],
  ["extension", /@?\[\[?_?toc_?\]\]?(?![([:])/gi],
  ["extension", /\[\[[^[\]\n]+\]\]/g],
  ["extension", /\\(?:newpage|pagebreak|clearpage)\b/g],
  // Mathematics: https://docs.github.com/en/get-started/writing-on-github/working-with-advanced-formatting/writing-mathematical-expressions
  ["extension", /\$\$[^$]+\$\$|(?<![\w$\\])\$(?![\s\d${])[^$\n]*[^\s$\\]\$(?![\w$])/g],
  ["extension", /(?<![\w:]):[a-z][a-z0-9_+-]*:(?![\w:])/g],
  ["extension", /==[^\s=](?:[^=\n]*[^\s=])?==|\+\+[^\s+](?:[^+\n]*[^\s+])?\+\+|\{(?:>>|~~)[^]*?(?:<<|~~)\}/g],
  ["extension", /(?<![~\\])~[^\s~](?:[^~\n]*[^\s~])?~(?!~)|(?<=\w)\^[^\s^]+\^/g],
  // A heading without a blank, and a table without the row of dashes.
  ["extension", /^#{1,6}[^\s#\d].*$/gm],
  ["extension", /^\|.*\|[ \t]*\n\|.*\|[ \t]*$/gm],
];

const DROPPED = /<\?[^]*?(?:\?>|$)|<!\[CDATA\[[^]*?(?:\]\]>|$)/g;

/** https://docs.github.com/en/get-started/writing-on-github/working-with-advanced-formatting/creating-diagrams */
const DIAGRAMS = new Set(["mermaid", "geojson", "topojson", "stl", "math", "plantuml", "puml"]);

/** Parts of a source that are code, a tag, a comment or a link's target. */
const QUIET =
  /(?<!`)(`+)(?!`)[^]*?(?<!`)\1(?!`)|<!--[^]*?-->|<(pre|code|script|style)\b[^]*?<\/\2\s*>|<\/?[a-z][^<>]*>|\]\([^()\s]*\)|https?:[^\s<>]+/gi;

/** Reports what the parser leaves as text although its author meant more, each with its line in the file, from 1. */
export function reportUnreadMarkup(
  tokens: readonly Token[],
  footnotes: Readonly<Record<string, number>>,
  lines: readonly string[],
  report: (kind: UnreadKind, what: string, line: number | null) => void,
): void {
  let start = 0;
  for (const token of tokens) {
    start = token.map?.[0] ?? start;
    const { content } = token;
    const lineOf = (index: number): number => start + content.slice(0, index).split("\n").length;
    if (token.type === "fence" && DIAGRAMS.has(token.info.trim().toLowerCase()))
      report("diagram", `${token.markup}${token.info.trim()}`, start + 1);
    if (token.type !== "inline" && token.type !== "html_block") continue;
    for (const { 0: what, index } of masked(content, /(?<!`)(`+)(?!`)[^]*?(?<!`)\1(?!`)/g).matchAll(DROPPED))
      report("dropped", firstLine(what), lineOf(index));
    const words = masked(content, QUIET);
    for (const [kind, pattern] of UNREAD)
      for (const {
        0: { length },
        index,
      } of words.matchAll(pattern)) {
        const what = content.slice(index, index + length);
        report(kind, firstLine(what.trim()), lineOf(index + what.length - what.trimStart().length));
      }
    for (const { 0: what, 1: label = "", index } of words.matchAll(/\[\^([^\s\]]+)\]/g))
      if (!(`:${label}` in footnotes)) report("footnote", what, lineOf(index));
  }
  for (const [label, uses] of Object.entries(footnotes))
    if (uses < 0) {
      const what = `[^${label.slice(1)}]:`;
      const at = lines.findIndex((line) => line.trimStart().startsWith(what));
      report("footnote", what, at < 0 ? null : at + 1);
    }
}

/** The text with a mark for each letter of what matches, so that positions stay the same. */
function masked(text: string, pattern: RegExp): string {
  return text.replace(pattern, (found) => found.replace(/[^\n]/g, "\uFFFC"));
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? "";
}
