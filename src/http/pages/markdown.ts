import { raw } from "hono/html";
import MarkdownIt from "markdown-it";

/**
 * Raw HTML is shown as text; links lead only to web and mail addresses; a picture, which would have
 * to be fetched from elsewhere, is told in its words.
 */
const markdown = new MarkdownIt({ html: false, linkify: false, typographer: false });
markdown.validateLink = (url) => /^(?:https?:|mailto:|#|\/(?!\/))/i.test(url.trim());

markdown.renderer.rules.image = (tokens, index) => markdown.utils.escapeHtml(tokens[index]?.content ?? "");

// The page has its own first heading, so those of a document begin one level below.
for (const rule of ["heading_open", "heading_close"] as const)
  markdown.renderer.rules[rule] = (tokens, index, options, _environment, renderer) => {
    const token = tokens[index];
    if (token === undefined) return "";
    token.tag = `h${Math.min(6, Number(token.tag.slice(1)) + 1)}`;
    return renderer.renderToken(tokens, index, options);
  };

/** A document as HTML that is safe to stand in a page. */
export function renderDocument(text: string): ReturnType<typeof raw> {
  return raw(markdown.render(text));
}

/** One line with links and code. */
export function renderLine(text: string): ReturnType<typeof raw> {
  return raw(markdown.renderInline(text));
}
