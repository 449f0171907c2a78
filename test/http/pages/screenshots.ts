/**
 * Takes screenshots of the main states, in two languages, light and dark, wide and narrow: `npm run screenshots [FOLDER]`.
 * docs/screenshots holds those that docs/pages.md shows. Needs a Chromium.
 */
import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Browser, Page } from "playwright-core";
import { startSite } from "../../../playground/site/server.ts";
import { openBrowser, visit } from "./browser.ts";
import { openGallery, type Gallery } from "./gallery.ts";

const FOLDER = resolve(process.argv[2] ?? join(import.meta.dirname, "../../../docs/screenshots"));

interface Shot {
  readonly name: string;
  readonly path: (gallery: Gallery) => string;
  readonly signedIn?: boolean;
}

const SHOTS: readonly Shot[] = [
  { name: "unsigned", path: ({ pulls }) => pulls.unsigned },
  { name: "signed", path: ({ pulls }) => pulls.signed },
  { name: "grace", path: ({ pulls }) => pulls.grace },
  { name: "sign", path: () => "/sign/icla#sign", signedIn: true },
  { name: "document", path: () => "/sign/icla" },
  { name: "account", path: () => "/account", signedIn: true },
  { name: "roster", path: () => "/entities/acme", signedIn: true },
  { name: "receipt", path: () => "/account/receipt/dco", signedIn: true },
  { name: "privacy", path: () => "/privacy" },
];

const LOOKS = [
  { suffix: "en", locale: "en-GB", colorScheme: "light", width: 1280 },
  { suffix: "zh-CN", locale: "zh-CN", colorScheme: "light", width: 1280 },
  { suffix: "en-dark-320", locale: "en-GB", colorScheme: "dark", width: 320 },
] as const;

await using gallery = await openGallery();
const browser = await openBrowser();
try {
  await mkdir(FOLDER, { recursive: true });
  for (const look of LOOKS) await takeAll(browser, look);
  await takePlayground(browser);
} finally {
  await browser.close();
}

/** The playground after its tour's first three steps, as the README shows it. */
async function takePlayground(from: Browser): Promise<void> {
  const site = await startSite({ port: 0, language: "en", seed: null, log: "silent" });
  try {
    const { page } = await visit(from, { viewport: { width: 1280, height: 900 } });
    page.setDefaultTimeout(120_000);
    await page.goto(site.url);
    for (const done of [1, 2, 3]) {
      await page.getByRole("button", { name: "Do this step" }).click();
      await page.getByText(`Step ${done + 1} of 6`).waitFor();
    }
    for (const look of LOOKS) {
      await page.emulateMedia({ colorScheme: look.colorScheme });
      await page.setViewportSize({ width: look.width === 320 ? 360 : look.width, height: 900 });
      const language = look.locale === "zh-CN" ? "zh-CN" : "en";
      await page.context().addCookies([{ name: "lang", value: language, url: site.url }]);
      await page.goto(site.url);
      const file = join(FOLDER, `playground.${look.suffix.replace("320", "360")}.png`);
      await page.screenshot({ path: file });
      process.stdout.write(`${file}\n`);
    }
  } finally {
    await site.stop();
  }
}

async function takeAll(from: Browser, look: (typeof LOOKS)[number]): Promise<void> {
  const { page } = await visit(from, {
    locale: look.locale,
    colorScheme: look.colorScheme,
    viewport: { width: look.width, height: 800 },
  });
  page.setDefaultTimeout(120_000);
  for (const signedIn of [false, true]) {
    if (signedIn) await gallery.signIn(page);
    for (const shot of SHOTS.filter((each) => (each.signedIn ?? false) === signedIn))
      await take(page, shot, look.suffix);
  }
}

async function take(page: Page, shot: Shot, suffix: string): Promise<void> {
  await page.goto(gallery.url + shot.path(gallery));
  const file = join(FOLDER, `${shot.name}.${suffix}.png`);
  await page.screenshot({ path: file, fullPage: true });
  process.stdout.write(`${file}\n`);
}
