/**
 * Releases the version in package.json: `npm run release -- --dry-run` checks and reports what would happen; without
 * the flag it also commits and tags. Publishing is for the pipeline that the pushed tag starts, since only there `npm
 * publish` can prove where the package was built (`publishConfig.provenance`).
 */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../", import.meta.url));
const dryRun = process.argv.slice(2).includes("--dry-run");
const unknown = process.argv.slice(2).filter((word) => word !== "--dry-run");

const { name, version } = JSON.parse(readFileSync(`${root}package.json`, "utf8"));
const lock = JSON.parse(readFileSync(`${root}package-lock.json`, "utf8"));
const changelog = readFileSync(`${root}CHANGELOG.md`, "utf8");
const tag = `v${version}`;
const [unreleased, released] = [section("Unreleased"), section(version)];

const problems = [
  ...unknown.map((word) => `${word} is not known; the one flag is --dry-run`),
  /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/.test(version)
    ? null
    : `package.json: version: ${version} is not a version`,
  lock.version === version && lock.packages[""].version === version
    ? null
    : `package-lock.json: version: is not ${version}; run npm install`,
  released === null && (unreleased ?? "").trim() === ""
    ? `CHANGELOG.md: has nothing below "## Unreleased" and no "## ${version}": write what changed`
    : null,
  released !== null && (unreleased ?? "").trim() !== ""
    ? `CHANGELOG.md: has "## ${version}" and something below "## Unreleased": raise the version in package.json`
    : null,
  git("tag", "--list", tag) === "" ? null : `the tag ${tag} exists: raise the version in package.json`,
  git("status", "--porcelain") === "" ? null : "the checkout has changes that are not committed",
].filter((problem) => problem !== null);

if (problems.length > 0) {
  for (const problem of problems) process.stderr.write(`release: ${problem}\n`);
  process.exitCode = 1;
} else {
  const heading = `## ${version} - ${new Date().toISOString().slice(0, 10)}`;
  const say = (done) => process.stdout.write(`${dryRun ? "would: " : ""}${done}\n`);
  if (released === null) {
    say(`CHANGELOG.md: put "${heading}" below "## Unreleased"`);
    if (!dryRun) {
      writeFileSync(
        `${root}CHANGELOG.md`,
        changelog.replace("## Unreleased\n", `## Unreleased\n\n${heading}\n`),
      );
      git("commit", "--all", "--message", `Version ${version}`);
    }
  }
  // The software that is installed with the bot: docs.npmjs.com/cli/commands/npm-sbom
  const materials = `${name}-${version}.cdx.json`;
  say(`write ${materials}, the bill of materials`);
  if (!dryRun) {
    const command = ["sbom", "--sbom-format", "cyclonedx", "--omit", "dev", "--package-lock-only"];
    writeFileSync(`${root}${materials}`, execFileSync("npm", command, { cwd: root, encoding: "utf8" }));
  }
  say(`tag ${tag}`);
  if (!dryRun) git("tag", "--annotate", tag, "--message", `${name} ${version}`);
  process.stdout.write(
    `Next: git push --follow-tags, and in the pipeline of the tag: npm ci && npm publish\n`,
  );
}

/** The text below a heading, up to the next; null: there is no such heading. */
function section(title) {
  const heading = new RegExp(`^## \\[?${title.replaceAll(/[^\w-]/g, "\\$&")}\\]?( .*)?$`, "m").exec(
    changelog,
  );
  if (heading === null) return null;
  const rest = changelog.slice(heading.index + heading[0].length);
  return rest.slice(0, /^## /m.exec(rest)?.index ?? rest.length);
}

function git(...words) {
  return execFileSync("git", words, { cwd: root, encoding: "utf8" }).trim();
}
