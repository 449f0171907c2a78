/**
 * Releases the version in package.json: `npm run release -- --dry-run` checks and reports what would happen; without
 * the flag it also commits and tags. Publishing is for the pipeline that the pushed tag starts, since only there `npm
 * publish` can prove where the package was built (`publishConfig.provenance`).
 */
import { execFileSync, spawnSync } from "node:child_process";
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
const own = tagsHere();
const remote = remoteTags();
const isVersion = /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/;
const newest = [...own, ...(remote ?? [])]
  .map((one) => one.slice(1))
  .filter((one) => isVersion.test(one))
  .reduce((last, one) => (last === null || compare(one, last) > 0 ? one : last), null);

const problems = [
  ...unknown.map((word) => `${word} is not known; the one flag is --dry-run`),
  isVersion.test(version) ? null : `package.json: version: ${version} is not a version`,
  lock.version === version && lock.packages[""].version === version
    ? null
    : `package-lock.json: version: is not ${version}; run npm install`,
  released === null && (unreleased ?? "").trim() === ""
    ? `CHANGELOG.md: has nothing below "## Unreleased" and no "## ${version}": write what changed`
    : null,
  released !== null && (unreleased ?? "").trim() !== ""
    ? `CHANGELOG.md: has "## ${version}" and something below "## Unreleased": raise the version in package.json`
    : null,
  own.includes(tag)
    ? `the tag ${tag} exists: raise the version in package.json`
    : remote?.includes(tag)
      ? `the tag ${tag} exists on origin: fetch it, and raise the version in package.json`
      : null,
  newest !== null && isVersion.test(version) && compare(version, newest) < 0
    ? `package.json: version: ${version} is lower than ${newest}, which is tagged: raise it`
    : null,
  // A release that somebody else tagged meanwhile would be tagged a second time.
  remote === null && !dryRun ? "the tags of origin can't be read: check the network and your access" : null,
  git("status", "--porcelain") === "" ? null : "the checkout has changes that are not committed",
].filter((problem) => problem !== null);

// Asked last, because it takes a while.
const vulnerable = problems.length > 0 || dryRun ? 0 : vulnerabilities();
if (vulnerable !== null && vulnerable > 0)
  problems.push(
    `the registry knows ${vulnerable} vulnerabilities in what is installed with the bot: see npm audit --omit dev`,
  );
if (vulnerable === null)
  process.stderr.write("release: warning: the registry does not answer npm audit, so nothing was audited\n");
if (remote === null && dryRun)
  process.stderr.write(
    "release: warning: the tags of origin can't be read, so only local ones were compared\n",
  );
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
  if (dryRun) say("ask the registry for known vulnerabilities");
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

/** Ends the program where there is no repository, as in an unpacked archive. */
function tagsHere() {
  try {
    return execFileSync("git", ["tag", "--list", "v*"], {
      cwd: root,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    })
      .trim()
      .split("\n");
  } catch {
    process.stderr.write("release: git can't read the tags here: run it in a clone of the repository\n");
    process.exit(1);
  }
}

/** The tags of the remote `origin`; empty if there is no such remote, null if it does not answer. */
function remoteTags() {
  if (!git("remote").split("\n").includes("origin")) return [];
  try {
    const env = { ...process.env, GIT_TERMINAL_PROMPT: "0" };
    const options = {
      cwd: root,
      encoding: "utf8",
      env,
      timeout: 30_000,
      stdio: ["ignore", "pipe", "ignore"],
    };
    const listed = execFileSync("git", ["ls-remote", "--tags", "--refs", "origin"], options);
    return [...listed.matchAll(/refs\/tags\/(\S+)$/gm)].map(([, one]) => one);
  } catch {
    return null;
  }
}

/**
 * How many vulnerabilities the registry knows in what is installed with the bot; null: it does not say. The form of the
 * answer: docs.npmjs.com/cli/commands/npm-audit
 */
function vulnerabilities() {
  const command = ["audit", "--omit", "dev", "--package-lock-only", "--json"];
  const { stdout } = spawnSync("npm", command, { cwd: root, encoding: "utf8", timeout: 120_000 });
  try {
    return JSON.parse(stdout).metadata.vulnerabilities.total;
  } catch {
    return null;
  }
}

/** Negative if one version precedes the other. semver.org, item 11 */
function compare(one, other) {
  const [[a, first], [b, second]] = [one, other].map(partsOf);
  for (const [at, number] of a.entries()) if (number !== b[at]) return number - b[at];
  if (first === null || second === null) return (first === null ? 1 : 0) - (second === null ? 1 : 0);
  for (const [at, word] of first.entries()) {
    const against = second[at];
    if (against === undefined) return 1;
    if (word === against) continue;
    const [isNumber, wasNumber] = [word, against].map((text) => /^\d+$/.test(text));
    if (isNumber && wasNumber) return Number(word) - Number(against);
    if (isNumber !== wasNumber) return isNumber ? -1 : 1;
    return word < against ? -1 : 1;
  }
  return first.length - second.length;
}

/** The three numbers, and the words of a pre-release; null: it is none. */
function partsOf(text) {
  const [, numbers, words] = /^([\d.]+)(?:-(.+))?$/.exec(text);
  return [numbers.split(".").map(Number), words === undefined ? null : words.split(".")];
}

function git(...words) {
  return execFileSync("git", words, { cwd: root, encoding: "utf8" }).trim();
}
