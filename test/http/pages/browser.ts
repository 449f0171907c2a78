import { existsSync } from "node:fs";
import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";

const EXECUTABLE = process.env["CHROMIUM"] ?? "/usr/bin/chromium";

/** Whether a Chromium is installed; without one the tests of the pages are skipped. */
export const hasChromium = existsSync(EXECUTABLE);

if (!hasChromium)
  process.stderr.write(
    `no Chromium at ${EXECUTABLE} (apt-get install chromium, or set CHROMIUM): the tests of the pages in a browser are skipped\n`,
  );

export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: EXECUTABLE,
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--disable-extensions",
      // On a small machine, a process for each site and a spare one take time.
      "--in-process-gpu",
      "--disable-site-isolation-trials",
      "--renderer-process-limit=1",
      "--disable-features=SpareRendererForSitePerProcess,PaintHolding,BackForwardCache",
    ],
  });
}

let visitors = 0;

/** A page of a new visitor, with every URL that it requested. */
export async function visit(
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<{ page: Page; asked: string[]; problems: string[] }> {
  visitors += 1;
  const context = await browser.newContext({
    locale: "en-GB",
    // Each visitor has their own address, as on the internet, because the pages limit the requests of each address.
    extraHTTPHeaders: { "x-forwarded-for": `198.51.100.${visitors % 250}` },
    ...options,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const asked: string[] = [];
  const problems: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(`${message.location().url}: ${message.text()}`);
  });
  page.on("pageerror", (error) => problems.push(error.message));
  return { page, asked, problems };
}

/** Closes the pages of {@link visit}: an open page continues to send requests. */
export async function closeVisits(browser: Browser): Promise<void> {
  await Promise.all(browser.contexts().map((context) => context.close()));
}
