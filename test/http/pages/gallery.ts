import type { Page } from "playwright-core";
import { accountOf, type Account } from "../../../src/account.ts";
import { openScene } from "./scene.ts";

const DAY = 86_400_000;

/** Dependabot of github.com: https://api.github.com/users/dependabot%5Bbot%5D */
const DEPENDABOT = 49_699_333;

/** A word without spaces, as in a login, a title or a commit message. */
export const LONG = "Donaudampfschifffahrtsgesellschaft".repeat(4).slice(0, 120);

const TEXTS = {
  "icla.md": "# Agreement\n\nYou grant a license.\n",
  "icla.zh-CN.md": "# 协议\n\n您授予许可。\n",
};

/** A site with the main states of its pages, for screenshots and for visual tests. */
export async function openGallery() {
  const scene = await openScene(
    {
      repositories: ["gitee:octo/*", "github:octo/*"],
      version: "2.0",
      effective: Date.now() - DAY,
    },
    {},
    [
      {
        id: "two",
        title: "协议 · Agreement",
        texts: [
          { language: "en", url: null, document: "icla.md" },
          { language: "zh-CN", url: null, document: "icla.zh-CN.md" },
        ],
        files: TEXTS,
        repositories: ["gitee:other/*"],
      },
    ],
  );
  const { gitee, github, engine } = scene;
  const alice = gitee.user({ login: "alice" });
  const bob = gitee.user({ login: "bob" });
  const carol = gitee.user({ login: "carol" });
  const dora = gitee.user({ login: "dora" });
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
  await sign(accountOf("gitee", dora.id), "2.0");
  await engine.subjects.restrict(accountOf("gitee", dora.id), "page");

  const long = gitee.user({ login: LONG });

  const repository = gitee.repository({
    owner: "octo",
    name: "widget",
    files: { ".gitee/cla.yml": 'exempt:\n  paths: ["docs/**"]\n' },
  });
  const broken = gitee.repository({
    owner: "octo",
    name: "broken",
    files: { ".gitee/cla.yml": "comment: sometimes\nlabel: false\n" },
  });
  const path = (number: number, name = "gitee/octo/widget"): string => `/pulls/${name}/${number}`;
  const unsigned = repository.openPull({ opener: alice, title: "Count in hexadecimal" });
  const signed = repository.openPull({ opener: bob, title: "Fix the spelling of license" });
  const grace = repository.openPull({ opener: carol, title: "Draw the widget in color" });
  const exempt = repository.openPull({
    opener: alice,
    title: "Explain the widget",
    commits: [{ author: alice, files: { "docs/widget.md": "It counts.\n" } }],
  });
  const waived = repository.openPull({
    opener: bob,
    title: "From the other laptop",
    commits: [{ author: { name: "Bob at home", email: "bob@laptop.local" } }],
  });
  const unlinked = repository.openPull({
    opener: bob,
    title: "  ",
    commits: [
      { author: { name: "", email: "nobody@laptop.local" }, message: LONG },
      { author: bob, coauthors: [{ name: LONG, email: "c@laptop.local" }], message: "مرحبا بالعالم" },
    ],
  });
  const closed = repository.openPull({ opener: alice, title: "An idea for later" });
  const restricted = repository.openPull({ opener: dora, title: LONG });
  const named = repository.openPull({ opener: long, title: "By somebody with a long login" });
  const problems = broken.openPull({ opener: alice, title: "A policy with mistakes" });
  await engine.waivers.add({
    repository: { host: "gitee", id: repository.record.id },
    commit: waived.headSha,
    by: account,
    at: Date.now(),
  });
  const bot = github.user({ login: "dependabot[bot]", id: DEPENDABOT, type: "Bot" });
  const bump = github
    .repository({ owner: "octo", name: "spoon" })
    .openPull({ opener: bot, title: "Bump left-pad from 1.3.0 to 1.3.1" });
  await scene.settle();
  closed.close(alice);
  await scene.settle();

  await scene.manage(account);
  const members = [bob, carol].map(({ id }) => ({
    account: accountOf("gitee", id),
    from: Date.now(),
    until: null,
  }));
  await engine.entities.join("acme", members, "page");
  const longAccount = accountOf("gitee", long.id);
  await engine.entities.add({ id: LONG, agreement: "icla", version: "2.0", signedAt: 1 }, "cli");
  await engine.entities.appoint(LONG, [longAccount], "cli");
  await engine.entities.join(LONG, [{ account: longAccount, from: 1, until: null }], "page");
  return {
    ...scene,
    account,
    pulls: {
      unsigned: path(unsigned.number),
      signed: path(signed.number),
      grace: path(grace.number),
      exempt: path(exempt.number),
      waived: path(waived.number),
      unlinked: path(unlinked.number),
      closed: path(closed.number),
      restricted: path(restricted.number),
      named: path(named.number),
      broken: path(problems.number, "gitee/octo/broken"),
      bot: path(bump.number, "github/octo/spoon"),
    },
    removal: `/entities/acme/members/remove?account=gitee%3A${bob.id}`,
    async signIn(page: Page, login = "alice"): Promise<void> {
      await page.goto(`${scene.url}/sign-in/gitee`);
      await page.getByRole("link", { name: login }).click();
      await page.waitForURL(/\/account/);
    },
    [Symbol.asyncDispose]: () => scene.close(),
  };
}

export type Gallery = Awaited<ReturnType<typeof openGallery>>;
