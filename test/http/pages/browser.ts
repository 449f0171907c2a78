import { existsSync } from "node:fs";
import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";

const EXECUTABLE = process.env["CHROMIUM"] ?? "/usr/bin/chromium";

/** Whether there is a Chromium to drive; without one the tests of the pages are skipped. */
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
    ],
  });
}

/** A page of a fresh visitor, with every address that it asked for. */
export async function visit(
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<{ page: Page; asked: string[]; problems: string[] }> {
  const context = await browser.newContext({ locale: "en-GB", ...options });
  const page = await context.newPage();
  const asked: string[] = [];
  const problems: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(`${message.location().url}: ${message.text()}`);
  });
  page.on("pageerror", (error) => problems.push(error.message));
  return { page, asked, problems };
}
