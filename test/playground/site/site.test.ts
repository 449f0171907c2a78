import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FAULTS_OF } from "../../../playground/faults.ts";
import { OWN_COSTS } from "../../../playground/site/costs.ts";
import type { Guide } from "../../../playground/site/guide.ts";
import { playgroundPage } from "../../../playground/site/page.ts";
import { setAside } from "../../../playground/site/set-aside.ts";
import { settled } from "../../../playground/site/settled.ts";
import { TEXTS } from "../../../playground/site/texts/index.ts";
import { cardOf, endIn, openOn, shows, type At } from "../../../playground/site/watch.ts";
import { startSite, type Site } from "../../../playground/site/server.ts";
import type { NewPull, State } from "../../../playground/site/host/site-host.ts";
import type { Role } from "../../../playground/site/people.ts";

const LOOK_MS = 5 * 60_000;

describe("the playground's page without scripts", () => {
  let site: Site;
  beforeAll(async () => {
    site = await startSite({ port: 0, language: "en", seed: null, log: "silent" });
    // What the start still has to do would be counted with the first pull request.
    await settled(site.scene, { milliseconds: 60_000 });
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

  it("keeps the database of an earlier start under another name, and begins with an empty one", async () => {
    const folder = await mkdtemp(join(tmpdir(), "countersign-kept-"));
    try {
      for (const name of ["countersign.db", "countersign.db-wal", "countersign-1.db"])
        await writeFile(join(folder, name), name);
      await setAside(folder);
      await setAside(folder);
      expect((await readdir(folder)).toSorted()).toEqual([
        "countersign-1.db",
        "countersign-2.db",
        "countersign-2.db-wal",
      ]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("does a step once, however often it is pressed, and shows what it took", async () => {
    await Promise.all([post("/guide/next"), post("/guide/next")]);
    expect(site.scene.sites.map((each) => each.pulls().length)).toEqual([1, 1]);
    const shown = await page();
    expect(shown).toContain("Step 2 of 6");
    expect(shown).toMatch(/What happened:[\s\S]*✓[\s\S]*GitHub #1: \d+ deliver\w+, 1 read, 2 writes/);
  });

  it("says that a step did not have its result, and not that it had", async () => {
    const guide: Guide = { done: 1, outcome: { held: false, opened: [] }, next: async () => undefined };
    const shown = String(await playgroundPage({ scene: site.scene, guide, texts: TEXTS.en, notice: null }));
    expect(shown).toContain("This step did not have its result in time.");
    expect(shown).not.toContain("What happened:");
  });

  it("has no page for a word that every object knows", async () => {
    expect((await post("/act/toString")).status).toBe(404);
  });

  it("says what the status was while a host failed, and that the end state is the same", async () => {
    await post("/act/fault", { fault: "allow-list", host: "github" });
    const pull = open("github", "unsigned");
    await setTimeout(300);
    expect(await page()).toMatch(
      /What goes wrong now[^]*GitHub: turns on an IP allow list, for 15 seconds\s*</,
    );
    await post("/act/recover");
    await expect.poll(() => site.scene.trial?.same, { timeout: 60_000 }).toBe(true);
    expect(cardOf(site.scene, pull)?.verdict).toBe("failure");
    const shown = await page();
    expect(shown).toContain("The end state is the same");
    expect(shown).toMatch(
      /What went wrong[^]*GitHub: turns on an IP allow list, for 15 seconds \(over\)[^]*GitHub #\d+: no verdict yet → red/,
    );
  });

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
    // A label set by hand allows nothing.
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
    // The branch accepts the check only from the app.
    expect(cardOf(site.scene, status)?.verdict).toBe("success");
    for (const act of ["merge", "enqueue"]) {
      const refused = await post(`/act/${act}`, textOf(status));
      expect([refused.status, await refused.text()]).toEqual([
        422,
        expect.stringContaining("was not set by the expected GitHub app"),
      ]);
    }
    expect(await shows(site.scene, label, ["failure"])).toBe(true);
    await post("/act/check-cla", { ...textOf(status), as: "unsigned" });
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

  it("costs what the table says, when it checks first and when nothing changed", async () => {
    for (const { host, unsigned, unchanged } of OWN_COSTS) {
      // Every five minutes the bot looks for lost deliveries, and on Gitee it reads again what is new.
      const untilLook = LOOK_MS - (Date.now() % LOOK_MS);
      if (untilLook < 30_000) await setTimeout(untilLook + 3_000);
      // The first one on Gitee creates the labels.
      expect(await endIn(site.scene, "failure", [open(host, "unsigned")])).toBe(true);
      const pull = open(host, "unsigned");
      const cost = () => {
        const { reads, writes } = site.scene.journal.costOf(host, pull.number);
        return { reads, writes };
      };
      expect(await endIn(site.scene, "failure", [pull])).toBe(true);
      await expect.poll(cost).toEqual(unsigned);
      await post("/act/check-cla", { ...textOf(pull), as: "unsigned" });
      const both = { reads: unsigned.reads + unchanged.reads, writes: unsigned.writes + unchanged.writes };
      await expect.poll(cost).toEqual(both);
      await settled(site.scene, { milliseconds: 10_000 });
      await setTimeout(200);
      expect(cost()).toEqual(both);
    }
  });

  it("exempts a change of one line where the policy says so, and no longer when it does not", async () => {
    const small = (["github", "gitee"] as const).map((host) => open(host, "unsigned", { lines: 1 }));
    expect(await endIn(site.scene, "failure", small)).toBe(true);
    for (const { host } of small) await post("/act/exempt-small", { host });
    const more = small.map(({ host }) => open(host, "unsigned", { lines: 2 }));
    expect(await endIn(site.scene, "failure", more)).toBe(true);
    expect(await endIn(site.scene, "success", small)).toBe(true);
    expect(await page()).toContain("The policy exempts changes of one line.");
    for (const { host } of small) await post("/act/exempt-nothing", { host });
    expect(await endIn(site.scene, "failure", small)).toBe(true);
  });

  it("merges by the queue what stays green, and removes what does not", async () => {
    const [green, revoked, behind] = [
      open("github", "signed"),
      open("github", "maintainer"),
      open("github", "renamed"),
    ];
    const pulls = [green, revoked, behind];
    expect(await endIn(site.scene, "success", pulls)).toBe(true);
    const place = (pull: At) => cardOf(site.scene, pull)?.queue?.state;
    // While the bot is dead, the queue waits for the checks of its groups.
    await post("/act/fault", { fault: "kill" });
    for (const pull of pulls) expect((await post("/act/enqueue", textOf(pull))).status).toBe(303);
    const again = await post("/act/enqueue", textOf(green));
    expect([again.status, await again.text()]).toEqual([
      422,
      expect.stringContaining("already in the queue"),
    ]);
    expect(pulls.map(place)).toEqual(["waiting", "waiting", "waiting"]);
    await post("/act/revoke", { host: "github", as: "maintainer" });
    await post("/act/fault", { fault: "start" });
    await expect.poll(() => pulls.map(place)).toEqual(["merged", "removed", "merged"]);
    expect(pulls.map((pull) => cardOf(site.scene, pull)?.state)).toEqual(["merged", "open", "merged"]);
    const removed = (await page()).replaceAll(/\s+/g, " ");
    expect(removed).toContain("The merge queue removed it. The check of its group: ✕ red");
    const reopened = await post("/act/reopen", { ...textOf(green), as: "signed" });
    expect([reopened.status, await reopened.text()]).toEqual([422, expect.stringContaining("is merged")]);
  });

  it("offers what the state of a pull request allows", async () => {
    const pull = open("gitee", "employee");
    const offered = async () => {
      const [, form = ""] =
        new RegExp(`id="buttons-gitee-${pull.number}"([^]*?)</div>`).exec(await page()) ?? [];
      return [...form.matchAll(/formaction="\/act\/([^"]+)"/g)].map(([, name]) => name);
    };
    expect(await offered()).toEqual(expect.arrayContaining(["push", "merge", "close"]));
    expect((await post("/act/close", { ...textOf(pull), as: "employee" })).status).toBe(303);
    expect(await offered()).toEqual(["reopen"]);
    expect((await post("/act/reopen", { ...textOf(pull), as: "employee" })).status).toBe(303);
    expect(await offered()).not.toContain("reopen");
    expect((await post("/act/reopen", { ...textOf(pull), as: "employee" })).status).toBe(422);
    expect(await endIn(site.scene, "success", [pull])).toBe(true);
    expect((await post("/act/merge", textOf(pull))).status).toBe(303);
    expect(await offered()).toEqual([]);
    expect((await post("/act/reopen", { ...textOf(pull), as: "employee" })).status).toBe(422);
  });

  it("restricts a person, lifts that again and erases the person", async () => {
    const pull = open("gitee", "signed");
    expect(await endIn(site.scene, "success", [pull])).toBe(true);
    for (const [act, state] of [
      ["restrict", "failure"],
      ["unrestrict", "success"],
      ["erase", "failure"],
    ] as const) {
      await post(`/act/${act}`, { host: "gitee", as: "signed" });
      expect(await shows(site.scene, pull, [state])).toBe(true);
    }
    await post("/act/stats");
    expect(site.scene.terminal).toMatchObject({ command: "countersign stats", code: 0 });
  });

  it("notices that the bot ended by itself, starts it once, and checks what was opened meanwhile", async () => {
    const { pid } = site.scene.bot ?? { pid: 0 };
    process.kill(pid, "SIGKILL");
    await expect.poll(() => site.scene.bot).toBe(null);
    expect(await page()).toMatch(/The bot is killed\.[^]*The bot ended by itself/);
    const pull = open("github", "employee");
    const starts = await Promise.all([
      post("/act/fault", { fault: "start" }),
      post("/act/fault", { fault: "start" }),
    ]);
    expect(starts.map(({ status }) => status)).toEqual([303, 303]);
    expect(await page()).toContain("The bot is running.");
    expect(await shows(site.scene, pull, ["success"])).toBe(true);
  });

  it("refuses a fault that a host does not have", async () => {
    const refused = await post("/act/fault", { fault: "lag", host: "gitee" });
    expect([refused.status, (await refused.text()).includes("Gitee does not have this fault.")]).toEqual([
      422,
      true,
    ]);
  });

  it("says which fields a form lacks, and takes no form of another site", async () => {
    const lacking = await post("/act/open", { host: "github" });
    expect(lacking.status).toBe(422);
    expect(await lacking.text()).toContain("“Opened by” is empty. “Commit by” is empty.");
    const chinese = await post("/act/open", { host: "github" }, { cookie: "lang=zh-CN" });
    expect(await chinese.text()).toContain("“创建者”不能为空。“提交作者”不能为空。");
    for (const [act, fields, words] of [
      ["version", { grace: "366" }, "“Days of grace” must be a whole number from 0 to 365."],
      ["clock", { days: "1.5" }, "“Days” must be a whole number from 1 to 400."],
      ["import", { csv: "x".repeat(100_001) }, "may have at most 100000 characters."],
      ["revoke", { host: "github", as: "nobody" }, "“As” is none of the choices."],
    ] as const)
      expect(await (await post(`/act/${act}`, fields)).text()).toContain(words);
    const foreign = await post("/act/recover", {}, { origin: "https://evil.example" });
    expect(foreign.status).toBe(403);
    expect((await post("/act/nothing")).status).toBe(404);
  });

  it("speaks both languages, and takes nothing from elsewhere", async () => {
    const chinese = await (await fetch(site.url, { headers: { cookie: "lang=zh-CN" } })).text();
    expect(chinese).toContain("Countersign 演练场");
    const shown = await page();
    const loaded = [...shown.matchAll(/(?:src|action)="(https?:\/\/[^"]+)"|<link [^>]*"(https?:[^"]+)"/g)];
    expect(loaded).toEqual([]);
    // Only the sources of other bots' costs are links to elsewhere, each to the code at a commit.
    const links = [...shown.matchAll(/<a href="(https?:\/\/[^"]+)"/g)].map(([, url = ""]) => new URL(url));
    const elsewhere = links.filter(({ hostname }) => hostname !== "127.0.0.1");
    expect(elsewhere.length).toBeGreaterThan(3);
    for (const { href } of elsewhere)
      expect(href).toMatch(/^https:\/\/github\.com\/[^/]+\/[^/]+\/blob\/[0-9a-f]{40}\//);
  });

  it("names each person by the login on each host, and each event with its time", async () => {
    const shown = await page();
    expect(shown).toContain("dependabot[bot] (GitHub), ci-bot (Gitee)");
    expect(shown).toMatch(/<time datetime="\d{4}-\d\d-\d\dT[^"]+Z">\d\d-\d\d \d\d:\d\d:\d\d<\/time>/);
    const [, form = ""] = /id="gitee-open-opener"([^]*?)<\/select>/.exec(shown) ?? [];
    expect(form).toContain("ci-bot");
    expect(form).not.toContain("dependabot");
  });

  it("publishes a version, whose number the example of an import then has, and sweeps when the clock moves", async () => {
    const pull = open("github", "renamed");
    const unsigned = open("github", "unsigned");
    expect(await endIn(site.scene, "success", [pull])).toBe(true);
    await post("/act/version", { grace: "10" });
    expect(await page()).toMatch(/github,\d+,icla,2\.0,/);
    expect(await endIn(site.scene, "success", [pull])).toBe(true);
    // GitHub does not tell the bot, so only the regular sweep finds this one.
    await post("/act/by-hand", textOf(unsigned));
    expect(cardOf(site.scene, unsigned)?.verdict).toBe("success");
    await post("/act/clock", { days: "11" });
    for (const each of [pull, unsigned]) expect(await shows(site.scene, each, ["failure"])).toBe(true);
    const said = site.scene.journal.entries.map(({ says }) => says);
    expect(said).toContainEqual({ key: "swept", values: ["GitHub"] });
  }, 120_000);

  it("starts no bot that is killed, for a version or on a locked database, and says so", async () => {
    await post("/act/fault", { fault: "kill" });
    await post("/act/version", { grace: "0" });
    expect(site.scene.bot).toBe(null);
    // As long as the bot waits for it, and longer.
    site.scene.databaseLock.hold(60_000);
    const refused = await post("/act/fault", { fault: "start" });
    expect([refused.status, await refused.text()]).toEqual([
      422,
      expect.stringContaining("Is its database locked?"),
    ]);
    await post("/act/recover");
    expect(site.scene.bot).not.toBe(null);
    expect(await page()).toContain("The foundation publishes icla 3.0");
  });

  it("starts again on a reset, and once, however often that is pressed", async () => {
    const { url } = site.scene.hosts.github;
    const resets = await Promise.all([post("/reset"), post("/reset")]);
    expect(resets.map(({ status }) => status)).toEqual([200, 200]);
    expect(await resets[0]?.text()).toContain("Everything starts again.");
    expect(site.scene.hosts.github.url).not.toBe(url);
    expect(site.scene.sites.map((each) => each.pulls())).toEqual([[], []]);
    expect(await page()).toContain("Step 1 of 6");
    expect(await shows(site.scene, open("github", "signed"), ["success"])).toBe(true);
  });
});

function textOf({ host, number }: At): Record<string, string> {
  return { host, number: String(number) };
}
