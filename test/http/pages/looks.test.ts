/** How the pages look in each state: axe's rules, both color schemes, narrow, wide and zoomed, in both languages. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { closeVisits, hasChromium, openBrowser, visit } from "./browser.ts";
import { LONG, openGallery, type Gallery } from "./gallery.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
/** The rules whose result a dark scheme or a narrow window can change. */
const NARROW_AND_DARK_RULES = [
  "color-contrast",
  "link-in-text-block",
  "target-size",
  "scrollable-region-focusable",
];
/** A window of 1280 px at 100% and at 200% zoom, and a phone. */
const WIDTHS = [1280, 640, 320];

describe.skipIf(!hasChromium)("how the pages look", () => {
  let browser: Browser;
  let gallery: Gallery;
  beforeAll(async () => {
    [browser, gallery] = await Promise.all([openBrowser(), openGallery()]);
  });
  afterEach(() => closeVisits(browser));
  afterAll(async () => {
    await browser.close();
    await gallery.close();
  });

  /** Each page, with the visitor's actions before it is tested. */
  const toStrangers = (): readonly (readonly [string, ((page: Page) => Promise<void>)?])[] => [
    ...Object.values(gallery.pulls).map((path) => [path] as const),
    ["/sign/icla?pull=gitee%3Aocto%2Fwidget%231"],
    ["/sign/two"],
    ["/account"],
    ["/account/receipt/dco"],
    ["/entities"],
    ["/entities/acme"],
    ["/privacy"],
    ["/"],
    ["/nothing/here"],
  ];
  const toAlice = (): ReturnType<typeof toStrangers> => [
    [gallery.pulls.unsigned],
    [gallery.pulls.grace],
    ["/sign/icla"],
    ["/sign/two?text=zh-CN"],
    // Her account is of another host.
    ["/sign/icla?pull=github%3Aocto%2Fspoon%231"],
    ["/account"],
    ["/account/withdraw"],
    ["/account/correct"],
    ["/account/restrict"],
    ["/account/erase"],
    ["/account/receipt/dco"],
    ["/entities"],
    ["/entities", (page) => submit(page, "form.panel")],
    ["/entities/acme"],
    [
      "/entities/acme?preview",
      async (page) => {
        await page.locator("#logins").fill("@bob\ndora\nnobody");
        await submit(page, "form.panel");
      },
    ],
    [gallery.removal],
  ];
  /** Dora restricted the use of her data. */
  const toDora = (): ReturnType<typeof toStrangers> => [
    [gallery.pulls.restricted],
    ["/sign/icla"],
    ["/account"],
    ["/account/unrestrict"],
  ];

  /** Their login and their employer's id have 120 letters. */
  const toLong = (): ReturnType<typeof toStrangers> => [
    [gallery.pulls.named],
    ["/sign/icla"],
    ["/account"],
    [`/entities/${LONG}`],
  ];

  it.each(["en-GB", "zh-CN"])(
    "meets WCAG 2.2 AA in light and dark, and never scrolls sideways (%s)",
    async (locale) => {
      const found: Record<string, unknown[]> = {};
      const look = async (page: Page, path: string): Promise<void> => {
        // A page of an open pull request may reload itself during the test.
        const problems = await problemsOf(page, locale.slice(0, 2)).catch(async (error: unknown) => {
          if (!String(error).includes("context was destroyed")) throw error;
          await page.waitForLoadState();
          return problemsOf(page, locale.slice(0, 2));
        });
        if (problems.length > 0) found[path] = problems;
      };
      const all = [
        [null, toStrangers()],
        ["alice", toAlice()],
        ["dora", toDora()],
        [LONG, toLong()],
      ] as const;
      for (const [login, paths] of all) {
        const { page } = await visit(browser, { locale, bypassCSP: true });
        if (login !== null) await gallery.signIn(page, login);
        for (const [path, before] of paths) {
          if (before !== undefined) await page.goto(gallery.url + path, { waitUntil: "domcontentloaded" });
          await (before ?? ((on: Page) => showIn(on, gallery.url + path)))(page);
          await look(page, `${path} to ${login ?? "a stranger"}`);
        }
      }
      expect(found).toEqual({});
    },
    400_000,
  );

  it("weighs less than 50 kB at the first load, all that belongs to a page included", async () => {
    const { page } = await visit(browser);
    const sizes: Promise<number>[] = [];
    page.on("requestfinished", (request) =>
      sizes.push(
        request
          .sizes()
          .then(({ responseBodySize, responseHeadersSize }) => responseBodySize + responseHeadersSize)
          // One that ends with the page, after the load.
          .catch(() => 0),
      ),
    );
    await page.goto(gallery.url + gallery.pulls.unsigned, { waitUntil: "load" });
    const bytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
    expect(sizes.length).toBeGreaterThan(2);
    expect(bytes).toBeLessThan(50_000);
  });
});

/** Puts a page's HTML into the open document, which is much faster than navigating and loading axe again. */
async function showIn(page: Page, url: string): Promise<void> {
  if (!page.url().startsWith("http")) await page.goto(new URL("/privacy", url).href);
  await page.evaluate(
    `(async () => {
      const text = await (await fetch(${JSON.stringify(url)}, { headers: { accept: "text/html" } })).text();
      document.open();
      const loaded = new Promise((resolve) => addEventListener("load", resolve, { once: true }));
      document.write(text);
      document.close();
      await loaded;
    })()`,
  );
}

/** Sends a form without the browser's validation, to see the site's answer. */
async function submit(page: Page, form: string): Promise<void> {
  await Promise.all([
    page.waitForEvent("load"),
    page.locator(form).evaluate((element) => {
      (element as unknown as { noValidate: boolean; requestSubmit(): void }).noValidate = true;
      (element as unknown as { requestSubmit(): void }).requestSubmit();
    }),
  ]);
}

/**
 * What axe finds in a page, which language it is in, and whether it is too wide. English is looked at in light and wide
 * by all rules, and in dark and narrow by those that this can change; Chinese in dark and narrow by all rules.
 */
async function problemsOf(page: Page, language: string): Promise<unknown[]> {
  const problems: unknown[] = [];
  const lang = (await page.locator("html").getAttribute("lang")) ?? "";
  if (!lang.startsWith(language)) problems.push(`lang=${lang}`);
  if (!(await page.evaluate<boolean>("'axe' in globalThis"))) await page.evaluate(AXE);
  const axe = async (type: "tag" | "rule", values: readonly string[]): Promise<void> => {
    const violations = await page.evaluate<string[]>(
      `axe.run(document, { runOnly: ${JSON.stringify({ type, values })}, resultTypes: ["violations"] }).then(({ violations }) =>
        violations.map(({ id, nodes }) => id + ": " + nodes.map(({ html }) => html).join(" | ")))`,
    );
    problems.push(...violations);
  };
  await page.emulateMedia({ colorScheme: "light" });
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 800 });
    const wide = await page.evaluate<number>("document.documentElement.scrollWidth");
    if (wide > width) problems.push(`${wide} px wide in a window of ${width} px`);
    if (width === 1280 && language === "en") await axe("tag", RULES);
  }
  await page.emulateMedia({ colorScheme: "dark" });
  if (language === "en") await axe("rule", NARROW_AND_DARK_RULES);
  else await axe("tag", RULES);
  return problems;
}
