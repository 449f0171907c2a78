/**
 * Tells which text between pieces of raw HTML is hidden, quoted or code by them. Names that HTML does not have, as in
 * `Map<String>`, are no tags; an element that is never closed hides the rest only if a browser shows the rest as its
 * content and it makes a difference to the reader.
 */

/** Elements without an end tag. https://html.spec.whatwg.org/multipage/syntax.html#void-elements */
const VOID = /^(?:area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr)$/;

/** Elements whose content is quoted, code, folded, struck out or not shown: the rest is theirs if they are not closed. */
const HIDING =
  /^(?:blockquote|q|pre|code|kbd|samp|tt|xmp|listing|plaintext|del|s|strike|details|summary|ul|ol|li|dl|dt|dd|table|caption|thead|tbody|tfoot|tr|td|th|script|style|textarea|template|title|noscript|iframe|object|svg|math|select|option|button)$/;

/** The other elements of HTML. */
const SHOWN =
  /^(?:a|abbr|acronym|address|article|aside|b|bdi|bdo|big|center|cite|data|dfn|dialog|div|em|fieldset|figcaption|figure|font|footer|form|g-emoji|h[1-6]|header|hgroup|i|ins|label|legend|main|mark|markdown-accessiblity-table|nav|p|picture|ruby|rp|rt|section|small|span|strong|sub|sup|task-lists|time|u|var|video|audio)$/;

/**
 * The end of a comment right after its beginning is a comment of its own, see
 * https://html.spec.whatwg.org/multipage/parsing.html#parse-error-abrupt-closing-of-empty-comment. The lookahead keeps
 * the time linear: a name without an end is not tried again in each of its lengths.
 */
const TAG = /<!--(?:-?>)?|-->|<(\/?)([a-z][a-z0-9-]*)(?![a-z0-9-])[^<>]*>/gi;

/** The place between two pieces of raw HTML. */
export interface HtmlReading {
  /** Goes past the next piece. */
  next(): void;
  isHidden(): boolean;
}

/** @param pieces the raw HTML of a text, in order */
export function readHtml(pieces: readonly string[]): HtmlReading {
  const changes = changesIn(pieces);
  let at = 0;
  let hidden = 0;
  return {
    next() {
      hidden += changes[at] ?? 0;
      at += 1;
    },
    isHidden: () => hidden > 0,
  };
}

/** By how much each piece changes the number of elements and comments that hide the text after it. */
function changesIn(pieces: readonly string[]): readonly number[] {
  const changes = pieces.map(() => 0);
  const add = (piece: number, change: number): void => void (changes[piece] = (changes[piece] ?? 0) + change);
  const open: { readonly name: string; readonly piece: number }[] = [];
  const openBy = new Map<string, number>();
  const count = (name: string, change: number): void =>
    void openBy.set(name, (openBy.get(name) ?? 0) + change);
  let inComment = false;
  for (const [piece, source] of pieces.entries())
    for (const [tag, slash = "", written = ""] of source.matchAll(TAG)) {
      const name = written.toLowerCase();
      if (tag === "<!--" && !inComment) {
        inComment = true;
        add(piece, 1);
      } else if (tag.endsWith("-->") && inComment) {
        inComment = false;
        add(piece, -1);
      } else if (inComment || VOID.test(name) || !(HIDING.test(name) || SHOWN.test(name))) continue;
      else if (slash === "" && !tag.endsWith("/>")) {
        open.push({ name, piece });
        count(name, 1);
        add(piece, 1);
      } else if (slash !== "" && (openBy.get(name) ?? 0) > 0)
        // An end tag also ends the elements inside that are still open.
        for (let last = open.pop(); last !== undefined; last = open.pop()) {
          count(last.name, -1);
          add(piece, -1);
          if (last.name === name) break;
        }
    }
  for (const { name, piece } of open) if (!HIDING.test(name)) add(piece, -1);
  return changes;
}
