import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { runCommand, startCommand } from "../../playground/bot-process.ts";
import { freePort } from "../../playground/free-port.ts";

const README = readFileSync(new URL("../../README.md", import.meta.url), "utf8");

/** The block of the README that shows the tour, without what differs from run to run: commit ids. */
function stable(text: string): string {
  return text.replaceAll(/\b[0-9a-f]{7,40}\b/g, "SHA").trim();
}

it("the tour in the terminal has no page to open, and says so", async () => {
  const { code, stderr } = await runCommand({}, ["playground", "--headless", "--open", "--port", "4000"]);
  expect([code, stderr]).toEqual([2, "countersign: --headless shows no page: leave out --open and --port\n"]);
});

it("the tour in the terminal holds on both hosts, and prints what the README shows", async () => {
  const { code, stdout, stderr } = await runCommand({}, ["playground", "--headless"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const [, shown = ""] = /```text\n(Countersign checks that every account[\s\S]*?)```/.exec(README) ?? [];
  expect(stable(shown)).toBe(stable(stdout));
}, 400_000);

it("the page starts at its port in its language, opens the browser, keeps its files, and ends on a signal with nothing else left", async () => {
  const folder = await mkdtemp(join(tmpdir(), "countersign-kept-"));
  const port = await freePort();
  const args = [
    "playground",
    "--open",
    "--port",
    String(port),
    "--lang",
    "zh-CN",
    "--keep",
    folder,
    "--seed",
    "3",
  ];
  // The commands that open a browser on Linux and macOS; these only write down the page that they get.
  const opened = join(folder, "opened");
  for (const name of ["xdg-open", "open"])
    await writeFile(join(folder, name), `#!/bin/sh\nprintf %s "$1" >"${opened}"\n`, { mode: 0o755 });
  const { child, text } = startCommand({ PATH: `${folder}:${process.env["PATH"]}` }, args);
  try {
    await expect.poll(text, { timeout: 300_000 }).toMatch(/http:\/\/\S+\n$/);
    const url = `http://127.0.0.1:${port}`;
    const lines = text().trimEnd().split("\n");
    expect(lines.slice(-2)).toEqual(["打开下面的页面，点击“执行这一步”开始导览：", `  ${url}`]);
    await expect.poll(() => readFile(opened, "utf8").catch(() => null)).toBe(url);
    const page = await (await fetch(url)).text();
    expect(page).toContain('<html lang="zh-CN">');
    // The same seed gives the same pull requests in the same states.
    const cards = page.matchAll(
      /<article class="box pull (\w+)" id="pull-(\w+-\d+)"[^]*?<h3 [^>]*>\s*([^<]*?)\s*</g,
    );
    expect([...cards].map(([, verdict, key, title]) => `${key} ${title}: ${verdict}`)).toEqual([
      "github-2 Change by dependabot[bot]: success",
      "github-1 Change by una: success",
      "gitee-3 Change by lin: failure",
      "gitee-2 Change by rio: failure",
      "gitee-1 Change by ci-bot: failure",
    ]);
    child.kill("SIGTERM");
    expect(await once(child, "exit")).toEqual([0, null]);
    expect((await readdir(folder)).filter((name) => /\.(?:db|yml)$/.test(name)).toSorted()).toEqual([
      "countersign.db",
      "countersign.yml",
    ]);
  } finally {
    child.kill("SIGKILL");
    await rm(folder, { recursive: true, force: true });
  }
}, 400_000);
