import { raw } from "hono/html";
import type { MarkdownIt } from "markdown-it";
import { documentParser } from "./parser.ts";
import { withoutFrontMatter } from "./front-matter.ts";
import { ID_PREFIX, safeHtml, type DroppedKind } from "./safe-html.ts";

/** Something in a document that readers do not see as the author meant it. */
export interface DocumentProblem {
  readonly kind: DroppedKind | "template" | "attribute-list" | "open-comment";
  /** The source, e.g. `<script>` or a link's URL. */
  readonly what: string;
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
  const report = (kind: DocumentProblem["kind"], what: string): void => {
    if (!problems.some((known) => known.kind === kind && known.what === what)) problems.push({ kind, what });
  };
  parser ??= documentParser();
  const html = parser
    .render(withoutFrontMatter(text))
    .replace(
      /<li>(<p>|)\[([ xX])\] /g,
      (_all, paragraph: string, mark: string) => `<li>${paragraph}${mark === " " ? "☐" : "☑"} `,
    );
  const ids = new Set([...html.matchAll(/\s(?:id|name)="([^"]*)"/g)].map(([, id]) => `${ID_PREFIX}${id}`));
  const safe = safeHtml(html, { base, ids, report });
  for (const [found] of visibleTextOf(safe).matchAll(/\{%.*?%\}|\{\{.*?\}\}/gs)) report("template", found);
  for (const [found] of visibleTextOf(safe).matchAll(/\{:?\s*[#.][\w-]+[^{}]*\}/g))
    report("attribute-list", found);
  if (/<!--(?![^]*-->)/.test(html)) report("open-comment", "<!--");
  return {
    html: safe
      .replace(
        /<table(?=[\s>])/g,
        `<div class="scroll" role="group" tabindex="0" aria-label="${scrolls}"><table`,
      )
      .replaceAll("</table>", "</table></div>"),
    problems,
  };
}

function visibleTextOf(html: string): string {
  return html.replace(/<pre[^]*?<\/pre>|<code>[^]*?<\/code>/g, "").replace(/<[^>]*>/g, "");
}
