import { raw } from "hono/html";
import type { MarkdownIt } from "markdown-it";
import { newMarkdownIt } from "../../../markdown/markdown-it.ts";

let parser: MarkdownIt | null = null;

/** One line of this site's own texts, with links and code. */
export function renderLine(text: string): ReturnType<typeof raw> {
  parser ??= lineParser();
  return raw(parser.renderInline(text));
}

function lineParser(): MarkdownIt {
  const markdown = newMarkdownIt({ html: false });
  markdown.validateLink = (url) => /^(?:https?:|mailto:)/i.test(url.trim());
  return markdown;
}
