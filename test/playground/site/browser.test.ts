import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startSite, type Site } from "../../../playground/site/server.ts";
import { openOn, shows } from "../../../playground/site/watch.ts";
import { hasChromium, openBrowser, visit } from "../../http/pages/browser.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
/** Of the rules that axe applies by default, those whose result the width or the color scheme can change. */
const NARROW_OR_DARK_RULES = ["color-contrast", "link-in-text-block", "scrollable-region-focusable"];

describe.skipIf(!hasChromium)("the playground's page in a browser", () => {
  let browser: Browser;
  let site: Site;
  beforeAll(async () => {
    browser = await openBrowser();
    site = await startSite({ port: 0, language: "en", seed: null, log: "silent" });
  });
  afterAll(async () => {
    await browser.close();
    await site.stop();
  });

  it("leads through its six steps, each of which holds, and updates by itself", async () => {
    const { page, asked, problems } = await visit(browser);
    const watcher = await visit(browser);
    await Promise.all([page.goto(site.url), watcher.page.goto(site.url)]);
    for (const title of [
      "A pull request without a signature is red",
      "A signature turns it green by itself",
      "A login is not an account",
      "Doubt is never green",
      "Nothing is lost",
      "A new version comes with a grace period",
    ]) {
      await page.getByRole("heading", { name: title }).waitFor();
      await page.getByRole("button", { name: "Do this step" }).click();
      await page.getByRole("heading", { name: title }).waitFor({ state: "detached", timeout: 120_000 });
      expect(await page.locator("#guide .result").textContent()).toContain("✓");
    }
    await page.getByText("You have seen the tour").waitFor();
    // The other visitor did nothing, and sees the same.
    await watcher.page.getByText("You have seen the tour").waitFor();
    expect(await watcher.page.locator("#github article").count()).toBeGreaterThan(3);
    expect([...problems, ...watcher.problems]).toEqual([]);
    expect(new Set(asked.map((url) => new URL(url).origin))).toEqual(new Set([site.url]));
  }, 300_000);

  it("keeps what is open and focused, and shows everything that a reload would", async () => {
    const { page } = await visit(browser);
    await page.goto(site.url);
    const pull = openOn(site.scene, "github", {
      title: "Live",
      opener: "coauthor",
      author: "coauthor",
      coauthor: null,
      lines: 3,
    });
    expect(await shows(site.scene, pull, ["failure"])).toBe(true);
    const key = `github-${pull.number}`;
    const comments = page.locator(`#comments-${key}`);
    await comments.locator("summary").click();
    await page.locator(`#act-${key} summary`).click();
    await page.locator(`#links-${key}`).getByText("Sign on the real page").waitFor();
    await comments.locator("summary").focus();
    // What did not change is not highlighted.
    await page.evaluate(
      "document.querySelectorAll('.changed').forEach((each) => each.classList.remove('changed'))",
    );
    await page.request.post(`${site.url}/act/sign-by-comment`, {
      form: { host: "github", number: String(pull.number), as: "coauthor" },
    });
    await page.locator(`#shown-${key} .verdict strong`, { hasText: "green" }).waitFor();
    expect(await comments.getAttribute("open")).toBe("");
    const highlighted: string[] = await page.evaluate(
      "[...document.querySelectorAll('article.changed')].map(({ id }) => id)",
    );
    expect(highlighted).toEqual([`pull-${key}`]);
    expect(await page.evaluate("document.activeElement.parentElement.id")).toBe(`comments-${key}`);
    await page.locator(`#act-${key}`).getByRole("button", { name: "Close" }).click();
    await page.locator(`#act-${key}`).getByRole("button", { name: "Reopen" }).waitFor();
  });

  it.each([
    ["en", "light", 1280, null],
    ["en", "dark", 360, NARROW_OR_DARK_RULES],
    ["zh-CN", "light", 360, null],
    ["zh-CN", "dark", 1280, NARROW_OR_DARK_RULES],
  ] as const)(
    "has no barrier and no sideways scrolling (%s, %s, %i px)",
    async (language, colorScheme, width, rules) => {
      const { page } = await visit(browser, { colorScheme, viewport: { width, height: 800 } });
      await page.context().addCookies([{ name: "lang", value: language, url: site.url }]);
      await page.goto(site.url);
      await page.evaluate("for (const details of document.querySelectorAll('details')) details.open = true");
      await page.evaluate(AXE);
      const violations = await page.evaluate(async (only) => {
        const { axe } = globalThis as unknown as {
          axe: { run(options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
        };
        const { violations: found } = await axe.run(
          only === null ? {} : { runOnly: { type: "rule", values: only } },
        );
        return found.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
      }, rules);
      expect(violations).toEqual([]);
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
    },
  );
});
