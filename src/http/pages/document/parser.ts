import { slug } from "github-slugger";
import { htmlTagNames } from "html-tag-names";
import type { MarkdownIt as Parser } from "markdown-it";
import anchor from "markdown-it-anchor";
import cjkFriendly from "markdown-it-cjk-friendly";
import footnote from "markdown-it-footnote";
import { newMarkdownIt } from "../../../markdown/markdown-it.ts";

const NAMES = new Set(htmlTagNames);
const TAG = /^<\/?([a-z][\w:-]*)/i;

/** Where a bare URL ends in Chinese text, which puts no space after it. */
const BESIDE_ADDRESS = /[\p{Script=Han}\u3000-\u303F\uFF00-\uFFEF“”‘’]/u;

/** Markdown as the code hosts read it: GitHub's tables and heading ids, HTML and bare URLs. */
export function documentParser(): Parser {
  const markdown = newMarkdownIt({ html: true, linkify: true, typographer: false });
  markdown.use(cjkFriendly).use(footnote).use(anchor, { slugify: slug, tabIndex: false });
  markdown.linkify.set({ fuzzyLink: false, fuzzyEmail: true, fuzzyIP: false });
  // A link to an unsafe target later loses its URL and keeps its text.
  markdown.validateLink = () => true;
  for (const scheme of ["http:", "https:"]) endBeforeChinese(markdown, scheme);
  linkWww(markdown);
  beginAfterChinese(markdown);
  placeholdersAreText(markdown);
  return markdown;
}

/** GitHub links `www.example.org` without a scheme, too: https://github.github.com/gfm/#extended-www-autolink */
function linkWww({ linkify }: Parser): void {
  linkify.add("www.", {
    validate(text, position, self) {
      const end = text.slice(position).search(BESIDE_ADDRESS);
      const host = `//${end < 0 ? text.slice(position) : text.slice(position, position + end)}`;
      const pattern = self.re.get_http_validator();
      pattern.lastIndex = 0;
      const length = (pattern.exec(host)?.[0].length ?? 0) - 2;
      return host.slice(2, 2 + length).includes(".") ? length : 0;
    },
    normalize(match) {
      match.url = `http://${match.url}`;
    },
  });
}

/** Chinese text puts no space before an address either. */
function beginAfterChinese({ linkify: { re } }: Parser): void {
  const search = new RegExp(
    `(^|(?!_)(?:[<>\\u3400-\\u9fff\\uff5c]|${re.src_ZPCc}))(${re.get_schema_names().source})`,
    "ig",
  );
  re.get_schema_search = () => search;
}

/** `https://example.org，and more in Chinese` is a URL, a comma and text. */
function endBeforeChinese({ linkify }: Parser, scheme: string): void {
  linkify.add(scheme, {
    validate(text, position, self) {
      const end = text.slice(position).search(BESIDE_ADDRESS);
      const address = end < 0 ? text : text.slice(0, position + end);
      const pattern = self.re.get_http_validator();
      pattern.lastIndex = position;
      return pattern.exec(address)?.[0].length ?? 0;
    },
  });
}

/** `<your name>` is not HTML but a blank to fill in, so it is shown as it is written. */
function placeholdersAreText(markdown: Parser): void {
  const known = (text: string): boolean => {
    const name = TAG.exec(text)?.[1]?.toLowerCase();
    return name === undefined || NAMES.has(name);
  };
  for (const rule of ["html_inline", "html_block"] as const)
    markdown.renderer.rules[rule] = (tokens, index) =>
      (tokens[index]?.content ?? "").replace(/<\/?[a-z][\w:-]*[^<>]*>/gi, (tag) =>
        known(tag) ? tag : markdown.utils.escapeHtml(tag),
      );
  const block = markdown.block.ruler.getRules("").find((rule) => rule.name === "html_block");
  if (block === undefined) throw new Error("markdown-it has no rule html_block");
  markdown.block.ruler.at(
    "html_block",
    (state, line, ...rest) => {
      const from = (state.bMarks[line] ?? 0) + (state.tShift[line] ?? 0);
      return known(state.src.slice(from, from + 64)) && block(state, line, ...rest);
    },
    { alt: ["paragraph", "reference", "blockquote"] },
  );
}
