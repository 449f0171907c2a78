/** Very large pull requests and rosters, over HTTP. */
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { accountOf } from "../../../src/account.ts";
import { SCRIPT, STYLESHEET } from "../../../src/http/pages/layout/assets.ts";
import type { User } from "../../../playground/gitee/state/records.ts";
import { openScene, type PagesScene } from "./scene.ts";

describe("the pages of what is large", () => {
  let scene: PagesScene;
  let alice: User;
  beforeAll(async () => {
    scene = await openScene();
    alice = scene.gitee.user({ login: "alice" });
  });
  afterAll(() => scene.close());

  /** Opens a pull request with many commits, by many people in turn. */
  function open(repository: string, commits: number, people: number): string {
    const { github } = scene;
    const authors = Array.from({ length: people }, (_, at) => github.user({ login: `${repository}-${at}` }));
    const [opener = github.user({ login: repository })] = authors;
    const pull = github.repository({ owner: "octo", name: repository }).openPull({
      opener,
      commits: Array.from({ length: commits }, (_, at) => ({
        author: authors[at % people] ?? opener,
        message: `Change ${at} of what the widget counts and how it is drawn`,
      })),
    });
    return `/pulls/github/octo/${repository}/${pull.number}`;
  }

  it("240 commits of 60 people weigh less than 50 kB, those who must still sign come first, and a filter finds one", async () => {
    const path = open("wide", 240, 60);
    // The first 20 people have signed.
    const accounts = [...scene.github.world.users.values()]
      .filter(({ login }) => /^wide-1?\d$/.test(login))
      .map(({ id }) => accountOf("github", id));
    await scene.engine.signatures.sign(
      [
        accounts.map((account) => ({
          account,
          agreement: "icla",
          version: "1.0",
          signedAt: 1,
          entity: null,
        })),
      ],
      { evidence: "page" },
    );
    const response = await fetch(scene.url + path, { headers: { "accept-encoding": "gzip" } });
    expect([response.status, response.headers.get("content-encoding")]).toEqual([200, "gzip"]);
    const page = await response.text();
    const bytes = [page, STYLESHEET.bytes, SCRIPT.bytes].reduce(
      (sum, each) => sum + gzipSync(each).length,
      0,
    );
    expect(bytes).toBeLessThan(50_000);
    expect(page.match(/<details class="commits"/g)).toHaveLength(60);
    const order = [...page.matchAll(/>@wide-(\d+)</g)].map(([, at]) => Number(at));
    expect(order).toHaveLength(60);
    expect(order.slice(0, 40).every((at) => at >= 20)).toBe(true);
    expect(order.slice(40).every((at) => at < 20)).toBe(true);
    expect(page.match(/<li>\s*<a href="[^"]*\/commit\//g)).toHaveLength(240);
    const found = await (await fetch(`${scene.url}${path}?find=wide-27&show=missing`)).text();
    expect(found.match(/<details class="commits"/g)).toHaveLength(1);
    expect(found).toContain("@wide-27<");
  });

  it("2,000 commits: the first page says at once that they are read, and later ones are made of what is known", async () => {
    const path = open("deep", 2_000, 3);
    const calls = (): number =>
      Object.values(scene.github.calls().byRoute).reduce((sum, count) => sum + count, 0);
    const get = async (): Promise<string> => {
      const response = await fetch(scene.url + path);
      expect(response.status).toBe(200);
      return response.text();
    };
    scene.github.resetCalls();
    // Reading them takes 25 calls, one after the other.
    scene.github.faults.latency = 60;
    const first = await get();
    scene.github.faults.latency = 0;
    expect(first).toContain("The pull request is being read");
    expect(first).toMatch(/<div id="state" [^>]*data-waiting data-reading>/);
    await expect.poll(get, { timeout: 50_000, interval: 300 }).toContain("3 people must still sign");
    // However often somebody looked meanwhile, they were read once.
    expect(scene.github.calls().byRoute["graphql Commits"]).toBe(19);
    const before = calls();
    const page = await get();
    expect(calls() - before).toBe(0);
    expect(page.length).toBeLessThan(100_000);
  });

  it("2,000 commits of a private pull request: who may see it is told that they are being read, a stranger is not", async () => {
    const path = open("secret", 400, 3);
    const repository = scene.github.world.find("octo", "secret");
    if (repository === undefined) throw new Error("there is no such repository");
    repository.private = true;
    repository.addCollaborator(scene.github.user({ login: "mona" }), "read");
    const { cookie: insider } = await signIn(scene, "github", "mona");
    scene.github.user({ login: "hubot" });
    const { cookie: outsider } = await signIn(scene, "github", "hubot");
    const get = async (cookie: string): Promise<[number, boolean]> => {
      const response = await fetch(scene.url + path, { headers: { cookie } });
      return [response.status, (await response.text()).includes("being read")];
    };
    scene.github.faults.latency = 150;
    expect(await Promise.all([get(insider), get(outsider), get("")])).toEqual([
      [200, true],
      [404, false],
      [404, false],
    ]);
    scene.github.faults.latency = 0;
    const read = async (): Promise<string> =>
      (await fetch(scene.url + path, { headers: { cookie: insider } })).text();
    await expect.poll(read, { interval: 300 }).toContain("3 people must still sign");
  });

  it("a roster of 5,000 is paged and searched, and a CSV file adds to it without a script", async () => {
    const manager = accountOf("gitee", alice.id);
    await scene.manage(manager);
    const places = Array.from({ length: 5_000 }, (_, at) => ({
      account: accountOf("gitee", 900_000 + at),
      from: 1,
      until: null,
    }));
    await scene.engine.entities.join("acme", places, "cli");
    const { cookie, csrf } = await signIn(scene);
    const get = async (path: string): Promise<string> =>
      (await fetch(scene.url + path, { headers: { cookie } })).text();
    const first = await get("/entities/acme");
    expect(first).toContain("5000 members");
    expect(first).toContain("Page 1 of 100");
    expect(first.match(/members\/remove\?account=/g)).toHaveLength(50);
    expect(await get("/entities/acme?page=100")).toContain("account=gitee:904999");
    const searched = await get("/entities/acme?find=903333");
    expect(searched.match(/members\/remove\?account=/g)).toHaveLength(1);

    const bob = scene.gitee.user({ login: "bob" });
    const form = new FormData();
    for (const [name, value] of Object.entries({ csrf, host: "gitee", logins: "" })) form.append(name, value);
    form.append(
      "file",
      new Blob(["name,login\nBob,bob\nNo one,nobody\n"], { type: "text/csv" }),
      "staff.csv",
    );
    const send = (body: FormData | URLSearchParams): Promise<Response> =>
      fetch(`${scene.url}/entities/acme/members`, {
        method: "POST",
        redirect: "manual",
        headers: { cookie, origin: scene.url },
        body,
      });
    const preview = await (await send(form)).text();
    expect(preview).toContain("1 account found");
    expect(preview).toContain("1 login is not known on Gitee");
    expect(preview).toContain("No one,nobody");
    const confirmed = `gitee:${bob.id}`;
    expect(preview).toContain(`value="${confirmed}"`);
    await send(new URLSearchParams({ csrf, host: "gitee", confirmed }));
    expect(await get("/entities/acme?find=bob")).toContain(`account=gitee:${bob.id}`);

    form.delete("file");
    const empty = await send(form);
    expect([
      empty.status,
      (await empty.text()).includes("Write at least one login, or choose a file."),
    ]).toEqual([400, true]);
  });
});

describe("an agreement in two languages", () => {
  it("is named text by text in the comment, and the record keeps which was signed", async () => {
    const texts = ["en", "zh-CN"].map((language) => ({ language, url: null, document: `${language}.md` }));
    const files = { "en.md": "# Agreement\n", "zh-CN.md": "# 协议\n" };
    const scene = await openScene({}, {}, [{ id: "two", texts, files, repositories: ["gitee:other/*"] }]);
    try {
      const alice = scene.gitee.user({ login: "alice" });
      const repository = scene.gitee.repository({ owner: "other", name: "widget" });
      const pull = repository.openPull({ opener: alice, title: "Count" });
      await scene.settle();
      const digests = (await scene.engine.agreements.list("two")).map(({ digest }) => digest ?? "");
      expect(digests).toHaveLength(2);
      const [comment] = pull.comments;
      for (const digest of digests) expect(comment?.body).toContain(digest);

      const { cookie, csrf } = await signIn(scene);
      const page = `${scene.url}/sign/two?text=zh-CN`;
      const read = await (await fetch(page, { headers: { cookie } })).text();
      const [, digest = ""] = /name="digest" value="(\w+)"/.exec(read) ?? [];
      expect(digests).toContain(digest);
      await fetch(page, {
        method: "POST",
        redirect: "manual",
        headers: { cookie, origin: scene.url },
        body: new URLSearchParams({ csrf, version: "1.0", digest }),
      });
      const receipt = await (await fetch(`${scene.url}/account/receipt/two`, { headers: { cookie } })).text();
      expect(receipt).toContain(digest);
      expect(receipt).toContain("Chinese (China)");
      const held = await (await fetch(`${scene.url}/account/data.json`, { headers: { cookie } })).json();
      expect(held).toMatchObject({ signatures: [{ agreement: "two", digest }] });
    } finally {
      await scene.close();
    }
  });
});

async function signIn(
  scene: PagesScene,
  host = "gitee",
  login = "alice",
): Promise<{ cookie: string; csrf: string }> {
  const cookieOf = (response: Response): string => response.headers.get("set-cookie")?.split(";")[0] ?? "";
  const begun = await fetch(`${scene.url}/sign-in/${host}?return_to=/account`, { redirect: "manual" });
  const authorize = new URL(begun.headers.get("location") ?? "");
  authorize.searchParams.set("as", login);
  const answer = await fetch(authorize, { redirect: "manual" });
  const back = answer.headers.get("location") ?? "";
  const done = await fetch(back, { redirect: "manual", headers: { cookie: cookieOf(begun) } });
  const cookie = cookieOf(done);
  const page = await (await fetch(`${scene.url}/account`, { headers: { cookie } })).text();
  return { cookie, csrf: /name="csrf" value="([\w-]+)"/.exec(page)?.[1] ?? "" };
}
