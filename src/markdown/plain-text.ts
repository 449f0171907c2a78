/**
 * What the author of a comment wrote as plain text: the paragraphs that stand on their own. Quotations, lists, headings,
 * tables, footnotes, formulas, code in any form, HTML and what is inside it, and the rest of a mail below "… wrote:" are
 * left out.
 *
 * Strangers write this text, so the time is linear in its length: a body beyond its limit is left out, and of a line or
 * a paragraph the beginning is read.
 */
import type { MarkdownIt, Token } from "markdown-it";
import { readHtml, type HtmlReading } from "./hidden-by-html.ts";
import { beginsMailQuote, MOST_WRAPPED } from "./mail-quote.ts";
import { newMarkdownIt } from "./markdown-it.ts";

/** GitHub takes no longer comment; in UTF-16 units. */
const MAX_BODY = 65_536;
/** The part of a line that is read: no command and no sentence is that long, but a command's reason may be. */
const MAX_LINE = 2_048;
const MAX_PARAGRAPH = 8_192;

/** Replaces what is not plain text or not read, so that the text on both sides does not join. */
const OBSTACLE = "\uFFFC";

/**
 * The beginning of a footnote, which takes the rest of its paragraph. The parser would read a link's definition there and
 * leave the lines below as text.
 * https://docs.github.com/get-started/writing-on-github/getting-started-with-writing-and-formatting-on-github/basic-writing-and-formatting-syntax#footnotes
 */
const FOOTNOTE = /^( {0,3})\[(?=\^[^\]\s]{1,100}\]:)/gm;
const FOOTNOTE_LINE = /^\uFFFC\^[^\]\s]{1,100}\]:/;
/**
 * The delimiter of a formula.
 * https://docs.github.com/get-started/writing-on-github/working-with-advanced-formatting/writing-mathematical-expressions
 */
const FORMULA = "$$";

/** The lines of plain text, trimmed, without empty ones; none for a text that is too long. */
export function plainLines(body: string): readonly string[] {
  if (body.length > MAX_BODY) return [];
  const blocks = blocksOf(body);
  const html = readHtml(blocks.flat().flatMap(({ type, content }) => (isHtml(type) ? content : [])));
  const lines: string[] = [];
  for (const block of blocks) {
    if (block.length === 1 && block[0]?.type === "html_block") html.next();
    else if (!addLines(textOf(block, html), lines)) return lines;
  }
  return lines;
}

let parser: MarkdownIt | null = null;

function commentParser(): MarkdownIt {
  const markdown = newMarkdownIt("commonmark", { html: true, maxNesting: 20 });
  markdown.enable(["strikethrough", "table"]);
  // The blocks are found first; the text in a paragraph is read by itself.
  markdown.core.ruler.disable(["inline", "text_join"]);
  markdown.inline.ruler.disable(["autolink"]);
  return markdown;
}

/** The raw HTML and the paragraphs of a text, each as its parts. */
function blocksOf(body: string): readonly (readonly Token[])[] {
  const markdown = (parser ??= commentParser());
  const blocks: Token[][] = [];
  let isText = false;
  // The definitions to which links may refer.
  const definitions = {};
  for (const token of markdown.parse(body.replace(FOOTNOTE, `$1${OBSTACLE}`), definitions)) {
    if (token.type === "html_block") blocks.push([token]);
    // A line above a mail's "-- " is parsed as an underlined heading.
    else if (token.level === 0 && token.nesting === 1)
      isText = token.type === "paragraph_open" || (token.type === "heading_open" && token.markup === "-");
    else if (token.type === "inline" && token.level === 1 && isText) {
      const parts: Token[] = [];
      markdown.inline.parse(beginningOf(token.content), markdown, definitions, parts);
      blocks.push(parts);
    }
  }
  return blocks;
}

function isHtml(type: string): boolean {
  return type === "html_block" || type === "html_inline";
}

/** A paragraph; of one that is too long, the first line. The rest may say the opposite, so a sentence never ends there. */
function beginningOf(paragraph: string): string {
  if (paragraph.length <= MAX_PARAGRAPH) return paragraph;
  const [first = ""] = paragraph.slice(0, MAX_LINE).split("\n", 1);
  return first + OBSTACLE;
}

/** Adds the lines of a paragraph. @returns false where a mail that is answered begins: the rest is not the author's */
function addLines(paragraph: string, lines: string[]): boolean {
  const own = paragraph
    .split("\n")
    .map((line) => (line.length <= MAX_LINE ? line : line.slice(0, MAX_LINE) + OBSTACLE))
    .map((line) => line.replace(/\s+/g, " ").trim())
    .filter((line) => line !== "");
  const formulas = own.flatMap((line, index) => (line.split(FORMULA).length % 2 === 0 ? [index] : []));
  // A delimiter without a second one is text.
  if (formulas.length % 2 === 1) formulas.pop();
  const delimiters = new Set(formulas);
  let isFormula = false;
  for (const [index, line] of own.entries()) {
    if (beginsMailQuote(line, own.slice(index + 1, index + MOST_WRAPPED))) return false;
    if (FOOTNOTE_LINE.test(line)) return true;
    if (delimiters.has(index)) isFormula = !isFormula;
    else if (!isFormula) lines.push(line);
  }
  return true;
}

/** The plain text of a paragraph; what is in an open HTML element or comment, a link, an image or code, or struck out, is none. */
function textOf(parts: readonly Token[], html: HtmlReading): string {
  let depth = 0;
  return parts
    .map(({ type, content, nesting }) => {
      switch (type) {
        case "softbreak":
        case "hardbreak":
          return "\n";
        case "text":
        case "text_special":
          return html.isHidden() || depth > 0 ? OBSTACLE : content;
        case "html_inline":
          html.next();
          return OBSTACLE;
        case "s_open":
        case "s_close":
        case "link_open":
        case "link_close":
          depth += nesting;
          return OBSTACLE;
        default:
          return content === "" ? "" : OBSTACLE;
      }
    })
    .join("");
}
