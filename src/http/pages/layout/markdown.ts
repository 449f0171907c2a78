import { raw } from "hono/html";
import MarkdownIt from "markdown-it";

const markdown = new MarkdownIt({ html: false });
markdown.validateLink = (url) => /^(?:https?:|mailto:)/i.test(url.trim());

/** One line of this site's own texts, with links and code. */
export function renderLine(text: string): ReturnType<typeof raw> {
  return raw(markdown.renderInline(text));
}
