import { raw } from "hono/html";
import type { MarkdownIt, Token } from "markdown-it";
import { documentParser } from "./parser.ts";
import { withoutFrontMatter } from "./front-matter.ts";
import { ID_PREFIX, safeHtml, type DroppedKind } from "./safe-html.ts";
import { reportUnreadMarkup, type UnreadKind } from "./unread-markup.ts";

/** Something in a document that readers do not see as the author meant it. */
export interface DocumentProblem {
  readonly kind: DroppedKind | UnreadKind | "open-comment";
  /** The source, e.g. `<script>` or a link's URL. */
  readonly what: string;
  /** The first line of the file with it, from 1; null: unknown. */
  readonly line: number | null;
}

export interface RenderOptions {
  /** The base of relative links; null: they are shown as text. */
  readonly base: string | null;
  /** The accessible name of a part that scrolls horizontally. */
  readonly scrolls?: string;
}

interface Rendered {
  readonly html: string;
  readonly problems: readonly DocumentProblem[];
}

let parser: MarkdownIt | null = null;

/** Renders a document as HTML that is safe in a page. */
export function renderDocument(text: string, options: RenderOptions): ReturnType<typeof raw> {
  return raw(render(text, options).html);
}

/** What can't be shown as the author meant it, so that the operator sees it before people sign. */
export function documentProblems(text: string, options: RenderOptions): readonly DocumentProblem[] {
  return render(text, options).problems;
}

function render(text: string, { base, scrolls = "" }: RenderOptions): Rendered {
  const problems: DocumentProblem[] = [];
  const source = withoutFrontMatter(text);
  parser ??= documentParser();
  const env: { footnotes?: { refs?: Record<string, number> } } = {};
  const tokens = parser.parse(source, env);
  const lines = linesOutsideCode(source, tokens);
  const report = (kind: DocumentProblem["kind"], what: string, line = lineWith(what, kind, lines)): void => {
    if (!problems.some((known) => known.kind === kind && known.what === what))
      problems.push({ kind, what, line });
  };
  const html = parser.renderer
    .render(tokens, parser.options, env)
    .replace(
      /<li>(<p>|)\[([ xX])\] /g,
      (_all, paragraph: string, mark: string) => `<li>${paragraph}${mark === " " ? "☐" : "☑"} `,
    );
  const ids = new Set([...html.matchAll(/\s(?:id|name)="([^"]*)"/g)].map(([, id]) => `${ID_PREFIX}${id}`));
  const safe = safeHtml(html, { base, ids, report });
  reportUnreadMarkup(tokens, env.footnotes?.refs ?? {}, lines, report);
  if (/<!--(?![^]*-->)/.test(html)) report("open-comment", "<!--");
  return {
    html: safe
      .replace(
        /<table(?=[\s>])/g,
        `<div class="scroll" role="group" tabindex="0" aria-label="${scrolls}"><table`,
      )
      .replaceAll("</table>", "</table></div>"),
    problems: problems.toSorted((a, b) => (a.line ?? Infinity) - (b.line ?? Infinity) || 0),
  };
}

function linesOutsideCode(source: string, tokens: readonly Token[]): readonly string[] {
  const lines = source.split("\n");
  for (const { type, map } of tokens)
    if (map !== null && (type === "fence" || type === "code_block"))
      lines.fill("", map[0], Math.min(map[1], lines.length));
  return lines;
}

/** The first line of the source with the start of a problem; the parser escapes links, so both forms are sought. */
function lineWith(what: string, kind: DocumentProblem["kind"], lines: readonly string[]): number | null {
  const sought = kind === "element" ? [`<${what}`] : [what, decoded(what)];
  const at = lines.findIndex((line) =>
    sought.some((part) => line.toLowerCase().includes(part.toLowerCase())),
  );
  return at < 0 ? null : at + 1;
}

function decoded(url: string): string {
  try {
    return decodeURI(url);
  } catch {
    return url;
  }
}
