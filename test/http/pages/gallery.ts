import type { Page } from "playwright-core";
import { accountOf, type Account } from "../../../src/account.ts";
import { openScene } from "./scene.ts";

const DAY = 86_400_000;

/** A site with the main states of its pages, for screenshots and for the tests of how they look. */
export async function openGallery() {
  const scene = await openScene({
    repositories: ["gitee:octo/*"],
    version: "2.0",
    effective: Date.now() - DAY,
  });
  const { gitee, engine } = scene;
  const alice = gitee.user({ login: "alice" });
  const bob = gitee.user({ login: "bob" });
  const carol = gitee.user({ login: "carol" });
  const account = accountOf("gitee", alice.id);
  const sign = (who: Account, version: string, agreement = "icla"): Promise<unknown> =>
    engine.signatures.sign(
      [[{ account: who, agreement, version, signedAt: Date.now() - 2 * DAY, entity: null }]],
      {
        evidence: "page",
      },
    );
  await sign(accountOf("gitee", bob.id), "2.0");
  await sign(accountOf("gitee", carol.id), "1.0");
  await sign(account, "1.1", "dco");
  const repository = gitee.repository({ owner: "octo", name: "widget" });
  const path = (number: number): string => `/pulls/gitee/octo/widget/${number}`;
  const unsigned = repository.openPull({ opener: alice, title: "Count in hexadecimal" });
  const signed = repository.openPull({ opener: bob, title: "Fix the spelling of license" });
  const grace = repository.openPull({ opener: carol, title: "Draw the widget in color" });
  await scene.settle();
  await scene.manage(account);
  const members = [bob, carol].map(({ id }) => ({
    account: accountOf("gitee", id),
    from: Date.now(),
    until: null,
  }));
  await engine.entities.join("acme", members, "page");
  return {
    ...scene,
    account,
    pulls: { unsigned: path(unsigned.number), signed: path(signed.number), grace: path(grace.number) },
    async signIn(page: Page): Promise<void> {
      await page.goto(`${scene.url}/sign-in/gitee`);
      await page.getByRole("link", { name: "alice" }).click();
      await page.waitForURL(/\/account/);
    },
    [Symbol.asyncDispose]: () => scene.close(),
  };
}

export type Gallery = Awaited<ReturnType<typeof openGallery>>;
