import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { request } from "node:http";
import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { accountOf } from "../../../src/account.ts";
import { safeReturn } from "../../../src/http/pages/sign-in/return-to.ts";
import type { User } from "../../../playground/gitee/state/records.ts";
import { openScene, type PagesScene } from "./scene.ts";

describe("the pages over HTTP", () => {
  let scene: PagesScene;
  let alice: User;
  beforeEach(async () => {
    scene = await openScene();
    alice = scene.gitee.user({ login: "alice" });
    scene.gitee.repository({ owner: "octo", name: "widget" }).openPull({ opener: alice });
    await scene.settle();
  });
  afterEach(() => scene.close());

  const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(scene.url + path, { redirect: "manual", headers });

  const post = (path: string, fields: Record<string, string>, headers: Record<string, string>) =>
    fetch(scene.url + path, {
      method: "POST",
      redirect: "manual",
      body: new URLSearchParams(fields),
      headers: { origin: scene.url, ...headers },
    });

  const cookieOf = (response: Response): string => response.headers.get("set-cookie")?.split(";")[0] ?? "";

  /** Starts a sign-in and acts as the host; returns the redirect back to the site, and the cookie. */
  async function begin(returnTo = "/account", login = "alice"): Promise<{ back: URL; cookie: string }> {
    const begun = await get(`/sign-in/gitee?return_to=${encodeURIComponent(returnTo)}`);
    const authorize = new URL(begun.headers.get("location") ?? "");
    authorize.searchParams.set("as", login);
    const answer = await fetch(authorize, { redirect: "manual" });
    return { back: new URL(answer.headers.get("location") ?? ""), cookie: cookieOf(begun) };
  }

  async function signIn(login = "alice"): Promise<{ cookie: string; csrf: string }> {
    const { back, cookie: before } = await begin("/account", login);
    const done = await get(back.pathname + back.search, { cookie: before });
    const cookie = cookieOf(done);
    const page = await (await get("/account", { cookie })).text();
    return { cookie, csrf: /name="csrf" value="([\w-]+)"/.exec(page)?.[1] ?? "" };
  }

  const digest = (): string => createHash("sha256").update(readFileSync(scene.document)).digest("hex");

  it("allow no inline script or style, nothing from elsewhere, and no frame around them", async () => {
    const response = await get("/privacy");
    const policy = response.headers.get("content-security-policy") ?? "";
    expect(policy.split("; ")).toEqual(
      expect.arrayContaining(["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'"]),
    );
    expect(policy).not.toContain("unsafe");
    expect(response.headers.get("referrer-policy")).toBe("same-origin");
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(await response.text()).not.toMatch(
      /<style|style=|<script(?! type="module" src="\/assets)| on\w+=/,
    );
  });

  it("set no cookie on those who only look", async () => {
    for (const path of ["/", "/privacy", "/account", "/pulls/gitee/octo/widget/1", "/sign/icla"])
      expect((await get(path)).headers.get("set-cookie")).toBeNull();
  });

  it("serve their files under their digest, for ever", async () => {
    const page = await (await get("/")).text();
    const [, path = ""] = /href="(\/assets\/style\.[\w-]+\.css)"/.exec(page) ?? [];
    const response = await get(path);
    expect(response.status).toBe(200);
    expect(response.headers.get("cache-control")).toContain("immutable");
  });

  it.each([
    ["zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"],
    ["zh-Hans-CN", "zh-CN"],
    ["de, en;q=0.5, zh;q=0.9", "zh-CN"],
    ["fr", "en"],
    ["en-US,en;q=0.9,zh;q=0.8", "en"],
  ])("answer a browser that prefers %s in %s", async (header, language) => {
    const response = await get("/privacy", { "accept-language": header });
    expect(response.headers.get("content-language")).toBe(language);
    expect(await response.text()).toContain(`<html lang="${language}">`);
  });

  it("list hosts and agreements as the reader's language does", async () => {
    const text = async (language: string): Promise<string> =>
      (await (await get("/privacy", { "accept-language": language })).text()).replaceAll(/<[^>]*>/g, "");
    expect(await text("zh-CN")).toMatch(/从 GitHub 和 Gitee 读取[^]*撤回对《[^》]+》的签署/);
    expect(await text("en")).toMatch(/GitHub and Gitee[^]*a signature of \w/);
  });

  it("show a document's Markdown, and nothing of the scripts and pictures in it", async () => {
    const page = await (await get("/sign/icla")).text();
    expect(page).toContain("<strong>the agreement</strong>");
    expect(page).not.toMatch(/alert\(|javascript:|<img|pixel\.png/);
    expect(page.match(/<h1/g)).toHaveLength(1);
  });

  describe("a sign-in", () => {
    it("is stored in a cookie for this site only; the database stores its hash", async () => {
      const { back, cookie: before } = await begin();
      const done = await get(back.pathname + back.search, { cookie: before });
      const header = done.headers.get("set-cookie") ?? "";
      expect(header).toMatch(/^countersign=[\w-]{43}; Max-Age=1800; Path=\/; HttpOnly; SameSite=Lax$/);
      const id = cookieOf(done).slice("countersign=".length);
      expect(cookieOf(done)).not.toBe(before);
      const connection = new Database(scene.file, { readonly: true });
      const hashes = connection.prepare<[], string>("SELECT hash FROM session").pluck().all();
      connection.close();
      expect(hashes).toEqual([createHash("sha256").update(id).digest("hex")]);
    });

    it("asks for the smallest scope and binds the answer to the browser", async () => {
      const begun = await get("/sign-in/gitee");
      const authorize = new URL(begun.headers.get("location") ?? "");
      expect(authorize.searchParams.get("scope")).toBe("user_info");
      expect(authorize.searchParams.get("state")).toMatch(/^[\w-]{43}$/);
      expect(authorize.searchParams.get("redirect_uri")).toBe(`${scene.url}/sign-in/gitee/callback`);
    });

    it("is refused in another browser, with another state, and when it is repeated", async () => {
      const first = await begin();
      expect((await get(first.back.pathname + first.back.search)).status).toBe(400);
      const second = await begin();
      second.back.searchParams.set("state", "another");
      expect((await get(second.back.pathname + second.back.search, { cookie: second.cookie })).status).toBe(
        400,
      );
      const third = await begin();
      const path = third.back.pathname + third.back.search;
      expect((await get(path, { cookie: third.cookie })).status).toBe(303);
      expect((await get(path, { cookie: third.cookie })).status).toBe(400);
    });

    it("in two tabs at once ends in the one that was begun last, and loses neither", async () => {
      const first = await begin();
      const second = await begin();
      const { cookie } = second;
      expect((await get(first.back.pathname + first.back.search, { cookie })).status).toBe(400);
      expect((await get(second.back.pathname + second.back.search, { cookie })).status).toBe(303);
    });

    it("is not ended by a link to the way back from the host", async () => {
      const { cookie } = await signIn();
      const response = await get("/sign-in/gitee/callback?code=x&state=y", { cookie });
      expect(response.headers.get("set-cookie")).toBeNull();
      expect(await (await get("/account", { cookie })).text()).toContain("@alice");
    });

    it("that the person declined says so and keeps nothing", async () => {
      const { back, cookie } = await begin("/account", "nobody-of-this-name");
      const response = await get(back.pathname + back.search, { cookie });
      expect(response.status).toBe(400);
      expect(await response.text()).toContain("The sign-in was canceled");
    });

    it.each([
      ["/sign/icla?pull=gitee%3Aocto%2Fwidget%231", "/sign/icla?pull=gitee%3Aocto%2Fwidget%231"],
      ["https://evil.example/", "/account"],
    ])("asked to lead on to %s leads on to %s", async (asked, led) => {
      const { back, cookie } = await begin(asked);
      const response = await get(back.pathname + back.search, { cookie });
      expect(response.headers.get("location")).toBe(led);
    });

    it("ends by signing out", async () => {
      const { cookie, csrf } = await signIn();
      expect((await post("/sign-out", { csrf }, { cookie })).status).toBe(303);
      expect(await (await get("/account", { cookie })).text()).toContain("Sign in with Gitee");
    });
  });

  describe("a form", () => {
    const signed = async (): Promise<number> => (await scene.engine.signatures.count()).length;

    it("signs once it carries the session's token and the text that was read", async () => {
      const { cookie, csrf } = await signIn();
      const fields = { csrf, version: "1.0", digest: digest() };
      const response = await post("/sign/icla", fields, { cookie });
      expect(response.headers.get("location")).toBe("/account/receipt/icla?done=signed");
      expect(await signed()).toBe(1);
    });

    it("does nothing without the token, or from another site, or without a session", async () => {
      const { cookie, csrf } = await signIn();
      const fields = { csrf, version: "1.0", digest: digest() };
      expect((await post("/sign/icla", { ...fields, csrf: "" }, { cookie })).status).toBe(403);
      expect((await post("/sign/icla", fields, { cookie, origin: "https://evil.example" })).status).toBe(403);
      expect((await post("/sign/icla", fields, {})).status).toBe(403);
      const { csrf: others } = await signIn();
      expect((await post("/sign/icla", { ...fields, csrf: others }, { cookie })).status).toBe(403);
      expect(await signed()).toBe(0);
    });

    it("does not sign a text that is not the one that was read", async () => {
      const { cookie, csrf } = await signIn();
      for (const fields of [
        { csrf, version: "0.9", digest: digest() },
        { csrf, version: "1.0", digest: "0".repeat(64) },
      ]) {
        const response = await post("/sign/icla", fields, { cookie });
        expect(response.headers.get("location")).toBe("/sign/icla?changed");
      }
      expect(await signed()).toBe(0);
    });

    it("leaves a request where the agreement is ended by its operator, and its answer counts on", async () => {
      await scene.close();
      scene = await openScene({ withdrawal: "operator" });
      scene.gitee.user({ login: "alice" });
      const { cookie, csrf } = await signIn();
      await post("/sign/icla", { csrf, version: "1.0", digest: digest() }, { cookie });
      const page = await (await get("/account/withdraw", { cookie })).text();
      expect(page).toContain("Request the withdrawal of your signature?");
      const response = await post("/account/withdraw", { csrf, agreement: "icla" }, { cookie });
      expect(response.headers.get("location")).toBe("/account?done=requested");
      expect(await signed()).toBe(1);
    });

    it("restricts what is held, which then counts no more, until the restriction is lifted", async () => {
      const { cookie, csrf } = await signIn();
      await post("/sign/icla", { csrf, version: "1.0", digest: digest() }, { cookie });
      const counts = async (): Promise<number> =>
        (await scene.engine.signatures.covered([accountOf("gitee", alice.id)], "icla")).size;
      expect(await counts()).toBe(1);
      await post("/account/restrict", { csrf }, { cookie });
      expect(await counts()).toBe(0);
      expect(await (await get("/account", { cookie })).text()).toContain("Restricted since");
      expect(await (await get("/sign/icla", { cookie })).text()).toContain(
        "You restricted the use of your data",
      );
      const back = "/sign/icla#sign";
      const lifted = await post("/account/unrestrict", { csrf, return_to: back }, { cookie });
      expect(lifted.headers.get("location")).toBe(back);
      expect(await counts()).toBe(1);
    });

    it("erases everything, ends every session of the person, and lets them sign again", async () => {
      const first = await signIn();
      const { cookie, csrf } = await signIn();
      const fields = { csrf, version: "1.0", digest: digest() };
      await post("/sign/icla", fields, { cookie });
      const response = await post("/account/erase", { csrf }, { cookie });
      const page = await response.text();
      expect(page).toContain("Everything that was stored about you is erased");
      expect(page).toContain("No copy is left in the files of the database");
      expect(await signed()).toBe(0);
      expect(await (await get("/account", { cookie: first.cookie })).text()).toContain("Sign in with Gitee");
      const again = await signIn();
      await post("/sign/icla", { ...fields, csrf: again.csrf }, { cookie: again.cookie });
      expect(await signed()).toBe(1);
    });

    it("erases and says what is left of the bytes while somebody reads the database", async () => {
      const { cookie, csrf } = await signIn();
      await post("/sign/icla", { csrf, version: "1.0", digest: digest() }, { cookie });
      const reader = new Database(scene.file, { readonly: true });
      reader.exec("BEGIN");
      reader.prepare("SELECT count(*) FROM signature").get();
      const response = await post("/account/erase", { csrf }, { cookie });
      const page = await response.text();
      expect(page).toContain("old copies of its bytes are still in its files");
      expect(page).not.toContain("No copy of it is left");
      expect(await signed()).toBe(0);
      reader.close();
    });

    it("that comes without a session offers to sign in and continue", async () => {
      const response = await post("/sign/icla", { csrf: "x" }, {});
      expect(response.status).toBe(403);
      expect(await response.text()).toContain("/sign-in/gitee?return_to=%2Fsign%2Ficla");
    });

    it("that can't be parsed is refused, and is no error of the bot", async () => {
      const { cookie } = await signIn();
      for (const type of ["multipart/form-data", "multipart/form-data; boundary=x"]) {
        const headers = { cookie, origin: scene.url, "content-type": type };
        const response = await fetch(`${scene.url}/sign/icla`, { method: "POST", body: "abcde", headers });
        expect(response.status).toBe(403);
      }
      expect(scene.lines.join("")).not.toContain("because of a bug");
    });

    it("is refused to a person who sends many, from any number of addresses", async () => {
      const { cookie } = await signIn();
      const send = (sender: number) =>
        post("/sign/icla", {}, { cookie, "x-forwarded-for": `198.51.100.${sender}` });
      const answers = await Promise.all(Array.from({ length: 40 }, (_, sender) => send(sender + 1)));
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([403, 429]));
    });

    it("larger than 64 kB is refused", async () => {
      const { cookie, csrf } = await signIn();
      const response = await post("/sign/icla", { csrf, much: "x".repeat(66_000) }, { cookie });
      expect(response.status).toBe(413);
    });
  });

  it("give a receipt to print and a file, which name the text that was signed", async () => {
    const { cookie, csrf } = await signIn();
    await post("/sign/icla", { csrf, version: "1.0", digest: digest() }, { cookie });
    const page = await (await get("/account/receipt/icla", { cookie })).text();
    for (const part of [digest(), `gitee:${alice.id}`, "How to withdraw"]) expect(page).toContain(part);
    const file = await get("/account/receipt/icla/file?version=1.0&lang=zh-CN", { cookie });
    expect(file.headers.get("content-disposition")).toBe('attachment; filename="countersign-icla-1.0.txt"');
    const text = await file.text();
    for (const part of [digest(), `gitee:${alice.id}`, "如何撤回"]) expect(text).toContain(part);
    expect((await get("/account/receipt/other", { cookie })).status).toBe(404);
    expect(await (await get("/account/receipt/icla")).text()).not.toContain(digest());
    const held = await (await get("/account/data.json", { cookie })).json();
    expect(held).toMatchObject({ format: 1, signatures: [{ digest: digest(), revoked_at: null }] });
    await post("/account/withdraw", { csrf, agreement: "icla" }, { cookie });
    const withdrawn = await (await get("/account/receipt/icla", { cookie })).text();
    expect(withdrawn).toContain("Withdrawn on");
    expect(withdrawn).not.toContain("How to withdraw");
  });

  it("take a request for a company's roster, and keep what was typed where something is missing", async () => {
    const { cookie, csrf } = await signIn();
    const refused = await post("/entities", { csrf, name: "Acme GmbH", agreement: "icla" }, { cookie });
    expect(refused.status).toBe(400);
    expect(await refused.text()).toContain('value="Acme GmbH"');
    const taken = await post(
      "/entities",
      { csrf, name: " Acme  GmbH ", agreement: "icla", bind: "yes" },
      { cookie },
    );
    expect(taken.headers.get("location")).toBe("/entities?done=requested");
    expect(await scene.engine.entities.requests()).toMatchObject([
      { account: `gitee:${alice.id}`, name: "Acme GmbH", agreement: "icla" },
    ]);
  });

  it("compress what holds no session, and nothing else", async () => {
    const { cookie } = await signIn();
    const encoding = async (headers: Record<string, string>): Promise<string | null> =>
      (await get("/privacy", { "accept-encoding": "gzip", ...headers })).headers.get("content-encoding");
    expect(await encoding({})).toBe("gzip");
    expect(await encoding({ cookie })).toBeNull();
  });

  it("give what is held as JSON to the person, and to nobody else", async () => {
    const { cookie } = await signIn();
    const response = await get("/account/data.json", { cookie });
    expect(response.headers.get("content-disposition")).toContain("attachment");
    expect(await response.json()).toMatchObject({ account: `gitee:${alice.id}`, signatures: [] });
    expect((await get("/account/data.json")).status).toBe(303);
  });

  it("show a private pull request to whom the host lets see it, and look to others as if there were none", async () => {
    const repository = scene.gitee.repository({ owner: "octo", name: "secret", private: true });
    const bob = scene.gitee.user({ login: "bob" });
    repository.addCollaborator(scene.gitee.bot).addCollaborator(alice);
    repository.openPull({ opener: alice, title: "A secret title" });
    await scene.settle();
    const path = "/pulls/gitee/octo/secret/1";
    const missing = "/pulls/gitee/octo/missing/1";
    const text = async (at: string, cookie = ""): Promise<string> => {
      const response = await get(at, { cookie });
      expect(response.status).toBe(404);
      return (await response.text()).replaceAll(at.split("/")[4] ?? "", "");
    };
    expect(await text(path)).toBe(await text(missing));
    const { cookie: bobs } = await signIn("bob");
    expect(bob.login).toBe("bob");
    expect(await text(path, bobs)).toBe(await text(missing, bobs));
    const { cookie } = await signIn("alice");
    const shown = await get(path, { cookie });
    expect(shown.status).toBe(200);
    expect(await shown.text()).toContain("A secret title");
  });

  it("take the same time to say not found for a missing pull request and for a private one", async () => {
    const repository = scene.gitee.repository({ owner: "octo", name: "secret", private: true });
    repository.addCollaborator(scene.gitee.bot).openPull({ opener: alice });
    for (const name of ["secret", "missing"]) {
      const began = performance.now();
      expect((await get(`/pulls/gitee/octo/${name}/1`)).status).toBe(404);
      // A timer's clock may be a millisecond early.
      expect(performance.now() - began).toBeGreaterThan(990);
    }
  });

  it.each(["/pulls/gitee/octo/..%2f..%2fuser/1", "/pulls/gitee/octo/x%3fy/1", "/pulls/gitee/octo/.../1"])(
    "ask the host nothing for %s",
    async (path) => {
      const before = scene.gitee.requests.length;
      expect((await get(path)).status).toBe(404);
      expect(scene.gitee.requests).toHaveLength(before);
    },
  );

  it("ask a person who is signed in at another host to sign in where the pull request is", async () => {
    const { github } = scene;
    const una = github.user({ login: "una" });
    const pull = github.repository({ owner: "octo", name: "elsewhere" }).openPull({ opener: una });
    const path = `/pulls/github/octo/elsewhere/${pull.number}`;
    const { cookie } = await signIn();
    const page = await (await get(path, { cookie })).text();
    expect(page).toContain("You are signed in with your Gitee account. This pull request is on GitHub.");
    expect(page).toContain("Sign in with GitHub to sign");
    expect(page).not.toContain("This pull request does not need your signature");
    const ref = encodeURIComponent(`github:octo/elsewhere#${pull.number}`);
    const signing = await (await get(`/sign/icla?pull=${ref}`, { cookie })).text();
    expect(signing).toContain("whose signature does not count here");
    expect(signing).toContain("Sign in with GitHub");
    expect(signing).not.toContain("I agree and sign as");
    // Without a pull request, the agreement can be signed for this account.
    expect(await (await get("/sign/icla", { cookie })).text()).toContain("I agree and sign as");
  });

  it("show only the person which employer covers them", async () => {
    await scene.engine.entities.add({ id: "acme", agreement: "icla", version: "1.0", signedAt: 1 }, "cli");
    const place = { account: accountOf("gitee", alice.id), from: 1, until: null };
    await scene.engine.entities.join("acme", [place], "cli");
    scene.gitee.user({ login: "bob" });
    const path = "/pulls/gitee/octo/widget/1";
    const { cookie: bobs } = await signIn("bob");
    for (const cookie of ["", bobs]) {
      const page = await (await get(path, { cookie })).text();
      expect(page).toContain("Signed");
      expect(page).not.toContain("acme");
    }
    const { cookie } = await signIn();
    expect(await (await get(path, { cookie })).text()).toContain("Covered by acme");
  });

  it("say that something was done only where this site led there", async () => {
    const { cookie } = await signIn();
    const said = async (site: string): Promise<boolean> => {
      const page = await get("/account?done=withdrawn", { cookie, "sec-fetch-site": site });
      return (await page.text()).includes("Your signature is withdrawn");
    };
    expect(await said("same-origin")).toBe(true);
    expect(await said("cross-site")).toBe(false);
    expect(await said("none")).toBe(false);
  });

  it("link to no other site in another language", async () => {
    const { port } = new URL(scene.url);
    const page = await new Promise<string>((resolve, reject) => {
      // fetch would normalize the path.
      request({ port, host: "127.0.0.1", path: "//evil.example/x" }, (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (part: string) => (text += part));
        response.on("end", () => resolve(text));
      })
        .on("error", reject)
        .end();
    });
    expect(page).toContain('href="/evil.example/x?lang=zh-CN"');
  });

  it("do not blame the host for a document that can't be read", async () => {
    await rm(scene.document);
    const response = await get("/sign/icla");
    expect(response.status).toBe(500);
    expect(await response.text()).toContain("The operator can see it in the log");
  });

  it("never ask the host about a repository without an agreement", async () => {
    const before = scene.gitee.requests.length;
    expect((await get("/pulls/gitee/somebody/else/1")).status).toBe(404);
    expect(scene.gitee.requests).toHaveLength(before);
  });

  it.each([
    ["POST", "/privacy", "GET, HEAD"],
    ["DELETE", "/account", "GET, HEAD"],
    ["PUT", "/sign/icla", "GET, HEAD, POST"],
    ["GET", "/sign-out", "POST"],
  ])("answer %s %s with 405 and what is allowed there", async (method, path, allowed) => {
    const response = await fetch(scene.url + path, { method, headers: { origin: scene.url } });
    expect([response.status, response.headers.get("allow")]).toEqual([405, allowed]);
  });

  it("say of what can't be a pull request's number that there is no such page", async () => {
    for (const number of ["0", "01", "99999999999999999999", "1e3", "-1"])
      expect((await get(`/pulls/gitee/octo/widget/${number}`)).status).toBe(404);
  });

  it("isolate the direction of foreign text, and remove it from the window's title", async () => {
    const title = "\u202Egnp.exe\u2066 <script>alert(1)</script>";
    const repository = scene.gitee.repository({ owner: "octo", name: "turned" });
    const { number } = repository.openPull({ opener: alice, title });
    await scene.settle();
    const page = await (await get(`/pulls/gitee/octo/turned/${number}`)).text();
    expect(page).toContain("<title>gnp.exe &lt;script&gt;");
    expect(page.replaceAll(/<bdi dir="auto">[^<]*<\/bdi>/g, "")).not.toMatch(/\p{Bidi_Control}|<script>/u);
  });

  it("read a pull request once for many who look at the same time", async () => {
    const before = scene.gitee.calls().reads;
    await get("/pulls/gitee/octo/widget/1");
    const once = scene.gitee.calls().reads - before;
    await Promise.all(Array.from({ length: 10 }, () => get("/pulls/gitee/octo/widget/1")));
    expect(scene.gitee.calls().reads - before).toBe(once);
  });

  it("answer a sender of too many requests with 429 and the time to wait", async () => {
    // One more is allowed every two seconds, so that on a slow machine some more than thirty are answered.
    const answers = await Promise.all(Array.from({ length: 200 }, () => get("/sign-in/gitee")));
    const refused = answers.filter(({ status }) => status !== 303);
    expect(200 - refused.length).toBeGreaterThanOrEqual(30);
    expect(new Set(refused.map(({ status }) => status))).toEqual(new Set([429]));
    for (const { headers } of refused) expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
    expect((await get("/privacy")).status).toBe(200);
  });

  it("leave no login, address, path, code or token in the log", async () => {
    const { cookie, csrf } = await signIn();
    await get("/pulls/gitee/octo/widget/1?canary", { cookie });
    await post("/sign/icla", { csrf: `${csrf}x` }, { cookie });
    scene.gitee.user({ login: "canary-login" });
    await get("/pulls/gitee/octo/nothing/9", { cookie });
    const log = scene.lines.join("");
    for (const canary of ["alice", "127.0.0.1", "canary", "widget", csrf, cookie.split("=")[1] ?? ""])
      expect(log).not.toContain(canary);
  });

  it("tell a host that is down from a pull request that is not there", async () => {
    await scene.gitee.stop();
    const response = await get("/pulls/gitee/octo/widget/1");
    expect(response.status).toBe(503);
    expect(response.headers.get("retry-after")).toBe("60");
  });

  it("name an account by its number where its login is not known", async () => {
    await scene.manage(accountOf("gitee", alice.id));
    const place = { account: accountOf("gitee", 77), from: 1, until: null };
    await scene.engine.entities.join("acme", [place], "cli");
    const { cookie } = await signIn();
    expect(await (await get("/entities/acme", { cookie })).text()).toContain("Gitee account 77");
    expect((await get("/entities/other", { cookie })).status).toBe(404);
  });
});

describe("the page after signing in", () => {
  it.each([
    "/account",
    "/privacy",
    "/sign/icla",
    "/sign/icla?pull=github%3Aocto%2Fwidget%231&lang=zh-CN",
    "/pulls/github/octo/widget/7?signed",
    "/entities/acme",
  ])("may be %s", (path) => expect(safeReturn(path)).toBe(path));

  it.each([
    undefined,
    "",
    "account",
    "https://evil.example/account",
    "//evil.example/account",
    "/\\evil.example/account",
    "/\t/evil.example",
    "\\/evil.example",
    "/sign-out",
    "/sign-in/github",
    "/api/github/webhooks",
    "/pulls/../../sign-out",
    "/account/../../evil",
    "javascript:alert(1)",
  ])("is not %j", (path) => expect(safeReturn(path)).toBe("/account"));
});
