import fc from "fast-check";
import MarkdownIt from "markdown-it";
import { describe, expect, it } from "vitest";
import { code, link, mention, text } from "../../src/report/markdown.ts";

// As lenient as a host can be: it accepts raw HTML and bare URLs.
const markdown = new MarkdownIt({ html: true, linkify: true, breaks: true });

interface Seen {
  readonly kinds: readonly string[];
  readonly shown: string;
}

/** The kinds of inline tokens, each once, and the text that a reader sees, less zero-width spaces. */
function inline(source: string): Seen {
  const tokens = markdown.parse(source, {});
  const children = tokens.flatMap((token) => token.children ?? []);
  return {
    kinds: [
      ...new Set([...tokens.filter(({ type }) => /html/.test(type)), ...children].map(({ type }) => type)),
    ],
    shown: children
      .map(({ content }) => content)
      .join("")
      .replaceAll("\u200b", ""),
  };
}

/** What a reader sees of the text itself. */
function visible(written: string): string {
  return written
    .toWellFormed()
    .replace(/(?![\u200c\u200d])\p{Cf}/gu, "")
    .replace(/[\s\p{Cc}]+/gu, " ")
    .trim();
}

const nasty = [
  "<script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  "<!-- countersign -->",
  "-->",
  "</details></summary>",
  "**bold** _it_ __b__ ~~gone~~ `code` ``",
  "[click](https://evil.example)",
  "![pixel](https://evil.example/p.png)",
  "[x]: https://evil.example",
  "<https://evil.example>",
  "https://evil.example/a?b=c&d",
  "www.evil.example",
  "evil.com",
  "mail me@evil.example",
  "mailto:me@evil.example",
  "\\[half](escaped)",
  "\\",
  "\\\\`",
  "&lt;b&gt; &amp; &#64;octocat &copy;",
  "# heading",
  "1. list",
  "1) list",
  "- list",
  "+ list",
  "> quote",
  "===",
  "---",
  "***",
  "```js",
  "~~~",
  "    indented",
  "| a | b |",
  "|---|---|",
  "[ ] task",
  "[^1]",
  "$x$ $$y$$",
  ":tada:",
  "first\nsecond\r\nthird\u2028fourth\u0085fifth",
  "tab\there",
  "\u202Eright to left",
  "a\u0000b\u001b[31mred",
  "\ud800 lone",
  "👩‍💻 im Café, 你好",
  "<a href='x'>",
  "$(rm -rf)",
];

