import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { expect, it, onTestFinished } from "vitest";
import { settle, STAGE_DOCUMENT, startHosts } from "../../playground/stage.ts";
import { startBot, type Bot } from "../../src/bot/bot.ts";
import type { Variables } from "../../src/bot/environment.ts";
import { readSettings } from "../../src/bot/open.ts";
import { pressButton } from "../cli/setup/press-button.ts";
import { csvOf, run, stateOf, statusOf } from "../whole-way/scene.ts";

const read = (page: string): string => readFileSync(new URL(`../../docs/${page}`, import.meta.url), "utf8");
const INSTALL = read("install.md");

/** Every command of a page's shell blocks, in order. */
function commandsOf(page: string): readonly (readonly string[])[] {
  return [...page.matchAll(/```sh\n([\s\S]*?)```/g)]
    .flatMap(([, block = ""]) => block.split("\n"))
    .filter((line) => line.startsWith("npx --no countersign "))
    .map((line) => line.replace(/^npx --no countersign /, "").split(" "));
}

/** The values of a block of variables on the page, with a value for each `…`. */
function filledIn(name: string, values: Variables): string {
  const [, block = ""] = new RegExp(`\`\`\`sh\\n(${name}=…\\n[\\s\\S]*?)\`\`\``).exec(INSTALL) ?? [];
  return block.replaceAll(/^(\w+)=…$/gm, (_, variable: string) => `${variable}=${values[variable]}`);
}

/** Signs on the pages as a browser does: from the status to the form. */
async function signOnPage(link: string, login: string): Promise<void> {
  const { origin } = new URL(link);
  let cookie = "";
  const get = async (url: string): Promise<Response> => {
    const answer = await fetch(new URL(url, origin), { redirect: "manual", headers: { cookie } });
    cookie = answer.headers.get("set-cookie")?.split(";")[0] ?? cookie;
    return answer;
  };
  const [, signIn = ""] = /href="(\/sign-in\/github[^"]*)"/.exec(await (await get(link)).text()) ?? [];
  const authorize = new URL((await get(signIn.replaceAll("&amp;", "&"))).headers.get("location") ?? "");
  authorize.searchParams.set("as", login);
  const granted = await fetch(authorize, { redirect: "manual" });
  const back = await get(granted.headers.get("location") ?? "");
  const page = await (await get(back.headers.get("location") ?? "")).text();
  const [, form = ""] =
    /(<form class="panel" method="post" action="\/sign\/[\s\S]*?<\/form>)/.exec(page) ?? [];
  const [, action = ""] = /action="([^"]+)"/.exec(form) ?? [];
  const fields = [...form.matchAll(/name="([^"]+)" value="([^"]*)"/g)].map(
    ([, name = "", value = ""]): [string, string] => [name, value],
  );
  const signed = await fetch(new URL(action.replaceAll("&amp;", "&"), origin), {
    method: "POST",
    redirect: "manual",
    body: new URLSearchParams(fields),
    headers: { origin, cookie },
  });
  expect(signed.status).toBe(303);
}

it("the installation and the first hour lead from an empty folder to a green status, command by command", async () => {
  const folder = mkdtempSync(join(tmpdir(), "countersign-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const hosts = await startHosts({ folder });
  onTestFinished(() => hosts.stop());
  const { github, gitee, variables: known } = hosts;
  const alice = github.user({ login: "alice" });
  const carol = github.user({ login: "carol" });
  const hello = github.repository({ owner: "octo", name: "hello" });
  const giteeHello = gitee.repository({ owner: "octo", name: "hello", hook: false });

  // What is there before: a machine, an address, and two hosts.
  for (const name of ["countersign.yml", "cla"]) rmSync(join(folder, name), { recursive: true });
  const dotEnv = join(folder, ".env");
  const given = Object.fromEntries(
    Object.entries(known).filter(
      ([name]) => !/^(?:APP_ID|PRIVATE_KEY|WEBHOOK_SECRET|GITHUB_|GITEE_[^U])/.test(name),
    ),
  );
  const variables = (): Variables => ({ ...parseEnv(readFileSync(dotEnv, "utf8")), ...given });

  // What the page says to write.
  mkdirSync(join(folder, "cla"));
  writeFileSync(join(folder, "cla", "icla-1.0.md"), STAGE_DOCUMENT);
  writeFileSync(join(folder, "countersign.yml"), /```yaml\n([\s\S]*?)```/.exec(INSTALL)?.[1] ?? "");
  writeFileSync(dotEnv, filledIn("GITEE_TOKEN", known));
  appendFileSync(join(folder, "signed.csv"), csvOf([carol]));

  const bots: Bot[] = [];
  onTestFinished(async () => {
    for (const bot of bots) await bot.stop(0);
  });
  const settled = async (): Promise<void> => {
    for (const bot of bots) await settle(hosts, bot);
  };
  const web = `${known["GHE_PROTOCOL"]}://${known["GHE_HOST"]}`;
  const register = async (): Promise<void> => {
    const app = {
      id: Number(known["APP_ID"]),
      slug: "countersign",
      html_url: `${web}/apps/countersign`,
      pem: known["PRIVATE_KEY"] ?? "",
      webhook_secret: known["WEBHOOK_SECRET"] ?? "",
      client_id: known["GITHUB_CLIENT_ID"] ?? "",
      client_secret: known["GITHUB_CLIENT_SECRET"] ?? "",
    };
    const { exit, manifest } = await pressButton(app, ["--file", dotEnv], { variables: variables() });
    expect(exit).toBe(0);
    ({ url: github.webhookUrl } = manifest["hook_attributes"] as { url: string });
  };
  const pulls: ReturnType<typeof hello.openPull>[] = [];

  const ran: string[] = [];
  for (const words of [...commandsOf(INSTALL), ...commandsOf(read("first-hour.md"))]) {
    const line = words.join(" ");
    ran.push(line);
    if (line === "setup github") {
      await register();
      continue;
    }
    if (line === "serve") {
      if (bots.length === 0) bots.push(await startBot(await readSettings(variables(), false)));
      continue;
    }
    if (line.startsWith("check ")) {
      pulls.push(hello.openPull({ opener: alice }));
      await settled();
    }
    // The command's own needs, as the page says.
    if (line.startsWith("onboard ")) github.installationFor(hello)?.acceptPermissions({ contents: "write" });
    const args = words.map((word) =>
      /\.(csv|db)$/.test(word) ? join(folder, word) : word.replace("https://github.com", web),
    );
    const { code, stdout, stderr } = await run(variables(), args);
    // The two hosts of this test are on this machine, so doctor says that nobody else reaches the bot.
    const wrong = stdout
      .split("\n")
      .filter((one) => words[0] === "doctor" && one.startsWith("✗") && !one.includes("only on this machine"));
    expect({ line, code, wrong, stderr: code === 0 ? "" : stderr }).toEqual({
      line,
      code: words[0] === "doctor" || words[0] === "check" ? 1 : 0,
      wrong: [],
      stderr: "",
    });
    const [pull] = pulls;
    if (pull === undefined || !line.startsWith("check ")) continue;
    // "When the author signs there, the status turns green within seconds."
    expect(stateOf(pull)).toBe("failure");
    await signOnPage(statusOf(pull)?.url ?? "", "alice");
    await settled();
    expect(stateOf(pull)).toBe("success");
  }
  await settled();
  expect(pulls.map(stateOf)).toEqual(["success"]);
  expect(giteeHello.hooks).toHaveLength(1);
  expect(ran).toEqual(
    expect.arrayContaining(["setup github", "setup gitee octo", "doctor", "serve", "stats", "audit verify"]),
  );
});
