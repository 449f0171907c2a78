import { raw } from "hono/html";
import MarkdownIt from "markdown-it";

const markdown = new MarkdownIt({ html: false, linkify: true });

/** A comment's Markdown as safe HTML. HTML comments don't show, as on GitHub. */
export function rendered(text: string) {
  return raw(markdown.render(text.replaceAll(/<!--[\s\S]*?-->/g, "")));
}