describe("text that somebody else wrote", () => {
  it.each(nasty)("is shown as it is and does nothing: %j", (written) => {
    expect(inline(text(written))).toEqual({ kinds: ["text"], shown: visible(written) });
  });

  it("is shown as text and does nothing, whatever it contains", () => {
    const words = fc.oneof(fc.string(), fc.string({ unit: "binary" }), fc.constantFrom(...nasty));
    fc.assert(
      fc.property(fc.array(words, { maxLength: 4 }), (list) => {
        const written = list.join("");
        fc.pre(visible(written) !== "" && Array.from(visible(written)).length <= 200);
        const safe = text(written);
        expect(inline(safe)).toEqual({ kinds: ["text"], shown: visible(written) });
        expect(inline(`- ${safe}`)).toEqual({ kinds: ["text"], shown: visible(written) });
        expect(inline(`Thank you, ${safe} again.`)).toEqual({
          kinds: ["text"],
          shown: `Thank you, ${visible(written)} again.`,
        });
        expect(inline(`Before\n${safe}\nafter`)).toEqual({
          kinds: ["text", "softbreak"],
          shown: `Before${visible(written)}after`,
        });
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    "@octocat",
    "@octo/team",
    "ping @octocat!",
    "me@octocat.example",
    "&#64;octocat",
    "@@octocat",
    "#1",
    "octo/repo#1",
    "octo/repo@0123456",
    "GH-1",
    "gh-12",
    "https://github.com/octo/repo/issues/1",
    ":octocat:",
  ])("notifies nobody and refers to nothing: %s", (written) => {
    const rendered = markdown.renderInline(text(written));
    expect(rendered).not.toMatch(/@\w|#\d|gh-\d|:\w|:\/\//i);
  });

  it("opens no cell and no row in a table", () => {
    const html = markdown.render(`| a | b |\n|---|---|\n| ${text("x | y\n| z |")} | end |`);
    expect(html.match(/<td>/g)).toHaveLength(2);
    expect(html).toContain("<td>x | y | z |</td>");
  });

  it("is cut to its limit, between characters", () => {
    expect(text("abcdef", 4)).toBe("abc…");
    expect(text("👩👩👩👩👩", 3)).toBe("👩👩…");
    expect(Array.from(inline(text("x".repeat(10_000))).shown)).toHaveLength(200);
    expect(text(`${"x".repeat(198)} yz`)).toBe(`${"x".repeat(198)}…`);
  });

  it("may be empty", () => {
    for (const written of ["", "  \n ", "\u200b\u202e"]) expect(text(written)).toBe("");
  });
});

describe("code", () => {
  it.each(nasty)("is shown as it is and does nothing: %j", (written) => {
    expect(inline(`See ${code(written)}.`)).toEqual({
      kinds: ["text", "code_inline"],
      shown: `See ${visible(written)}.`,
    });
  });

  it("is shown as it is, whatever it is", () => {
    const words = fc.oneof(fc.string(), fc.constantFrom("`", "``", "` `", "```", "@a", ...nasty));
    fc.assert(
      fc.property(fc.array(words, { maxLength: 5 }), (list) => {
        const written = list.join("");
        fc.pre(visible(written) !== "" && Array.from(visible(written)).length <= 200);
        expect(inline(code(written))).toEqual({ kinds: ["code_inline"], shown: visible(written) });
      }),
    );
  });

  it("of nothing is nothing", () => {
    expect(code(" \n")).toBe("");
  });

  it("notifies nobody", () => {
    expect(code("@octocat")).not.toMatch(/@\w/);
  });
});

describe("a link", () => {
  it.each(nasty)("keeps its label as text: %j", (label) => {
    const seen = inline(link(label, "https://example.com/a_b?c=(d)&e=<f>&copy;"));
    expect(seen).toEqual({ kinds: ["link_open", "text", "link_close"], shown: visible(label) });
  });

  it("leads where it says", () => {
    const url = "https://example.com/pulls/github/octo/repo/7?a=1&copy;=(2)#x";
    const open = markdown.parseInline(link("Read", url), {})[0]?.children?.[0];
    expect(decodeURIComponent(String(open?.attrGet("href")))).toBe(url);
  });

  it.each([
    "javascript:alert(1)",
    "data:text/html,x",
    "ftp://example.com/",
    "/relative",
    "https://user:secret@example.com/",
    "",
    "https://",
  ])("to %j is its label alone", (url) => {
    expect(link("Read", url)).toBe("Read");
  });

  it("is one link, whatever its parts are", () => {
    const urls = fc.oneof(fc.webUrl({ withQueryParameters: true, withFragments: true }), fc.string());
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.constantFrom(...nasty)), urls, (label, url) => {
        fc.pre(visible(label) !== "");
        const seen = inline(`- ${link(label, url)} end`);
        expect(seen.shown).toBe(`${visible(label)} end`);
        expect([["text"], ["link_open", "text", "link_close"]]).toContainEqual(seen.kinds);
      }),
    );
  });
});

describe("a mention", () => {
  it.each(["octocat", "mona-lisa", "alice_acme", "a"])("notifies %s", (login) => {
    expect(mention(login)).toBe(`@${login}`);
  });

  it.each(["dependabot[bot]", "octocat ", "a b", "octo/team", "-x", "_x_", "@x", "x\n# y"])(
    "of %j is code",
    (login) => {
      expect(inline(mention(login)).kinds).toEqual(["code_inline"]);
    },
  );
});
