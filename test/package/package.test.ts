import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startBotProcess } from "../../playground/bot-process.ts";
import { startHosts } from "../../playground/stage.ts";

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const MANIFEST = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
  name: string;
  version: string;
  scripts: Record<string, string>;
};
/** npm's own processes leave the tests' environment alone. */
const ENV = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^npm_(?!config_)/.test(name)),
);

describe("the package", () => {
  let folder = "";
  let inside = "";

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "countersign-package-"));
    await run("npm", ["pack", "--silent", "--pack-destination", folder], { cwd: ROOT, env: ENV });
    const [packed] = (await readdir(folder)).filter((name) => name.endsWith(".tgz"));
    if (packed === undefined) throw new Error("npm pack wrote no file");
    await writeFile(join(folder, "package.json"), '{ "name": "somewhere-else", "private": true }\n');
    const quick = ["--no-audit", "--no-fund", "--prefer-offline", "--ignore-scripts", "--loglevel=error"];
    await run("npm", ["install", ...quick, join(folder, packed)], { cwd: folder, env: ENV });
    inside = join(folder, "node_modules", MANIFEST.name);
  }, 300_000);

  afterAll(() => rm(folder, { recursive: true, force: true }));

  it("holds what is built, and no TypeScript, test or playground", async () => {
    const files = (await readdir(inside, { recursive: true })).filter(
      (name) => !name.includes("node_modules"),
    );
    expect(files.filter((name) => name.endsWith(".ts") && !name.endsWith(".d.ts"))).toEqual([]);
    expect(
      files.filter((name) => /^(src|test|bench|tools)\b|(^|\/)playground\/|\.test\./.test(name)),
    ).toEqual([]);
    expect(files).toEqual(
      expect.arrayContaining([
        "dist/cli/main.js",
        "dist/cli/main.d.ts",
        "dist/http/assets/style.css",
        "app.yml",
      ]),
    );
    for (const engine of ["sqlite", "postgres"]) {
      const migrations = (await readdir(join(ROOT, "db", engine))).filter((name) => /^\d/.test(name));
      expect(await readdir(join(inside, "db", engine))).toEqual(migrations);
    }
  });

  it("has no script that npm would run, or warn of, where it is installed", async () => {
    const { scripts } = JSON.parse(await readFile(join(inside, "package.json"), "utf8")) as typeof MANIFEST;
    const run = ["preinstall", "install", "postinstall", "prepare"];
    expect(Object.keys(scripts).filter((name) => run.includes(name))).toEqual([]);
  });

  it("says its version", async () => {
    const { stdout } = await run(process.execPath, [
      join(folder, "node_modules/.bin/countersign"),
      "--version",
    ]);
    expect(stdout).toBe(`${MANIFEST.version}\n`);
  });

  it("says that the playground needs a checkout", async () => {
    const program = join(inside, "bin/countersign.js");
    const ran = run(process.execPath, [program, "playground", "--headless"]);
    await expect(ran).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining("in a checkout") });
  });

  it("brings a pull request to its status", async () => {
    const hosts = await startHosts();
    const bot = await startBotProcess(hosts.variables, { program: join(inside, "bin/countersign.js") });
    try {
      hosts.announceTo(bot.url);
      const repository = hosts.github.repository({ owner: "octo", name: "hello" });
      const pull = repository.openPull({ opener: hosts.github.user({ login: "alice" }) });
      await expect
        .poll(() => repository.statusesOf(pull.head.sha).map(({ state }) => state), { timeout: 30_000 })
        .toContain("failure");
      expect(await (await fetch(`${bot.url}/healthz`)).text()).toContain(MANIFEST.version);
      expect((await fetch(bot.url)).status).toBe(200);
    } finally {
      await bot.end("SIGTERM");
      await hosts.stop();
    }
  });

  it("is compiled in the image in a way that the next start uses", async () => {
    const dockerfile = readFileSync(join(ROOT, "Dockerfile"), "utf8");
    const final = dockerfile.slice(dockerfile.lastIndexOf("\nFROM "));
    const steps = [...final.matchAll(/^RUN (node [\s\S]*?|NODE_DEBUG[\s\S]*?)\n(?=#|[A-Z])/gm)].map(
      ([, step = ""]) => step.replaceAll("\\\n", " ").replaceAll("/app/", `${inside}/`),
    );
    expect(steps).toHaveLength(2);
    const env = {
      PATH: `${join(process.execPath, "..")}:${process.env["PATH"] ?? ""}`,
      HOME: folder,
      NODE_COMPILE_CACHE: join(folder, "compiled"),
    };
    for (const step of steps) await run("sh", ["-c", step], { cwd: inside, env });
  });

  it("brings declarations that a program in TypeScript can use", async () => {
    const program = `import { startBot, type Bot } from "${MANIFEST.name}";
import { readSettings } from "${MANIFEST.name}/settings";
export const bot: Promise<Bot> = readSettings(process.env, false).then((settings) => startBot(settings));
`;
    await writeFile(join(folder, "program.mts"), program);
    const types = join(ROOT, "node_modules/@types");
    const options = ["--noEmit", "--module", "nodenext", "--target", "es2024", "--skipLibCheck"];
    const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
    await run(process.execPath, [tsc, ...options, "--typeRoots", types, "--types", "node", "program.mts"], {
      cwd: folder,
    });
    expect(await readFile(join(inside, "dist/bot/bot.d.ts"), "utf8")).toContain("startBot");
  });
});
