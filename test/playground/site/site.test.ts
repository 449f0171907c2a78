import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FAULTS_OF } from "../../../playground/faults.ts";
import { cardOf, openOn, shows, type At } from "../../../playground/site/watch.ts";
import { startSite, type Site } from "../../../playground/site/server.ts";
import type { NewPull, State } from "../../../playground/site/host/site-host.ts";
import type { Role } from "../../../playground/site/people.ts";

describe("the playground's page without scripts", () => {
  let site: Site;
  beforeAll(async () => {
    site = await startSite({ port: 0, language: "en", seed: null, log: "silent" });
  });
  afterAll(() => site.stop());

  const open = (host: "github" | "gitee", role: Role, more: Partial<NewPull> = {}): At =>
    openOn(site.scene, host, {
      title: `Work of ${role}`,
      opener: role,
      author: role,
      coauthor: null,
      lines: 3,
      ...more,
    });

  async function post(
    path: string,
    fields: Record<string, string> = {},
    headers: Record<string, string> = {},
  ) {
    return fetch(site.url + path, {
      method: "POST",
      body: new URLSearchParams(fields),
      headers,
      redirect: "manual",
    });
  }

  const page = async (): Promise<string> => (await fetch(site.url)).text();

  it("says which port is taken, and what to do", async () => {
    const port = Number(new URL(site.url).port);
    await expect(startSite({ port, language: "en", seed: null, log: "silent" })).rejects.toMatchObject({
      code: "refused",
      message: expect.stringContaining(`127.0.0.1:${port}`) as string,
    });
  });

  it("has no page for a word that every object knows", async () => {
    expect((await post("/act/toString")).status).toBe(404);
  });

  it("says what the status was while a host failed, and that the end state is the same", async () => {
    await post("/act/fault", { fault: "allow-list", host: "github" });
    const pull = open("github", "unsigned");
    await setTimeout(300);
    await post("/act/recover");
    await expect.poll(() => site.scene.trial?.same, { timeout: 60_000 }).toBe(true);
    expect(cardOf(site.scene, pull)?.verdict).toBe("failure");
    const shown = await page();
    expect(shown).toContain("The end state is the same");
    expect(shown).toMatch(/GitHub: turns on an IP allow list[\s\S]*GitHub #\d+: no verdict yet → red/);
  }, 90_000);

  it.each([
    ["github", "signed", "success"],
    ["github", "unsigned", "failure"],
    ["github", "renamed", "success"],
    ["github", "impostor", "failure"],
    ["github", "bot", "success"],
    ["github", "employee", "success"],
    ["github", "restricted", "failure"],
    ["gitee", "signed", "success"],
    ["gitee", "unsigned", "failure"],
    ["gitee", "renamed", "success"],
    ["gitee", "impostor", "failure"],
    ["gitee", "employee", "success"],
    ["gitee", "restricted", "failure"],
  ] as const)("on %s the pull request of the %s person ends in %s", async (host, role, state) => {
    expect(await shows(site.scene, open(host, role), [state satisfies State])).toBe(true);
  });

  it("opens a pull request by its form, shows it, and counts what it cost", async () => {
    const before = site.scene.site("github").pulls().length;
    const answer = await post("/act/open", {
      host: "github",
      title: "By the form",
      opener: "unsigned",
      author: "unsigned",
      coauthor: "",
      lines: "3",
    });
    expect([answer.status, answer.headers.get("location")]).toEqual([303, "/"]);
    const pull = { host: "github", number: before + 1 } as const;
    expect(await shows(site.scene, pull, ["failure"])).toBe(true);
    await expect.poll(page).toMatch(/By the form[\s\S]*?CLA icla 1\.0: 0 of 1 account/);
    await expect
      .poll(() => site.scene.journal.costOf("github", pull.number))
      .toMatchObject({ reads: 1, writes: 2 });
    const shown = await (await fetch(site.url, { headers: { cookie: "lang=zh-CN" } })).text();
    expect(shown).toContain("una 创建了 Pull Request：By the form");
  });

  it.each(["github", "gitee"] as const)(
    "refuses to merge a red pull request on %s, and merges a green one",
    async (host) => {
      const red = open(host, "unsigned");
      const green = open(host, "signed");
      expect(await shows(site.scene, red, ["failure"])).toBe(true);
      expect(await shows(site.scene, green, ["success"])).toBe(true);
      const refused = await post("/act/merge", { host, number: String(red.number) });
      expect(refused.status).toBe(422);
      expect(await refused.text()).toMatch(/refuses the merge of/);
      expect((await post("/act/merge", { host, number: String(green.number) })).status).toBe(303);
      expect([cardOf(site.scene, red)?.state, cardOf(site.scene, green)?.state]).toEqual(["open", "merged"]);
    },
  );

  it("shows Gitee's check run, whose rule for the branch refuses the merge before and after it is red", async () => {
    const red = open("gitee", "unsigned");
    expect(await shows(site.scene, red, ["failure"])).toBe(true);
    expect(cardOf(site.scene, red)).toMatchObject({
      line: "CLA icla 1.0：1 个账号中 0 个已签署",
      details: `${site.scene.bot?.url}/pulls/gitee/octo/nihao/${red.number}`,
      labels: ["cla/no"],
    });
    const { number } = red;
    expect(await (await post("/act/merge", { host: "gitee", number: String(number) })).text()).toContain(
      `Gitee refuses the merge of !${number}: Required checks did not pass: license/cla.`,
    );
    // A label set by hand opens nothing.
    await post("/act/by-hand", { host: "gitee", number: String(number) });
    expect((await post("/act/merge", { host: "gitee", number: String(number) })).status).toBe(422);
    // No check stands on a head that was just pushed.
    await post("/act/push", { host: "gitee", number: String(number), author: "signed" });
    expect((await post("/act/merge", { host: "gitee", number: String(number) })).status).toBe(422);
  });

  it("counts every call about a pull request on Gitee, also those whose path does not name it", async () => {
    const pull = open("gitee", "unsigned");
    const routes = () => site.scene.journal.callsOf("gitee", pull.number).map(({ says }) => says);
    await expect
      .poll(routes)
      .toEqual(
        expect.arrayContaining([
          "POST /repos/octo/nihao/check-runs",
          `POST /repos/octo/nihao/pulls/${pull.number}/labels`,
          `POST /repos/octo/nihao/pulls/${pull.number}/comments`,
        ]),
      );
  });

  it("corrects what somebody set by hand", async () => {
    const label = open("gitee", "unsigned");
    const status = open("github", "unsigned");
    for (const pull of [label, status]) expect(await shows(site.scene, pull, ["failure"])).toBe(true);
    expect((await post("/act/by-hand", textOf(label))).status).toBe(303);
    const told = await post("/act/by-hand", textOf(status));
    expect([told.status, await told.text()]).toEqual([200, expect.stringContaining("press /check-cla")]);
    expect(await shows(site.scene, label, ["failure"])).toBe(true);
    const { number } = status;
    await post("/act/check-cla", { host: "github", number: String(number), as: "unsigned" });
    expect(await shows(site.scene, status, ["failure"])).toBe(true);
  });

  it("signs by a comment, waives a commit and revokes a signature with the real commands", async () => {
    const unsigned = open("github", "coauthor");
    const unlinked = open("gitee", "signed", { author: "unlinked" });
    for (const pull of [unsigned, unlinked]) expect(await shows(site.scene, pull, ["failure"])).toBe(true);
    await post("/act/sign-by-comment", { ...textOf(unsigned), as: "coauthor" });
    await post("/act/waive", textOf(unlinked));
    for (const pull of [unsigned, unlinked]) expect(await shows(site.scene, pull, ["success"])).toBe(true);
    await post("/act/revoke", { host: "github", as: "coauthor" });
    expect(await shows(site.scene, unsigned, ["failure"])).toBe(true);
    expect(site.scene.terminal?.code).toBe(0);
  });

  it("ends in the same state after every fault of both hosts, and is never green meanwhile", async () => {
    const { faults } = site.scene.hosts;
    const met: At[] = [];
    for (const host of ["github", "gitee"] as const)
      for (const fault of FAULTS_OF[host]) {
        const old = open(host, "unsigned", { title: `Before ${fault}` });
        expect((await post("/act/fault", { fault, host })).status).toBe(303);
        await post("/act/push", { ...textOf(old), as: "unsigned" });
        met.push(old, open(host, "unsigned", { title: `During ${fault}` }));
        await setTimeout(200);
        faults.recover();
      }
    await post("/act/recover");
    await expect.poll(() => site.scene.trial?.same, { timeout: 90_000 }).toBe(true);
    site.scene.history.collect(site.scene.sites);
    for (const { host, number } of met) {
      const said = site.scene.history.of(host, number);
      expect([host, number, said.includes("success"), said.at(-1)]).toEqual([host, number, false, "failure"]);
    }
  }, 120_000);

  it("refuses a fault that a host does not have", async () => {
    const refused = await post("/act/fault", { fault: "lag", host: "gitee" });
    expect([refused.status, (await refused.text()).includes("Gitee does not have this fault.")]).toEqual([
      422,
      true,
    ]);
  });

  it("checks a pull request that was opened while the bot was dead", async () => {
    await post("/act/fault", { fault: "kill" });
    expect(await page()).toContain("The bot is killed.");
    const pull = open("github", "signed");
    await post("/act/recover");
    expect(await shows(site.scene, pull, ["success"])).toBe(true);
  });

  it("says which fields a form lacks, and takes no form of another site", async () => {
    const lacking = await post("/act/open", { host: "github" });
    expect(lacking.status).toBe(422);
    expect(await lacking.text()).toContain("The form is not complete: opener, author.");
    const chinese = await post("/act/open", { host: "github" }, { cookie: "lang=zh-CN" });
    expect(await chinese.text()).toContain("表单不完整：opener, author。");
    const foreign = await post("/act/recover", {}, { origin: "https://evil.example" });
    expect(foreign.status).toBe(403);
    expect((await post("/act/nothing")).status).toBe(404);
  });

  it("speaks both languages, and takes nothing from elsewhere", async () => {
    const chinese = await (await fetch(site.url, { headers: { cookie: "lang=zh-CN" } })).text();
    expect(chinese).toContain("Countersign 演练场");
    const addresses = [...(await page()).matchAll(/(?:src|href|action)="(https?:\/\/[^"]+)"/g)].map(
      ([, url = ""]) => new URL(url).hostname,
    );
    expect(new Set(addresses)).toEqual(new Set(["127.0.0.1"]));
  });
});

function textOf({ host, number }: At): Record<string, string> {
  return { host, number: String(number) };
}
