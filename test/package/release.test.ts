import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const TOOL = fileURLToPath(new URL("../../tools/release.js", import.meta.url));
const CHANGELOG = "# Changelog\n\n## Unreleased\n\n- It greets.\n\n## 1.1.0 - 2026-01-05\n\n- It is.\n";
const UNCOMMITTED = "the checkout has changes that are not committed";

/** Git's settings of the machine and its user have no part in it. */
const ENVIRONMENT = {
  PATH: process.env["PATH"],
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_NOSYSTEM: "1",
  ...Object.fromEntries(
    ["AUTHOR", "COMMITTER"].flatMap((who) => [
      [`GIT_${who}_NAME`, "Somebody"],
      [`GIT_${who}_EMAIL`, "somebody@example.org"],
    ]),
  ),
};

describe("npm run release -- --dry-run", () => {
  let folder: string;
  let clone: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "countersign-release-"));
    const origin = join(folder, "origin");
    mkdirSync(join(origin, "tools"), { recursive: true });
    cpSync(TOOL, join(origin, "tools", "release.js"));
    version(origin, "1.2.0");
    writeFileSync(join(origin, "CHANGELOG.md"), CHANGELOG);
    git(origin, "init", "--quiet");
    commit(origin);
    git(origin, "tag", "v1.1.0");
    clone = join(folder, "clone");
    git(folder, "clone", "--quiet", "origin", "clone");
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it("passes on a clone that can be released, says what a release would do, and changes nothing", () => {
    const { status, stdout, stderr } = release("--dry-run");
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout.replace(/\d{4}-\d\d-\d\d/, "DAY").split("\n")).toEqual([
      'would: CHANGELOG.md: put "## 1.2.0 - DAY" below "## Unreleased"',
      "would: ask the registry for known vulnerabilities",
      "would: write countersign-1.2.0.cdx.json, the bill of materials",
      "would: tag v1.2.0",
      "Next: git push --follow-tags, and in the pipeline of the tag: npm ci && npm publish",
      "",
    ]);
    expect(git(clone, "status", "--porcelain", "--ignored", "--branch").split("\n")).toEqual([
      expect.stringMatching(/^## (\S+)\.\.\.origin\/\1$/),
      "",
    ]);
    expect(git(clone, "tag", "--list")).toBe("v1.1.0\n");
    expect(readFileSync(join(clone, "CHANGELOG.md"), "utf8")).toBe(CHANGELOG);
  });

  it.each<[why: string, spoil: () => void, says: readonly string[]]>([
    [
      "a version that is none",
      () => version(clone, "1.2.0 (beta"),
      ["package.json: version: 1.2.0 (beta is not a version", UNCOMMITTED],
    ],
    [
      "a version that the lock file does not have, and a CHANGELOG without a section for it",
      () => {
        version(clone, "1.2.0", "1.1.0");
        writeChangelog(CHANGELOG.replace("- It greets.\n\n", ""));
      },
      [
        "package-lock.json: version: is not 1.2.0; run npm install",
        'CHANGELOG.md: has nothing below "## Unreleased" and no "## 1.2.0": write what changed',
        UNCOMMITTED,
      ],
    ],
    [
      "a CHANGELOG that has its section and newer changes",
      () =>
        writeChangelog(CHANGELOG.replace("## 1.1.0", "## [1.2.0] - 2026-02-01\n\n- It greets.\n\n## 1.1.0")),
      [
        'CHANGELOG.md: has "## 1.2.0" and something below "## Unreleased": raise the version in package.json',
        UNCOMMITTED,
      ],
    ],
    ["a new file that is not committed", () => writeFileSync(join(clone, "notes.txt"), ""), [UNCOMMITTED]],
    [
      "a tag that exists",
      () => git(clone, "tag", "v1.2.0"),
      ["the tag v1.2.0 exists: raise the version in package.json"],
    ],
    [
      "a tag that only the remote has",
      () => {
        git(clone, "tag", "--delete", "v1.2.0");
        git(join(folder, "origin"), "tag", "v1.2.0");
      },
      ["the tag v1.2.0 exists on origin: fetch it, and raise the version in package.json"],
    ],
    ...[
      ["1.0.9", "1.2.0"],
      ["1.2.0-rc.2", "1.2.0"],
      ["1.3.0-rc.2", "1.3.0-rc.10"],
    ].map(([lower = "", newest = ""]): [string, () => void, string[]] => [
      `${lower} after ${newest}`,
      () => {
        git(clone, "tag", "--force", `v${newest}`);
        version(clone, lower);
      },
      [`package.json: version: ${lower} is lower than ${newest}, which is tagged: raise it`, UNCOMMITTED],
    ]),
  ])("refuses %s", (_why, spoil, says) => {
    spoil();
    const ran = release("--dry-run");
    version(clone, "1.2.0");
    writeChangelog(CHANGELOG);
    rmSync(join(clone, "notes.txt"), { force: true });
    expect(ran).toEqual({
      status: 1,
      stdout: "",
      stderr: says.map((line) => `release: ${line}\n`).join(""),
    });
  });

  it("warns if the remote does not answer", () => {
    git(clone, "remote", "set-url", "origin", join(folder, "nowhere"));
    git(clone, "tag", "--delete", "v1.2.0", "v1.3.0-rc.10");
    const { status, stderr } = release("--dry-run");
    expect([status, stderr]).toEqual([
      0,
      "release: warning: the tags of origin can't be read, so only local ones were compared\n",
    ]);
    expect(release().stderr).toContain("release: the tags of origin can't be read: check the network");
  });

  it("says in one line that it needs a repository", () => {
    const unpacked = join(folder, "unpacked");
    cpSync(clone, unpacked, { recursive: true, filter: (path) => !path.endsWith(".git") });
    const { status, stderr } = spawnSync(
      process.execPath,
      [join(unpacked, "tools/release.js"), "--dry-run"],
      {
        encoding: "utf8",
        env: { ...ENVIRONMENT, GIT_CEILING_DIRECTORIES: folder },
      },
    );
    expect([status, stderr]).toEqual([
      1,
      "release: git can't read the tags here: run it in a clone of the repository\n",
    ]);
  });

  it("takes no other flag, so that a mistyped one does not release", () => {
    const { status, stderr } = release("--dryrun");
    expect(status).toBe(1);
    expect(stderr).toContain("release: --dryrun is not known; the one flag is --dry-run\n");
  });

  function release(...flags: string[]): { status: number | null; stdout: string; stderr: string } {
    const { status, stdout, stderr } = spawnSync(process.execPath, ["tools/release.js", ...flags], {
      cwd: clone,
      env: ENVIRONMENT,
      encoding: "utf8",
    });
    return { status, stdout, stderr };
  }

  function writeChangelog(text: string): void {
    writeFileSync(join(clone, "CHANGELOG.md"), text);
  }
});

