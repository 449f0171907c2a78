import { readFileSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { accountOf, type Account } from "../../../src/account.ts";
import type { SimulatedRepository } from "../../../playground/gitee/repository.ts";
import { closeVisits, hasChromium, openBrowser, visit } from "./browser.ts";
import { openScene, type PagesScene } from "./scene.ts";

describe.skipIf(!hasChromium)("the pages in a browser", () => {
  let browser: Browser;
  let scene: PagesScene;
  let repository: SimulatedRepository;
  /** Each test uses new people, so all tests can share one site. */
  let serial = 0;
  let login: string;
  let account: Account;
  let number: number;
  let labels: () => readonly string[];

  beforeAll(async () => {
    [browser, scene] = await Promise.all([openBrowser(), openScene({}, { freshMs: 200 })]);
    repository = scene.gitee.repository({ owner: "octo", name: "widget" });
  });
  afterAll(async () => {
    await browser.close();
    await scene.close();
  });

  beforeEach(async () => {
    serial += 1;
    login = `alice-${serial}`;
    const user = scene.gitee.user({ login });
    account = accountOf("gitee", user.id);
    const pull = repository.openPull({ opener: user, title: "Count in hexadecimal" });
    number = pull.number;
    labels = () => pull.labels;
    await scene.settle();
  });
  afterEach(() => closeVisits(browser));

  const pullUrl = (): string => `${scene.url}/pulls/gitee/octo/widget/${number}`;

  async function signIn(page: Page): Promise<void> {
    await page.goto(`${scene.url}/sign-in/gitee`);
    await page.getByRole("link", { name: login, exact: true }).click();
  }

  const LANGUAGES = [
    {
      locale: "en-GB",
      readAndSign: "Read and sign the agreement",
      signIn: "Sign in with Gitee",
      sign: (own: string) => `I agree and sign as @${own}`,
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
      sign: (own: string) => `以 @${own} 的身份同意并签署`,
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
      await page.getByRole("link", { name: login, exact: true }).click();
      await page.getByRole("button", { name: words.sign(login) }).click();
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
      expect(bytes.includes(login)).toBe(false);

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
    await page.getByRole("link", { name: login, exact: true }).focus();
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/sign\/icla/);
    await tabTo(page, `I agree and sign as @${login}`);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Everybody has signed" }).waitFor();
    expect(page.url()).toBe(`${pullUrl()}?signed`);
  });

  it("show a signature of somebody else without a reload", async () => {
    const { page } = await visit(browser);
    await page.clock.install();
    await page.goto(pullUrl());
    await page.getByRole("heading", { name: "1 person must still sign" }).waitFor();
    await page.getByText("This page updates itself").waitFor();
    const row = { account, agreement: "icla", version: "1.0", signedAt: 1, entity: null };
    await scene.engine.signatures.sign([[row]], { evidence: "import" });
    await expect
      .poll(async () => {
        await page.clock.fastForward(5_000);
        return page.getByRole("heading", { name: "Everybody has signed" }).isVisible();
      })
      .toBe(true);
    await page.getByRole("heading", { name: "Everybody has signed" }).waitFor();
    expect(await page.locator("#news").textContent()).toBe("Everybody has signed");
    expect(await page.getByText("This page updates itself").isVisible()).toBe(false);
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
    await page.getByRole("link", { name: login, exact: true }).click();
    await page.getByRole("button", { name: `I agree and sign as @${login}` }).click();
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
