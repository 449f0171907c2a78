import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { accountOf } from "../../../src/account.ts";
import { openScene, type PagesScene } from "./scene.ts";

describe("a roster's manager who adds an account", () => {
  let scene: PagesScene;
  beforeEach(async () => {
    scene = await openScene();
  });
  afterEach(() => scene.close());

  const cookieOf = (response: Response): string => response.headers.get("set-cookie")?.split(";")[0] ?? "";
  const get = (path: string, cookie = ""): Promise<Response> =>
    fetch(scene.url + path, { redirect: "manual", headers: { cookie } });

  async function signIn(login: string): Promise<{ cookie: string; csrf: string }> {
    const begun = await get("/sign-in/gitee");
    const authorize = new URL(begun.headers.get("location") ?? "");
    authorize.searchParams.set("as", login);
    const answer = await fetch(authorize, { redirect: "manual" });
    const back = new URL(answer.headers.get("location") ?? "");
    const cookie = cookieOf(await get(back.pathname + back.search, cookieOf(begun)));
    const page = await (await get("/account", cookie)).text();
    return { cookie, csrf: /name="csrf" value="([\w-]+)"/.exec(page)?.[1] ?? "" };
  }

  it("is answered the same whether the account was erased or not", async () => {
    const manager = scene.gitee.user({ login: "manager" });
    const [fresh, gone] = ["fresh", "gone"].map((login) => scene.gitee.user({ login }));
    if (fresh === undefined || gone === undefined) throw new Error("nobody is there");
    await scene.manage(accountOf("gitee", manager.id));
    await scene.engine.subjects.erase(accountOf("gitee", gone.id), "page");
    const { cookie, csrf } = await signIn("manager");
    const add = async (accounts: readonly number[]): Promise<string> => {
      const confirmed = accounts.map((number) => accountOf("gitee", number)).join(" ");
      const answer = await fetch(`${scene.url}/entities/acme/members`, {
        method: "POST",
        redirect: "manual",
        headers: { cookie, origin: scene.url },
        body: new URLSearchParams({ csrf, host: "gitee", confirmed }),
      });
      const location = answer.headers.get("location") ?? "";
      const page = await (await get(location, cookie)).text();
      return `${answer.status} ${location} ${/<p class="notice[^]*?<\/p>/.exec(page)?.[0]}`;
    };
    /** What a page says of a person, with nothing that differs between any two people. */
    const saidOf = async (person: typeof gone, response: Promise<Response>): Promise<string | undefined> => {
      const lines = (await (await response).text()).split("\n").map((line) => line.trim());
      const at = lines.findIndex((line) => line.includes(`gitee:${person.id}`));
      return lines
        .slice(Math.max(0, at - 3), at + 8)
        .join("\n")
        .replaceAll(String(person.id), "N")
        .replaceAll(person.login, "LOGIN");
    };
    const ask = (path: string, fields: Record<string, string>): Promise<Response> =>
      fetch(`${scene.url}/entities/acme/${path}`, {
        method: "POST",
        headers: { cookie, origin: scene.url },
        body: new URLSearchParams({ csrf, ...fields }),
      });
    const erased = await add([gone.id]);
    expect(erased).toContain("303 /entities/acme?done=added");
    expect(erased).not.toMatch(/eras/i);
    expect(await add([fresh.id])).toBe(erased);
    const seen: (readonly (string | undefined)[])[] = [];
    for (const person of [gone, fresh]) {
      const account = accountOf("gitee", person.id);
      const listed = await saidOf(person, get(`/entities/acme?find=${account}`, cookie));
      const preview = await saidOf(person, ask("members", { host: "gitee", logins: person.login }));
      await ask("members/remove", { account });
      const removed = await saidOf(person, get(`/entities/acme?find=${account}`, cookie));
      seen.push([listed, preview, removed]);
    }
    expect(seen[0]).toEqual(seen[1]);
    expect(seen[0]?.every((said) => said?.includes("gitee:N"))).toBe(true);
    const roster = await scene.engine.entities.find("acme");
    expect(roster?.members.map(({ account }) => account)).toEqual([accountOf("gitee", fresh.id)]);
  });
});
