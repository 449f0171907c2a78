import { describe, expect, it } from "vitest";
import { en } from "../../../src/report/texts/en.ts";
import { zhCN } from "../../../src/report/texts/zh-CN.ts";
import { commentsOf, pageOf, scene, sign, statusOf, stranger } from "./scene.ts";

describe("the language", () => {
  it.each([
    ["auto", "Fix it", "en"],
    ["auto", "修复一个问题", "zh"],
    ["en", "修复一个问题", "en"],
    ["zh-CN", "Fix it", "zh"],
  ])("%s of a pull request called %j is %s", async (language, title, spoken) => {
    const { stage, hello, alice, bob } = await scene(`language: ${language}\n`);
    const pull = hello.openPull({
      opener: alice,
      title,
      commits: [{ author: bob, coauthors: [stranger()] }],
    });
    await stage.settled();
    const chinese = spoken === "zh";
    const { line, comment } = chinese ? zhCN : en;
    expect(statusOf(pull)?.line).toBe(
      [line.subject("icla", "1.0") + line.accounts(1, 2), line.unlinked(1)].join(line.between),
    );
    expect(commentsOf(pull)[0]?.includes(zhCN.comment.missing)).toBe(chinese);
    expect(commentsOf(pull)[0]).toContain(comment.missing);
    expect(await pageOf(stage, pull)).toContain("bob");
  });
});

describe("the status line", () => {
  it("is at most 140 characters and names nobody, whatever there is to say", async () => {
    const configuration = `agreements:
  - id: individual-contributor-agreement
    title: Agreement
    version: "2026.11-rc.17+build.4711.abcdefg"
    document: cla/icla-1.0.md
    repositories: ["github:octo/*"]
instance: {name: Example, url: https://example.com, contact: privacy@example.com}
`;
    const { stage, github, hello, alice, bob } = await scene("exempt: {bots: none}\n", { configuration });
    const authors = Array.from({ length: 12 }, (_, index) => github.user({ login: `author-${index}` }));
    const pulls = [
      hello.openPull({ opener: alice }),
      hello.openPull({
        opener: bob,
        title: "修复",
        commits: [...authors.map((author) => ({ author })), { author: stranger("Zoë Quill") }],
      }),
      hello.openPull({ opener: alice, at: hello.head, branch: "empty" }),
    ];
    await stage.settled();
    await sign(stage, bob);
    for (const pull of pulls) {
      const { line, state } = statusOf(pull) ?? { line: null, state: null };
      expect(state).not.toBeNull();
      expect(line?.length ?? 0).toBeLessThanOrEqual(140);
      expect(line).not.toMatch(/alice|bob|author-|Zoë|somebody@/);
    }
    hello.writeFile(".github/cla.yml", `context: ${"x".repeat(300)}\nreport: ${"y".repeat(300)}\n`);
    await stage.settled();
    for (const pull of pulls) expect(statusOf(pull)?.line?.length ?? 999).toBeLessThanOrEqual(140);
    expect(github.violations).toEqual([]);
  });
});
