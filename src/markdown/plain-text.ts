/**
 * What the author of a comment wrote as plain text: the paragraphs that stand on their own. Quotations, lists, headings,
 * tables, footnotes, formulas, code in any form, HTML and what is inside it, and the rest of a mail below "… wrote:" are
 * left out.
 *
 * Strangers write this text, so the time is linear in its length: a body, a paragraph or a line beyond its limit is
 * left out.
 */
import MarkdownIt, { type Token } from "markdown-it";
import { beginsMailQuote } from "./mail-quote.ts";

/** GitHub takes no longer comment; in UTF-16 units. */
const MAX_BODY = 65_536;
/** No command and no sentence is that long. */
const MAX_LINE = 2_048;
const MAX_PARAGRAPH = 8_192;

/** Replaces what is not plain text within a line, so that the text on both sides does not join. */
const OBSTACLE = "\uFFFC";

const markdown = new MarkdownIt("commonmark", { html: true, maxNesting: 20 });
markdown.enable(["strikethrough", "table"]);
// The blocks are found first; the text in a paragraph is read by itself.
markdown.core.ruler.disable(["inline", "text_join"]);
markdown.inline.ruler.disable(["link", "image", "autolink"]);

/** Elements without an end tag. https://html.spec.whatwg.org/multipage/syntax.html#void-elements */
const VOID = /^(?:area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr)$/i;

/**
 * The beginning of a footnote, which takes the rest of its paragraph. The parser would read a link's definition there and
 * leave the lines below as text.
 * https://docs.github.com/get-started/writing-on-github/getting-started-with-writing-and-formatting-on-github/basic-writing-and-formatting-syntax#footnotes
 */
const FOOTNOTE = /^( {0,3})\[(?=\^[^\]\s]{1,100}\]:)/gm;
const FOOTNOTE_LINE = /^\uFFFC\^[^\]\s]{1,100}\]:/;
/**
 * The delimiters of a formula.
 * https://docs.github.com/get-started/writing-on-github/working-with-advanced-formatting/writing-mathematical-expressions
 */
const FORMULA = /^\$\$$/;

/** The lookahead keeps the time linear: a name without an end is not tried again in each of its lengths. */
const TAG = /<!--|-->|<(\/?)([a-z][a-z0-9-]*)(?![a-z0-9-])[^<>]*>/gi;

/** Where the reader is in raw HTML. */
interface Html {
  /** How many elements are open. */
  open: number;
  inComment: boolean;
}

/** The lines of plain text, trimmed, without empty ones; none for a text that is too long. */
export function plainLines(body: string): readonly string[] {
  if (body.length > MAX_BODY) return [];
  const lines: string[] = [];
  const html: Html = { open: 0, inComment: false };
  let isText = false;
  for (const token of markdown.parse(body.replace(FOOTNOTE, `$1${OBSTACLE}`), {})) {
    if (token.type === "html_block") readHtml(token.content, html);
    // A line above a mail's "-- " is parsed as an underlined heading.
    else if (token.level === 0 && token.nesting === 1)
      isText = token.type === "paragraph_open" || (token.type === "heading_open" && token.markup === "-");
    else if (token.type === "inline" && token.level === 1 && isText && token.content.length <= MAX_PARAGRAPH)
      if (!addLines(textOf(token.content, html), lines)) return lines;
  }
  return lines;
}

/** Adds the lines of a paragraph. @returns false where a mail that is answered begins: the rest is not the author's */
function addLines(paragraph: string, lines: string[]): boolean {
  const own = paragraph
    .split("\n")
    .filter((line) => line.length <= MAX_LINE)
    .map((line) => line.replace(/\s+/g, " ").trim())
    .filter((line) => line !== "");
  let isFormula = false;
  for (const [index, line] of own.entries()) {
    if (beginsMailQuote(line, own[index + 1] ?? "")) return false;
    if (FOOTNOTE_LINE.test(line)) return true;
    if (FORMULA.test(line)) isFormula = !isFormula;
    else if (!isFormula) lines.push(line);
  }
  return true;
}

/** The plain text of a paragraph; what is in an open HTML element or comment, struck out or code is none. */
function textOf(paragraph: string, html: Html): string {
  const tokens: Token[] = [];
  markdown.inline.parse(paragraph, markdown, {}, tokens);
  let struck = 0;
  const parts = tokens.map((token) => {
    switch (token.type) {
      case "softbreak":
      case "hardbreak":
        return "\n";
      case "text":
      case "text_special":
        return html.open > 0 || html.inComment || struck > 0 ? OBSTACLE : token.content;
      case "html_inline":
        readHtml(token.content, html);
        return OBSTACLE;
      case "s_open":
      case "s_close":
        struck += token.nesting;
        return OBSTACLE;
      default:
        return token.content === "" ? "" : OBSTACLE;
    }
  });
  return parts.join("");
}

/** Follows which elements and comments raw HTML opens and closes. An element that is never closed hides the rest. */
function readHtml(source: string, html: Html): void {
  for (const [tag, end = "", name = ""] of source.matchAll(TAG)) {
    if (tag === "<!--") html.inComment = true;
    else if (tag === "-->") html.inComment = false;
    else if (html.inComment || VOID.test(name) || tag.endsWith("/>")) continue;
    else html.open = Math.max(0, html.open + (end === "" ? 1 : -1));
  }
}
