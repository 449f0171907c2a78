import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { STAGE_CONFIGURATION, startHosts, type StageHosts } from "../../playground/stage.ts";
import type { Diagnosis } from "../../src/ports/diagnosis.ts";
import { run, stageForTest, type Ran } from "./scene.ts";

const PUBLIC = "https://cla.example.com";

async function hosts(): Promise<StageHosts> {
  const started = await startHosts();
  onTestFinished(() => started.stop());
  return started;
}

/** Both hosts as they should be, seen from `PUBLIC`. */
async function healthy(): Promise<StageHosts & { look: () => Promise<Ran> }> {
  const started = await hosts();
  started.announceTo(PUBLIC);
  started.github.repository({ owner: "octo", name: "hello" });
  started.gitee.repository({ owner: "octo", name: "nihao" });
  const variables = { ...started.variables, PUBLIC_URL: PUBLIC };
  return Object.assign(started, { look: () => run(variables, ["doctor"]) });
}

function problems({ stdout }: Ran): readonly string[] {
  return stdout
    .split("\n")
    .flatMap((line, index, lines) =>
      line.startsWith("✗ ") ? [`${line.slice(2)} | ${lines[index + 1]?.trim()}`] : [],
    );
}

describe("doctor", () => {
  it("finds a complete setup well, and exits 0", async () => {
    const { look, github } = await healthy();
    await github.deliveries.settled();
    github.deliveries.log.length = 0;
    const ran = await look();
    expect(problems(ran)).toEqual([]);
    expect(ran.code).toBe(0);
    expect(ran.stdout).toContain("✓ GitHub accepts the key of the app countersign\n");
    expect(ran.stdout).toContain("✓ the app has the permissions that app.yml names\n");
    expect(ran.stdout).toContain(`✓ the webhook goes to ${PUBLIC}/api/github/webhooks\n`);
    expect(ran.stdout).toContain("✓ icla 1.0: its document is readable\n");
    expect(ran.stdout).toContain(`✓ octo/nihao: its webhook goes to ${PUBLIC}/api/gitee/webhooks\n`);
  });

  it("warns of a public address without TLS, and of one with a path", async () => {
    const { folder } = await hosts();
    const variables = {
      GITEE_TOKEN: "t",
      GITEE_WEBHOOK_SECRET: "s",
      GITEE_URL: "http://127.0.0.1:9",
      DATABASE_URL: `file:${join(folder, "x.db")}`,
      COUNTERSIGN_CONFIG: join(folder, "none.yml"),
    };
    const ran = await run({ ...variables, PUBLIC_URL: "http://cla.example.com/bot" }, ["doctor"]);
    expect(problems(ran).join("\n")).toMatch(
      /are sent unencrypted[^]*https:\/\/cla\.example\.com[^]*has the path \/bot/,
    );
    const well = await run({ ...variables, PUBLIC_URL: "https://cla.example.com" }, ["doctor"]);
    expect(well.stdout).not.toMatch(/over the network|has the path/);
  });

  it("names every variable that is wrong or missing", async () => {
    const ran = await run({ APP_ID: "7", PORT: "x" }, ["doctor"]);
    expect(ran.code).toBe(1);
    expect(problems(ran).join("\n")).toMatch(/PORT[\s\S]*PRIVATE_KEY[\s\S]*WEBHOOK_SECRET/);
  });

  it("says that no host is configured, and that there is no configuration", async () => {
    const { folder } = await hosts();
    const variables = {
      DATABASE_URL: `file:${join(folder, "x.db")}`,
      COUNTERSIGN_CONFIG: join(folder, "none.yml"),
    };
    const ran = await run(variables, ["doctor", "--json"]);
    expect(ran.code).toBe(1);
    const found = (JSON.parse(ran.stdout) as Diagnosis[]).filter(({ ok }) => !ok);
    expect(found.map(({ what }) => what)).toEqual([
      "no host is configured",
      expect.stringContaining("none.yml: can't be read"),
    ]);
    expect(found.every(({ advice }) => advice !== null)).toBe(true);
  });

  it("says what the document's change will lead to", async () => {
    const stage = await stageForTest();
    await writeFile(join(stage.folder, "cla/icla-1.0.md"), "# Another\n");
    const ran = await run(stage.variables, ["doctor"]);
    expect(problems(ran)).toContain(
      "icla: the document changed, and its version is still 1.0: the bot will not start | run countersign agreement revise icla for typing errors, or raise version: in countersign.yml",
    );
  });

  it("tells a key that GitHub does not know from everything else", async () => {
    const { variables } = await hosts();
    const ran = await run({ ...variables, APP_ID: "8", PUBLIC_URL: PUBLIC }, ["doctor"]);
    expect(problems(ran)[0]).toMatch(
      /^GitHub does not know the app: .* \| check that APP_ID \(8\) and PRIVATE_KEY/,
    );
    expect(ran.stdout).not.toContain("BEGIN");
  });

  it("names each permission and event that the app lacks, and where to grant it", async () => {
    const { github, look } = await healthy();
    github.app.permissions = { metadata: "read", contents: "read", pull_requests: "read" };
    github.app.events = ["push", "pull_request"];
    const found = problems(await look());
    expect(found).toContain(
      "the app lacks pull_requests: write | grant it in the app's settings: pull requests are read and comments written by it",
    );
    expect(found).toContain(
      "the app lacks statuses: write | grant it in the app's settings: the commit status is written by it",
    );
    expect(found.find((line) => line.includes("not subscribed"))).toContain("issue_comment, merge_group");
  });

  it("names an installation that is suspended, or whose owner has not accepted a permission", async () => {
    const { github, look } = await healthy();
    const acme = github.repository({ owner: "acme", name: "tool" });
    const [octo] = github.world.installations.values();
    const second = github.installationFor(acme);
    if (octo === undefined || second === undefined) throw new Error("two installations were made");
    octo.suspend();
    second.permissions = { ...second.permissions, statuses: "read" };
    const found = problems(await look());
    expect(found.find((line) => line.includes(`installation ${octo.id} is suspended`))).toBeDefined();
    expect(
      found.find((line) => line.startsWith(`installation ${second.id} lacks statuses: write`)),
    ).toBeDefined();
  });

  it("looks at every installation of more than a hundred", async () => {
    const { github, look } = await healthy();
    // Two hundred deliveries to an address that nobody has would take a minute.
    const url = github.webhookUrl;
    github.webhookUrl = null;
    const suspended = Array.from({ length: 103 }, (_, at) => {
      const installation = github.install({ account: github.organization({ login: `company-${at}` }) });
      installation.suspend();
      return installation.id;
    });
    github.webhookUrl = url;
    const ran = await look();
    expect(ran.stdout).toContain("the app is installed 104 times");
    const found = problems(ran);
    expect(
      suspended.filter((id) => !found.some((line) => line.startsWith(`installation ${id} is suspended`))),
    ).toEqual([]);
  });

  it("says that the webhooks go elsewhere", async () => {
    const { github, gitee, look } = await healthy();
    github.webhookUrl = "https://old.example.com/hook";
    gitee.webhookUrl = "https://old.example.com/hook";
    const found = problems(await look());
    expect(found).toContain(
      `the webhook goes to https://old.example.com/hook | set ${PUBLIC}/api/github/webhooks in the app's settings, or PUBLIC_URL to where this bot is reached`,
    );
    expect(found.find((line) => line.startsWith("octo/nihao: no webhook of its own goes to"))).toBeDefined();
  });

  it("says why the latest deliveries failed", async () => {
    const stage = await stageForTest();
    stage.github.loseDeliveries = true;
    const repository = stage.github.repository({ owner: "octo", name: "hello" });
    repository.openPull({ opener: stage.github.user({ login: "alice" }) });
    await stage.github.deliveries.settled();
    const found = problems(await run(stage.variables, ["doctor"]));
    expect(found.find((line) => /of the last \d+ deliveries failed/.test(line))).toMatch(
      /sweeps and redelivery recover what was missed/,
    );
  });

  it("tells a token that Gitee does not know, a right that is missing and a webhook that differs", async () => {
    const { gitee, variables, look } = await healthy();
    gitee.repository({ owner: "octo", name: "read-only", bot: "read" });
    gitee.repository({ owner: "octo", name: "write-only", bot: "write" });
    for (const { hooks } of gitee.world.repositories) for (const hook of hooks) hook.noteEvents = false;
    const ran = await look();
    const found = problems(ran);
    expect(found).toContain(
      "octo/nihao: its webhook lacks the events Comment | turn them on in the repository's settings, WebHooks",
    );
    expect(found.find((line) => line.startsWith("octo/read-only"))).toContain("make it a member");
    expect(found.find((line) => line.startsWith("octo/read-only: the check"))).toContain("administrator");
    expect(ran.stdout).toContain("✓ octo/write-only: its webhook shows only to administrators");
    for (const { hooks } of gitee.world.repositories)
      for (const hook of hooks) Object.assign(hook, { noteEvents: true, tagPushEvents: false });
    expect((await look()).stdout).toContain("octo/nihao: its webhook lacks the events Tag Push");
    const unknown = await run({ ...variables, PUBLIC_URL: PUBLIC, GITEE_TOKEN: "wrong" }, ["doctor"]);
    expect(problems(unknown).find((line) => line.startsWith("Gitee: "))).toContain("set GITEE_TOKEN");
    expect(unknown.stdout).not.toContain("wrong");
  });

  it("names everything that is wrong with one webhook on Gitee", async () => {
    const { gitee, look, variables } = await healthy();
    for (const { hooks } of gitee.world.repositories)
      for (const hook of hooks)
        Object.assign(hook, { noteEvents: false, password: "another", tagPushEvents: false });
    const ran = await look();
    expect(problems(ran).map((line) => line.split(" | ")[0])).toEqual([
      "octo/nihao: its webhook lacks the events Comment",
      "octo/nihao: its webhook has a different secret from GITEE_WEBHOOK_SECRET",
    ]);
    expect(ran.stdout).toContain("! octo/nihao: its webhook lacks the events Tag Push");
    const fixed = await run({ ...variables, PUBLIC_URL: PUBLIC }, ["doctor", "--fix"]);
    expect(problems(fixed)).toEqual([]);
  });

  it("tells a server that is neither GitHub nor Gitee from wrong credentials", async () => {
    const { variables } = await hosts();
    const server = createServer((_, response) => {
      response.writeHead(404, { "content-type": "text/html" }).end("<html>404 Not Found</html>");
    }).listen(0, "127.0.0.1");
    onTestFinished(() => void server.close());
    await once(server, "listening");
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const other = { GHE_HOST: host, GHE_PROTOCOL: "http", GITEE_URL: `http://${host}`, PUBLIC_URL: PUBLIC };
    const found = problems(await run({ ...variables, ...other }, ["doctor"])).join("\n");
    expect(found).toMatch(/GitHub can't be asked about the app: .* not GitHub's API: check GHE_HOST/);
    expect(found).toContain("Gitee: what answers at GITEE_URL is not Gitee's API | set GITEE_URL");
    expect(found).not.toMatch(/belong to the same app|it is gone/);
  });

  it("names a scope that the Gitee token lacks", async () => {
    const { gitee, variables } = await healthy();
    for (const lacking of ["pull_requests", "notes"]) {
      const scopes = ["user_info", "projects", "groups", "hook", "pull_requests", "notes"].filter(
        (one) => one !== lacking,
      );
      const token = gitee.tokenOf(gitee.bot, scopes);
      const ran = await run({ ...variables, PUBLIC_URL: PUBLIC, GITEE_TOKEN: token }, ["doctor"]);
      const found = problems(ran).filter((line) => line.startsWith("GITEE_TOKEN"));
      expect(found).toEqual([
        expect.stringContaining(`it seems to lack the scope ${lacking} | make a new token`),
      ]);
    }
  });

  it("tells a secret that differs without printing one", async () => {
    const { look, gitee } = await healthy();
    for (const { hooks } of gitee.world.repositories) for (const hook of hooks) hook.password = "another";
    const ran = await look();
    expect(problems(ran).find((line) => line.includes("GITEE_WEBHOOK_SECRET"))).toBeDefined();
    expect(ran.stdout).not.toMatch(/another secret word|playground-gitee-secret/);
  });

  it("warns of a Gitee webhook that sends the password itself, and still exits 0", async () => {
    const { look, gitee, github } = await healthy();
    for (const { hooks } of gitee.world.repositories) for (const hook of hooks) hook.encryption = "password";
    await github.deliveries.settled();
    github.deliveries.log.length = 0;
    const ran = await look();
    expect(ran.stdout).toMatch(/^! octo\/nihao: its webhook sends the password itself/m);
    expect(ran.stdout).toContain("choose the signature instead");
    expect([ran.code, problems(ran)]).toEqual([0, []]);
  });

  it("warns that there is no database yet, makes none, and still exits 0", async () => {
    const { look, folder } = await healthy();
    const ran = await look();
    expect(ran.stdout).toContain("! the database: there is no database yet");
    expect(existsSync(join(folder, "countersign.db"))).toBe(false);
  });

  it("looks at everything else when half a host's variables are there", async () => {
    const { variables } = await healthy();
    const ran = await run({ ...variables, WEBHOOK_SECRET: "", PUBLIC_URL: PUBLIC }, ["doctor"]);
    expect(ran.code).toBe(1);
    expect(problems(ran)[0]).toMatch(/^WEBHOOK_SECRET: is missing/);
    expect(ran.stdout).toContain("✓ octo/nihao: ");
    expect(ran.stdout).toContain("countersign.yml: 1 agreement");
  });

  it("checks what is set although a variable is missing or wrong", async () => {
    const { variables, github, gitee } = await healthy();
    await github.deliveries.settled();
    github.deliveries.log.length = 0;
    for (const [changed, problem] of [
      [{ GITHUB_CLIENT_SECRET: "" }, /^GITHUB_CLIENT_SECRET: is missing/m],
      [{ GITEE_CLIENT_ID: "" }, /^GITEE_CLIENT_ID: is missing/m],
      [
        { WEBHOOK_SECRET: "", GITEE_WEBHOOK_SECRET: "" },
        /^WEBHOOK_SECRET: is missing[^]*^GITEE_WEBHOOK_SECRET/m,
      ],
      [{ LOG_LEVEL: "loud", PUBLIC_URL: "http://cla.example.com/bot" }, /^LOG_LEVEL[^]*has the path \/bot/m],
    ] as const) {
      const ran = await run({ ...variables, PUBLIC_URL: PUBLIC, ...changed }, ["doctor"]);
      expect(problems(ran).join("\n")).toMatch(problem);
      expect(ran.stdout).toMatch(
        /✓ agreements cover 1 of the 1 repositories[^]*✓ octo\/nihao: the bot's account may/,
      );
      expect(ran.stdout).not.toContain("no host is configured");
    }
    // Without credentials, the server, the key and the sign-in can still be checked.
    const half = { PRIVATE_KEY: "", GITEE_TOKEN: "", GITHUB_CLIENT_SECRET: "wrong", PUBLIC_URL: PUBLIC };
    const less = await run({ ...variables, ...half }, ["doctor"]);
    expect(problems(less).join("\n")).toMatch(
      /^PRIVATE_KEY: is missing[^]*^GITEE_TOKEN[^]*^GitHub does not accept/m,
    );
    expect(less.stdout).toMatch(
      /✓ GitHub answers at [^]*✓ Gitee answers at [^]*✓ Gitee accepts GITEE_CLIENT_ID/,
    );
    // A wrong secret is not told from a missing one, and nothing that is not known is set.
    for (const { hooks } of gitee.world.repositories) for (const hook of hooks) hook.noteEvents = false;
    const unknown = { WEBHOOK_SECRET: "", GITEE_WEBHOOK_SECRET: "", PUBLIC_URL: PUBLIC };
    const ran = await run({ ...variables, ...unknown }, ["doctor", "--fix"]);
    expect(ran.stderr).toBe("");
  });

  it("concludes nothing from what it could not read", async () => {
    const { github, gitee, variables, folder } = await healthy();
    await github.deliveries.settled();
    github.deliveries.log.length = 0;
    github.fail(
      { kind: "bad gateway" },
      { times: 9, when: ({ route }) => route.includes("/installation/repositories") },
    );
    const unlisted = await run({ ...variables, PUBLIC_URL: PUBLIC }, ["doctor"]);
    expect(unlisted.stdout).toMatch(/installation \d+ is refused/);
    expect(unlisted.stdout).not.toContain("no agreement covers");
    gitee.fail({ status: 500, times: 1, match: /\/hooks$/ });
    const unseen = await run({ ...variables, PUBLIC_URL: PUBLIC }, ["doctor"]);
    expect(problems(unseen).slice(1)).toEqual([
      expect.stringMatching(/its webhooks can't be looked at.*try again when Gitee/),
    ]);
    await writeFile(join(folder, "countersign.yml"), "agreements: [\n");
    const ran = await run({ ...variables, PUBLIC_URL: PUBLIC, DATABASE_URL: "mysql://x" }, ["doctor"]);
    const found = problems(ran);
    expect(found.filter((line) => /^DATABASE_URL|countersign.yml/.test(line)).length).toBeGreaterThan(1);
    expect(ran.stdout).not.toMatch(/sees no repository|no agreement covers|the database/);
    expect(ran.stdout).toContain("✓ Gitee knows the bot's account by its token\n");
  });

  it("tells a host that can't be reached from wrong credentials", async () => {
    const { variables } = await healthy();
    const ran = await run({ ...variables, GHE_HOST: "127.0.0.1:1", GITEE_URL: "http://127.0.0.1:1" }, [
      "doctor",
    ]);
    const found = problems(ran).join("\n");
    expect(found).toContain("GitHub can't be reached at http://127.0.0.1:1: ");
    expect(found).toContain("Gitee can't be reached at http://127.0.0.1:1: ");
    expect(found).not.toMatch(/does not know the app|GITEE_TOKEN/);
  });

  it("tells client secrets that a host does not accept", async () => {
    const { variables, look } = await healthy();
    expect((await look()).stdout).toContain("✓ GitHub accepts GITHUB_CLIENT_ID and GITHUB_CLIENT_SECRET\n");
    expect((await look()).stdout).toContain("✓ Gitee accepts GITEE_CLIENT_ID and GITEE_CLIENT_SECRET\n");
    const wrong = { GITHUB_CLIENT_SECRET: "wrong-one", GITEE_CLIENT_SECRET: "wrong-one" };
    const ran = await run({ ...variables, ...wrong, PUBLIC_URL: PUBLIC }, ["doctor"]);
    expect(problems(ran).join("\n")).toMatch(/GitHub does not accept[\s\S]*Gitee does not accept/);
    expect(ran.stdout).not.toContain("wrong-one");
  });

  it("says that nobody can sign on the page without sign-in credentials", async () => {
    const { variables } = await healthy();
    const ran = await run({ ...variables, GITHUB_CLIENT_ID: "", GITHUB_CLIENT_SECRET: "" }, ["doctor"]);
    expect(problems(ran).join("\n")).toContain("icla: sign: [page], and nobody can sign in with GitHub");
  });

  it("says that no agreement covers a repository of any installation, and which pattern matches none", async () => {
    const { github, variables, look, folder } = await healthy();
    await writeFile(
      join(folder, "countersign.yml"),
      STAGE_CONFIGURATION.replace('"github:octo/*"', '"github:octo/*", "github:octo-typo/*"'),
    );
    expect((await look()).stdout).toContain("! repositories: github:octo-typo/* matches no repository");
    await writeFile(
      join(folder, "countersign.yml"),
      STAGE_CONFIGURATION.replace("github:octo/*", "github:elsewhere/*"),
    );
    expect(github.world.installations.size).toBe(1);
    const found = problems(await run({ ...variables, PUBLIC_URL: PUBLIC }, ["doctor"])).join("\n");
    expect(found).toContain("no agreement covers any of the 1 repositories");
    await writeFile(
      join(folder, "countersign.yml"),
      STAGE_CONFIGURATION.replace('"github:octo/*", ', "").replace(
        '"gitee:octo/*"',
        '"gitee:octo/*", "gitee:octo-typo/*", "gitee:octo/nihoa"',
      ),
    );
    const gitee = await look();
    expect(problems(gitee).join("\n")).toContain("no agreement covers any of the 1 repositories");
    for (const pattern of ["octo-typo/*", "octo/nihoa"])
      expect(gitee.stdout).toContain(`! repositories: gitee:${pattern} matches no repository that`);
  });

  it("--fix sets the webhook as it should be, and says so", async () => {
    const { github, variables } = await healthy();
    github.webhookUrl = "https://old.example.com/hook";
    const ran = await run({ ...variables, PUBLIC_URL: PUBLIC }, ["doctor", "--fix"]);
    expect(ran.stderr).toContain("fixed: the webhook goes to https://old.example.com/hook\n");
    expect(ran.stdout).toContain(`✓ the webhook goes to ${PUBLIC}/api/github/webhooks\n`);
    expect(github.webhookUrl).toBe(`${PUBLIC}/api/github/webhooks`);
  });

  it("--fix sets a webhook on Gitee as it should be, whatever is wrong with it", async () => {
    const { gitee, github, look, variables } = await healthy();
    await github.deliveries.settled();
    github.deliveries.log.length = 0;
    for (const [name, wrong] of Object.entries({
      secret: { password: "another" },
      mode: { encryption: "password" },
      events: { noteEvents: false, tagPushEvents: false },
    }))
      for (const hook of gitee.repository({ owner: "octo", name }).hooks) Object.assign(hook, wrong);
    gitee.repository({ owner: "octo", name: "none", hook: false });
    const { hooks } = gitee.repository({ owner: "octo", name: "twice" });
    const [hook] = hooks;
    if (hook === undefined) throw new Error("no webhook");
    hooks.push({ ...hook, id: 9_001, password: "another" });
    for (const one of gitee.repository({ owner: "octo", name: "slash" }).hooks) one.url += "/";
    hooks.push({ ...hook, id: 9_002, url: "https://old.example.com/api/gitee/webhooks" });
    expect(problems(await look())).toHaveLength(5);
    const fixed = await run({ ...variables, PUBLIC_URL: PUBLIC }, ["doctor", "--fix"]);
    expect(fixed.stderr.match(/^fixed: octo\//gm)).toHaveLength(8);
    expect(problems(fixed)).toEqual([]);
    expect([...fixed.stdout.matchAll(/^! octo\/(.*)$/gm)].map(([, line]) => line)).toEqual([
      "twice: a webhook also goes to https://old.example.com/api/gitee/webhooks",
    ]);
  });

  it.each(["", "cla.example.com", "http://localhost:3000"])(
    "--fix leaves a webhook where it is if PUBLIC_URL is %j",
    async (url) => {
      const { github, variables } = await healthy();
      github.webhookUrl = "https://cla.example.com/api/github/webhooks";
      const ran = await run({ ...variables, PUBLIC_URL: url }, ["doctor", "--fix"]);
      expect(ran.code).not.toBe(0);
      expect(github.webhookUrl).toBe("https://cla.example.com/api/github/webhooks");
    },
  );

  it("sends a ping again before anything was delivered, and tells a wrong secret by it", async () => {
    const stage = await stageForTest();
    stage.github.repository({ owner: "octo", name: "hello" });
    await stage.github.deliveries.settled();
    stage.github.deliveries.log.length = 0;
    const ping = async (): Promise<void> => {
      stage.github.deliveries.log.length = 0;
      stage.github.deliveries.send({
        event: "ping",
        payload: { zen: "Keep it logically awesome.", hook_id: 1, hook: {} },
        installationId: null,
        repositoryId: null,
      });
      await stage.github.deliveries.settled();
    };
    await ping();
    expect((await run(stage.variables, ["doctor"])).stdout).toContain("✓ a ping that was sent again arrived");
    stage.github.deliveries.hook.secret = "another one";
    await ping();
    stage.github.resetCalls();
    const ran = await run(stage.variables, ["doctor"]);
    const found = problems(ran);
    expect(found.find((line) => line.startsWith("a ping that was sent again failed with 401"))).toContain(
      "WEBHOOK_SECRET",
    );
    const { byRoute } = stage.github.calls();
    expect(byRoute["GET /app/hook/deliveries"]).toBeLessThanOrEqual(3);
    expect(byRoute["GET /installation/repositories"]).toBe(1);
    const fixed = await run(stage.variables, ["doctor", "--fix"]);
    expect(fixed.stderr).toBe("fixed: a ping that was sent again failed with 401\n");
    expect(fixed.stdout).toMatch(/^! a ping that was sent again failed with 401\n.*the next new delivery/m);
    const { hook } = stage.github.deliveries;
    expect(problems(fixed).filter((line) => line.includes("401"))).toEqual([]);
    expect(hook.secret).toBe(stage.variables["WEBHOOK_SECRET"]);
    await ping();
    expect((await run(stage.variables, ["doctor"])).stdout).toContain("✓ a ping that was sent again arrived");
    hook.secret = "another one";
    const [repository] = stage.github.world.repositories.values();
    repository?.openPull({ opener: stage.github.user({ login: "alice" }) });
    await stage.github.deliveries.settled();
    const again = await run(stage.variables, ["doctor", "--fix"]);
    expect(again.stderr).toMatch(/^fixed: \d+ of the last \d+ deliveries failed, last with 401\n$/);
    expect(problems(again).filter((line) => line.includes("401"))).toEqual([]);
    expect(hook.secret).toBe(stage.variables["WEBHOOK_SECRET"]);
  });

  it("says that a key is not RSA", async () => {
    const { variables } = await healthy();
    const { privateKey } = generateKeyPairSync("ec", {
      namedCurve: "P-256",
      publicKeyEncoding: { type: "spki", format: "pem" },
      privateKeyEncoding: { type: "pkcs8", format: "pem" },
    });
    const ran = await run({ ...variables, PRIVATE_KEY: privateKey, PUBLIC_URL: PUBLIC }, ["doctor"]);
    expect(problems(ran).join("\n")).toContain(
      "PRIVATE_KEY is a key of the type ec, and GitHub takes only RSA keys",
    );
  });

  it("says how the database's file is", async () => {
    const stage = await stageForTest();
    const ran = await run(stage.variables, ["doctor"]);
    expect(ran.stdout).toMatch(/✓ the database file is intact: [\d.]+ MB\n/);
  });

  it("prints levels as JSON", async () => {
    const { variables } = await healthy();
    const ran = await run({ ...variables, PUBLIC_URL: PUBLIC }, ["doctor", "--json"]);
    const found = JSON.parse(ran.stdout) as { level: string; what: string }[];
    expect(new Set(found.map(({ level }) => level))).toEqual(new Set(["ok", "warning"]));
  });
});

describe("onboard", () => {
  it("opens a pull request with the commented policy on both hosts, once", async () => {
    const { github, gitee, look: _look, ...rest } = await healthy();
    for (const installation of github.world.installations.values())
      installation.permissions = { ...installation.permissions, contents: "write" };
    await run(rest.variables, ["migrate"]);
    for (const name of ["github:octo/hello", "gitee:octo/nihao"]) {
      const first = await run(rest.variables, ["onboard", name]);
      expect(first).toMatchObject({ code: 0, stderr: "" });
      expect(first.stdout).toMatch(/^http.*\/pulls?\/1\n$/);
      expect(await run(rest.variables, ["onboard", name])).toEqual(first);
    }
    expect(gitee.world.repositories.length).toBeGreaterThan(0);
  });

  it("prints the pull request as JSON", async () => {
    const { github, variables } = await hosts();
    github.repository({ owner: "octo", name: "hello" });
    for (const installation of github.world.installations.values())
      installation.permissions = { ...installation.permissions, contents: "write" };
    const ran = await run(variables, ["onboard", "github:octo/hello", "--json"]);
    expect(JSON.parse(ran.stdout)).toEqual({
      url: expect.stringContaining("/octo/hello/pull/"),
      covered: true,
    });
  });

  it("says that no agreement covers the repository yet", async () => {
    const { github, variables } = await hosts();
    github.repository({ owner: "elsewhere", name: "hello" });
    for (const installation of github.world.installations.values())
      installation.permissions = { ...installation.permissions, contents: "write" };
    const ran = await run(variables, ["onboard", "github:elsewhere/hello"]);
    expect(ran.code).toBe(0);
    expect(ran.stderr).toContain("no agreement covers elsewhere/hello yet");
  });
});