describe("npm run release", () => {
  let folder: string;
  let clone: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "countersign-release-"));
    clone = join(folder, "clone");
    mkdirSync(join(clone, "tools"), { recursive: true });
    cpSync(TOOL, join(clone, "tools", "release.js"));
    version(clone, "1.2.0");
    writeFileSync(join(clone, "CHANGELOG.md"), CHANGELOG);
    writeFileSync(join(clone, ".gitignore"), "*.cdx.json\n");
    git(clone, "init", "--quiet");
    commit(clone);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** Releases with a registry that answers `npm audit` so. */
  function release(audit: string): { status: number | null; stderr: string } {
    const answers = `#!/bin/sh\ncase "$1" in audit) echo '${audit}'; exit 1;; *) echo '{"bomFormat":"CycloneDX"}';; esac\n`;
    writeFileSync(join(folder, "npm"), answers, { mode: 0o755 });
    const env = { ...ENVIRONMENT, PATH: `${folder}:${ENVIRONMENT.PATH ?? ""}` };
    const { status, stderr } = spawnSync(process.execPath, ["tools/release.js"], {
      cwd: clone,
      env,
      encoding: "utf8",
    });
    return { status, stderr };
  }

  it("refuses known vulnerabilities, and changes nothing", () => {
    expect(release('{"metadata":{"vulnerabilities":{"high":2,"total":3}}}')).toEqual({
      status: 1,
      stderr:
        "release: the registry knows 3 vulnerabilities in what is installed with the bot: see npm audit --omit dev\n",
    });
    expect(git(clone, "tag", "--list")).toBe("");
    expect(git(clone, "status", "--porcelain")).toBe("");
  });

  it("warns where the registry does not answer, commits, writes the bill of materials and tags", () => {
    expect(release('{"message":"405 Method Not Allowed"}')).toEqual({
      status: 0,
      stderr: "release: warning: the registry does not answer npm audit, so nothing was audited\n",
    });
    expect(git(clone, "tag", "--list")).toBe("v1.2.0\n");
    expect(readFileSync(join(clone, "CHANGELOG.md"), "utf8")).toMatch(/## Unreleased\n\n## 1\.2\.0 - /);
    expect(readFileSync(join(clone, "countersign-1.2.0.cdx.json"), "utf8")).toContain("CycloneDX");
  });

  it("says nothing of a registry that knows none", () => {
    git(clone, "tag", "--delete", "v1.2.0");
    expect(release('{"metadata":{"vulnerabilities":{"total":0}}}')).toEqual({ status: 0, stderr: "" });
  });
});

function version(checkout: string, one: string, locked = one): void {
  const write = (file: string, value: object): void =>
    writeFileSync(join(checkout, file), JSON.stringify(value));
  write("package.json", { name: "countersign", version: one, type: "module" });
  write("package-lock.json", { version: locked, packages: { "": { version: locked } } });
}

function commit(checkout: string): void {
  git(checkout, "add", "--all");
  git(checkout, "commit", "--quiet", "--message", "A change");
}

function git(checkout: string, ...words: string[]): string {
  return execFileSync("git", words, { cwd: checkout, env: ENVIRONMENT, encoding: "utf8" });
}
