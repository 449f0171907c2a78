import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { accountOf, type Account } from "../../../src/account.ts";
import type { User } from "../../../playground/gitee/state/records.ts";
import { hasChromium, openBrowser, visit } from "./browser.ts";
import { openScene, type PagesScene } from "./scene.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

describe.skipIf(!hasChromium)("the pages in a browser", () => {
  let browser: Browser;
  let scene: PagesScene;
  let alice: User;
  let account: Account;
  let number: number;
  let labels: () => readonly string[];

  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser.close());

  beforeEach(async () => {
    scene = await openScene();
    alice = scene.gitee.user({ login: "alice" });
    account = accountOf("gitee", alice.id);
    const repository = scene.gitee.repository({ owner: "octo", name: "widget" });
    const pull = repository.openPull({ opener: alice, title: "Count in hexadecimal" });
    number = pull.number;
    labels = () => pull.labels;
    await scene.settle();
  });
  afterEach(() => scene.close());

  const pullUrl = (): string => `${scene.url}/pulls/gitee/octo/widget/${number}`;

  async function signIn(page: Page): Promise<void> {
    await page.goto(`${scene.url}/sign-in/gitee`);
    await page.getByRole("link", { name: "alice" }).click();
  }

  const LANGUAGES = [
    {
      locale: "en-GB",
      readAndSign: "Read and sign the agreement",
      signIn: "Sign in with Gitee",
      sign: "I agree and sign as @alice",
      signed: "Everybody has signed",
      unsigned: "1 person must still sign",
      withdraw: "Withdraw",
      withdrawButton: "Withdraw my signature",
      withdrawn: "Your signature is withdrawn",
      erase: "Erase",
      eraseButton: "Erase everything",
      erased: "Everything that was stored about you is erased",
      data: "Your data",
    },
    {
      locale: "zh-CN",
      readAndSign: "阅读并签署协议",
      signIn: "使用 Gitee 登录",
      sign: "以 @alice 的身份同意并签署",
      signed: "所有人均已签署",
      unsigned: "还有 1 人未签署",
      withdraw: "撤回",
      withdrawButton: "撤回我的签署",
      withdrawn: "您的签署已撤回",
      erase: "删除",
      eraseButton: "全部删除",
      erased: "与您有关的数据已全部删除",
      data: "我的数据",
    },
  ] as const;

  it.each(LANGUAGES)(
    "lead from a red pull request to a green one, back to red, and to nothing ($locale)",
    async (words) => {
      expect(labels()).toEqual(["cla/no"]);
      const { page, asked, problems } = await visit(browser, { locale: words.locale });
      await page.goto(pullUrl());
      await page.getByRole("heading", { name: words.unsigned }).waitFor();
      await page.getByRole("link", { name: words.readAndSign }).click();
      await page.getByRole("link", { name: words.signIn }).click();
      await page.getByRole("link", { name: "alice" }).click();
      await page.getByRole("button", { name: words.sign }).click();
      await page.getByRole("heading", { name: words.signed }).waitFor();
      expect(page.url()).toBe(`${pullUrl()}?signed`);
      await scene.settle();
      expect(labels()).toEqual(["cla/yes"]);

      await page.getByRole("link", { name: words.data }).click();
      await page.getByRole("link", { name: words.withdraw, exact: true }).click();
      await page.getByRole("button", { name: words.withdrawButton }).click();
      await page.getByText(words.withdrawn).waitFor();
      await scene.settle();
      expect(labels()).toEqual(["cla/no"]);

      await page.getByRole("link", { name: words.erase, exact: true }).click();
      await page.getByRole("button", { name: words.eraseButton }).click();
      await page.getByText(words.erased).waitFor();
      expect(await page.context().cookies(scene.url)).toEqual([]);
      const bytes = readFileSync(scene.file);
      expect(bytes.includes("alice")).toBe(false);

      expect(problems.filter((problem) => problem.startsWith(scene.url))).toEqual([]);
      const hosts = new Set(asked.map((url) => new URL(url).origin));
      expect(hosts).toEqual(new Set([scene.url, scene.gitee.url]));
    },
  );

  it("lead from a red status on GitHub to a green one, and give the token back", async () => {
    const { github } = scene;
    const carol = github.user({ login: "carol" });
    const repository = github.repository({ owner: github.organization({ login: "octo" }), name: "spoon" });
    const pull = repository.openPull({ opener: carol, title: "Bend" });
    await scene.settle();
    const status = () => repository.statusesOf(pull.head.sha)[0];
    expect(status()?.state).toBe("failure");
    const { page } = await visit(browser);
    await page.goto(status()?.targetUrl ?? "");
    await page.getByRole("link", { name: "Read and sign the agreement" }).click();
    await page.getByRole("link", { name: "Sign in with GitHub" }).click();
    const asked = new URL(page.url()).searchParams;
    expect([asked.get("scope"), asked.get("code_challenge_method")]).toEqual([null, "S256"]);
    await page.getByRole("button", { name: "carol" }).click();
    await page.getByRole("button", { name: "I agree and sign as @carol" }).click();
    await page.getByRole("heading", { name: "Everybody has signed" }).waitFor();
    await scene.settle();
    expect(status()?.state).toBe("success");
    expect(github.violations).toEqual([]);
    expect(github.calls().byRoute["DELETE /applications/{client_id}/token"]).toBe(1);
  });

  it("let somebody sign with the keyboard alone, and with scripts turned off", async () => {
    const { page } = await visit(browser, { javaScriptEnabled: false });
    await page.goto(pullUrl());
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await tabTo(page, "Read and sign the agreement");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/sign\/icla/);
    await tabTo(page, "Sign in with Gitee");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/oauth\/authorize/);
    await page.getByRole("link", { name: "alice" }).focus();
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/sign\/icla/);
    await tabTo(page, "I agree and sign as @alice");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Everybody has signed" }).waitFor();
    expect(page.url()).toBe(`${pullUrl()}?signed`);
  });

  it("show a signature of somebody else without a reload", async () => {
    const { page } = await visit(browser);
    await page.goto(pullUrl());
    await page.getByRole("heading", { name: "1 person must still sign" }).waitFor();
    await page.getByText("This page updates itself").waitFor();
    const row = { account, agreement: "icla", version: "1.0", signedAt: 1, entity: null };
    await scene.engine.signatures.sign([[row]], { evidence: "import" });
    await page.getByRole("heading", { name: "Everybody has signed" }).waitFor();
    expect(await page.locator("#news").textContent()).toBe("Everybody has signed");
    expect(await page.getByText("This page updates itself").isVisible()).toBe(false);
  });

  const FOR_ALL = [
    "/pulls/gitee/octo/widget/1",
    "/sign/icla?pull=gitee%3Aocto%2Fwidget%231",
    "/account",
    "/privacy",
    "/",
    "/nothing/here",
  ];
  const SIGNED_IN = [
    "/pulls/gitee/octo/widget/1",
    "/account",
    "/account/withdraw",
    "/account/erase",
    "/entities/acme",
  ];

  it.each(
    (["en-GB", "zh-CN"] as const).flatMap((locale) =>
      (["light", "dark"] as const).map((colorScheme) => ({ locale, colorScheme })),
    ),
  )(
    "meet WCAG 2.2 AA by axe's rules ($locale, $colorScheme)",
    async ({ locale, colorScheme }) => {
      await scene.manage(account);
      const { page } = await visit(browser, { locale, colorScheme, bypassCSP: true });
      const found: Record<string, string[]> = {};
      const look = async (path: string, key: string): Promise<void> => {
        await page.goto(scene.url + path);
        found[key] = await violations(page);
      };
      for (const path of FOR_ALL) await look(path, path);
      await signIn(page);
      const row = { account, agreement: "icla", version: "1.0", signedAt: 1, entity: null };
      await look("/sign/icla", "/sign/icla signed in");
      await scene.engine.signatures.sign([[row]], { evidence: "page" });
      for (const path of SIGNED_IN) await look(path, `${path} signed in`);
      expect(Object.keys(found)).toHaveLength(FOR_ALL.length + SIGNED_IN.length + 1);
      expect(found).toEqual(Object.fromEntries(Object.keys(found).map((key) => [key, []])));
    },
    60_000,
  );

  it("fit into 320 pixels without scrolling sideways", async () => {
    await scene.manage(account);
    const { page } = await visit(browser, { viewport: { width: 320, height: 640 } });
    const widths: Record<string, number> = {};
    for (const paths of [FOR_ALL, SIGNED_IN]) {
      if (paths === SIGNED_IN) await signIn(page);
      for (const path of paths) {
        await page.goto(scene.url + path);
        widths[path] = await page.evaluate<number>("document.documentElement.scrollWidth");
      }
    }
    expect(widths).toEqual(Object.fromEntries([...FOR_ALL, ...SIGNED_IN].map((path) => [path, 320])));
  });

  it("weigh less than 50 kB at the first load, all that belongs to them included", async () => {
    const { page } = await visit(browser);
    const sizes: Promise<number>[] = [];
    page.on("requestfinished", (request) =>
      sizes.push(
        request
          .sizes()
          .then(({ responseBodySize, responseHeadersSize }) => responseBodySize + responseHeadersSize),
      ),
    );
    await page.goto(pullUrl(), { waitUntil: "networkidle" });
    const bytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
    expect(sizes.length).toBeGreaterThan(2);
    expect(bytes).toBeLessThan(50_000);
  });

  it("let the manager of a roster add and remove members by login", async () => {
    const bob = scene.gitee.user({ login: "bob" });
    await scene.manage(account);
    const { page } = await visit(browser);
    await signIn(page);
    await page.goto(`${scene.url}/entities/acme`);
    await page.getByLabel("Logins").fill("@bob\nnobody");
    await page.getByRole("button", { name: "Look them up" }).click();
    await page.getByText("1 login is not known on Gitee").waitFor();
    expect(await page.getByLabel("Logins").inputValue()).toBe("@bob\nnobody");
    await page.getByRole("button", { name: "Add 1 account" }).click();
    await page.getByText("The accounts that a roster can cover are on it now.").waitFor();
    const members = async () => (await scene.engine.entities.find("acme"))?.members ?? [];
    expect(await members()).toMatchObject([{ account: accountOf("gitee", bob.id), until: null }]);
    await page.getByRole("link", { name: /^Remove / }).click();
    await page.getByRole("button", { name: /^Remove / }).click();
    await page.getByText("no longer on the roster").waitFor();
    expect((await members()).every(({ until }) => until !== null)).toBe(true);
  });

  it("keep the language that was chosen by the switch, through signing in and signing", async () => {
    const { page } = await visit(browser, { locale: "zh-CN" });
    await page.goto(pullUrl());
    await page.getByRole("link", { name: "English" }).click();
    await page.getByRole("link", { name: "Sign in with Gitee to sign" }).click();
    await page.getByRole("link", { name: "alice" }).click();
    await page.getByRole("button", { name: "I agree and sign as @alice" }).click();
    await page.getByRole("heading", { name: "Everybody has signed" }).waitFor();
    expect(await page.locator("html").getAttribute("lang")).toBe("en");
  });
});

async function tabTo(page: Page, name: string): Promise<void> {
  for (let presses = 0; presses < 40; presses += 1) {
    await page.keyboard.press("Tab");
    const focused = page.locator(":focus");
    if ((await focused.textContent())?.trim() === name) return;
  }
  throw new Error(`no way by Tab to “${name}”`);
}

async function violations(page: Page): Promise<string[]> {
  await page.addScriptTag({ content: AXE });
  const found = await page.evaluate<{ id: string; nodes: { html: string }[] }[]>(
    `axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] })
      .then(({ violations }) => violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html }) => ({ html })) })))`,
  );
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" | ")}`);
}
