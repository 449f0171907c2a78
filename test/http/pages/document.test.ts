import { describe, expect, it } from "vitest";
import {
  documentProblems,
  renderDocument,
  type DocumentProblem,
} from "../../../src/http/pages/document/render-document.ts";

const show = (text: string, base: string | null = null): string =>
  String(renderDocument(text, { base, scrolls: "wide" })).trim();
const kinds = (text: string): string[] => documentProblems(text, { base: null }).map(({ kind }) => kind);

describe("an agreement's document", () => {
  it("is shown without its front matter and comments, and a rule at its beginning stays a rule", () => {
    expect(show("---\ntitle: CLA\nlayout: legal\n---\n<!-- SPDX -->\nText")).toBe("<p>Text</p>");
    expect(show("+++\ntitle = 'CLA'\n+++\nText")).toBe("<p>Text</p>");
    expect(show("---\n\nText\n\n---\n")).toContain("<hr />");
  });

  it("has tables with classes in the place of styles, which a policy would refuse", () => {
    const table = show("| a | b | c |\n|:--|:-:|--:|\n| 1 | 2 | 3 |");
    expect(table).toContain('<td class="left">1</td>');
    expect(table).toContain('<td class="center">2</td>');
    expect(table).toContain('<td class="right">3</td>');
    expect(table).toMatch(/^<div class="scroll" role="group" tabindex="0" aria-label="wide">/);
    expect(table).not.toContain("style");
    const html =
      '<h1 align="center">T</h1><p style="text-align: right; color: red">p</p><p class="wide">q</p>';
    expect(show(html)).toMatch(/^<h2 class="center"[^>]*>T<\/h2><p class="right">p<\/p><p>q<\/p>$/);
    expect(documentProblems(html, { base: null })).toEqual([{ kind: "style", what: "color: red", line: 1 }]);
  });

  it("links within itself, before and after the id, and not to what is not there", () => {
    expect(show("[a](#1-definitions)\n\n# 1. Definitions")).toBe(
      '<p><a href="#text-1-definitions">a</a></p>\n<h2 id="text-1-definitions">1. Definitions</h2>',
    );
    expect(show('<a id="top"></a>\n\n[up](#Top)')).toContain('<a href="#text-top">up</a>');
    expect(show("[中](#一定义)\n\n# 一、定义")).toContain('href="#text-%E4%B8%80%E5%AE%9A%E4%B9%89"');
    expect(show("[gone](#nowhere)")).toBe("<p><span>gone</span></p>");
    expect(kinds("[gone](#nowhere)")).toEqual(["link-target"]);
  });

  it("has bare addresses as links, also in Chinese text, which sets no blank after them", () => {
    expect(show("见 https://legal.example/terms，以及")).toBe(
      '<p>见 <a href="https://legal.example/terms">https://legal.example/terms</a>，以及</p>',
    );
    expect(show("to legal@example.org")).toContain('href="mailto:legal@example.org"');
    expect(show("See www.example.org/terms, or (www.example.com).")).toBe(
      '<p>See <a href="http://www.example.org/terms">www.example.org/terms</a>, or (<a href="http://www.example.com">www.example.com</a>).</p>',
    );
    expect(show("请访问www.example.org。")).toBe(
      '<p>请访问<a href="http://www.example.org">www.example.org</a>。</p>',
    );
    expect(show("请访问https://example.org。发送至")).toContain('<a href="https://example.org">');
    expect(show("the file README.md, xwww.example.org, www. and www.local")).not.toContain("<a");
  });

  it("resolves relative links against the configured base, and shows them as text without one", () => {
    const base = "https://github.com/octo/legal/blob/main/cla/icla.md";
    expect(show("[list](./LIST.md)", base)).toContain(
      'href="https://github.com/octo/legal/blob/main/cla/LIST.md"',
    );
    expect(show("[list](./LIST.md)")).toBe("<p><span>list</span></p>");
    expect(kinds("[list](./LIST.md)")).toEqual(["relative-link"]);
  });

  it("emphasizes Chinese beside punctuation as its author meant it", () => {
    expect(show("**“贡献”**是指作品；**“您”**是指签署人。")).toBe(
      "<p><strong>“贡献”</strong>是指作品；<strong>“您”</strong>是指签署人。</p>",
    );
  });

  it("keeps harmless HTML and a blank to fill in, and drops what could do something, with a word about it", () => {
    expect(show('a<br>b <b>c</b> H<sub>2</sub>O who</br>x <p align="center">d</p>')).toContain(
      "a<br />b <b>c</b>",
    );
    expect(show("I, <your name>, of <Company>")).toBe("<p>I, &lt;your name&gt;, of &lt;Company&gt;</p>");
    const bad =
      '<script>alert(1)</script><a href="javascript:x" onclick="y">z</a><iframe src="//e"></iframe><img src=x onerror=y alt="logo"><p style="color:red">t</p>';
    expect(show(bad)).not.toMatch(/script|onclick|iframe|<img|style|onerror/);
    expect(kinds(bad)).toEqual(expect.arrayContaining(["element", "link-scheme", "picture"]));
  });

  it("lets the keyboard reach code that is too wide", () => {
    expect(show("```\nwide\n```")).toBe('<pre tabindex="0"><code>wide\n</code></pre>');
  });

  it.each([
    ["{{ site.name }}", "template"],
    ["{% if x %}\na\n{% endif %}", "template {% if x %}", "template {% endif %}"],
    ["{{< toc >}}", "template {{< toc >}}"],
    ["<%= name %>", "template"],
    ["for ${company}", "template ${company}"],
    ["Text {: .lead}", "attribute-list {: .lead}"],
    ["# Title {#id}", "attribute-list {#id}"],
    ["* List\n{:toc}", "attribute-list {:toc}"],
    ["> [!NOTE]\n> Read this.", "extension [!NOTE]"],
    ["Term\n: Definition", "extension : Definition"],
    ["[TOC]", "extension"],
    ["[[toc]]", "extension"],
    ["[[_TOC_]]", "extension"],
    ["::: warning\nText\n:::", "extension ::: warning", "extension :::"],
    ["!!! note\n    Text", "extension !!! note"],
    [".. note::", "extension"],
    ["*[CLA]: agreement", "extension"],
    ["See [[Home]].", "extension [[Home]]"],
    ["\\newpage", "extension"],
    ["$$\nx^2\n$$", "extension $$"],
    ["If $x > y$, then", "extension $x > y$"],
    ["Thanks :tada:", "extension :tada:"],
    ["==new== H~2~O x^2^", "extension ==new==", "extension ~2~", "extension ^2^"],
    ["~gone~", "extension"],
    ["#一、定义", "extension"],
    ["| a | b |\n| 1 | 2 |", "extension | a | b |"],
    ["```mermaid\ngraph\n```", "diagram ```mermaid"],
    ["```math\nx\n```", "diagram ```math"],
    ["a [^1]", "footnote [^1]"],
    ["a\n\n[^1]: hidden", "footnote [^1]:"],
    ["a<?php echo 1 ?>b", "dropped <?php echo 1 ?>"],
    ["<![CDATA[\nx\n]]>", "dropped <![CDATA["],
    ["<!-- open\nhidden", "open-comment <!--"],
    ["<video src=x></video>", "element video"],
    ["[a](文件.md)", "relative-link %E6%96%87%E4%BB%B6.md"],
  ])("lists what it can't show as it is meant, with its line: %j", (text, ...expected) => {
    const before = "---\ntitle: CLA\n---\n\n```\n{{ code }} <video 文件.md\n```\n\n";
    const found = documentProblems(before + text, { base: null });
    expect(found.map(({ kind, what }) => `${kind} ${what}`)).toEqual(
      expected.map((one) => (one.includes(" ") ? one : `${one} ${text}`)),
    );
    expect(found[0]?.line).toBe(
      before.split("\n").length + text.split("\n").findIndex((line) => line.includes(keyOf(found[0]))),
    );
  });

  it.each([
    "a[^1]\n\n[^1]: a note",
    "It costs $5 and $10, at 10:30:45, in C++ and C++, ~5 to ~10, a == b, and 注：见（一）",
    "`$x$ {{ x }} :tada: [[x]]` and <code>{{ x }}</code>",
    "Set the header\n`Host`: it names the site.",
    "<pre>\n{{ x }}\n[TOC]\n</pre>",
    "[TOC](#title) at https://example.org/~a/x~b ~ c\n\n# Title",
    'Name: ________ ("**You**")\n\n| a | b |\n|---|---|\n| 1 | 2 |',
    "<!-- SPDX {{ x }} -->\nText #123 [x] - [ ] @a",
  ])("lists nothing where nothing is wrong: %j", (text) => {
    expect(documentProblems(text, { base: null })).toEqual([]);
  });
});

function keyOf(problem: DocumentProblem | undefined): string {
  const { kind, what } = problem ?? { kind: "style", what: "" };
  return kind === "element" ? `<${what}` : kind === "relative-link" ? decodeURI(what) : what;
}
