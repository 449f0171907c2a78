import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stageForTest, statusOf } from "../../whole-way/scene.ts";
import { hasChromium, openBrowser, visit } from "./browser.ts";
import { freePort } from "../../../playground/free-port.ts";

describe.skipIf(!hasChromium)("the pages of the running bot", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser.close());

  it("lead from a red status to a green one in four presses, from the status or the comment, and back to red by a withdrawal", async () => {
    const stage = await stageForTest({ port: await freePort() });
    const alice = stage.github.user({ login: "alice" });
    const hello = stage.github.repository({ owner: "octo", name: "hello" });
    const pull = hello.openPull({ opener: alice });
    await stage.settled();
    expect(statusOf(pull)?.state).toBe("failure");

    const { page, problems } = await visit(browser);
    // Four: Details, sign in, the host's consent, agree.
    await page.goto(statusOf(pull)?.url ?? "");
    await page.getByRole("link", { name: "Sign in with GitHub to sign" }).click();
    await page.getByRole("button", { name: "alice" }).click();
    const agree = page.getByRole("button", { name: "I agree and sign as @alice" });
    expect(new URL(page.url()).hash).toBe("#sign");
    await agree.click();
    await page.getByRole("heading", { name: "Everybody has signed" }).waitFor();
    await stage.settled();
    expect(statusOf(pull)?.state).toBe("success");

    await page.getByRole("link", { name: "Your data" }).click();
    await page.getByRole("link", { name: "Withdraw", exact: true }).click();
    await page.getByRole("button", { name: "Withdraw my signature" }).click();
    await page.getByText("Your signature is withdrawn").waitFor();
    await stage.settled();
    expect(statusOf(pull)?.state).toBe("failure");

    // Four from the comment, too: its link, sign in, the host's consent, agree.
    const other = await visit(browser);
    await other.page.goto(`${stage.github.url}/octo/hello/pull/${pull.number}`);
    await other.page.getByRole("link", { name: "Read and sign it" }).click();
    await other.page.getByRole("link", { name: "Sign in with GitHub" }).click();
    await other.page.getByRole("button", { name: "alice" }).click();
    const again = other.page.getByRole("button", { name: "I agree and sign as @alice" });
    expect(new URL(other.page.url()).hash).toBe("#sign");
    await again.click();
    await other.page.getByRole("heading", { name: "Everybody has signed" }).waitFor();
    await stage.settled();
    expect(statusOf(pull)?.state).toBe("success");
    for (const problem of [...problems, ...other.problems])
      expect(problem.startsWith(stage.github.url)).toBe(true);
  }, 120_000);
});
