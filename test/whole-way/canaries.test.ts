import { readdirSync, readFileSync, statSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { startHosts, type StageHosts } from "../../playground/stage.ts";
import { CANARIES, canariesIn, hasNumber, NEVER_SIGNED, SIGNED } from "./canaries.ts";
import { sign } from "../../playground/github/webhooks/delivery.ts";
import { commentsOf, stateOf } from "./scene.ts";
import { command, serve } from "./serve-process.ts";

const PATIENCE = { timeout: 90_000, interval: 1_000 };
const FAIL_ONCE = new URL("fail-once.ts", import.meta.url).href;

describe("what is found of people in files and logs", () => {
  it("would be found in each of its forms", () => {
    for (const [kind, canary] of Object.entries(CANARIES)) {
      const forms = [
        Buffer.from(`x${canary}y`),
        Buffer.from(canary.toUpperCase(), "utf16le"),
        Buffer.from(Buffer.from(`before ${canary} after`).toString("base64")),
        Buffer.from(`?q=${encodeURIComponent(canary)}`),
      ];
      expect(forms.map(canariesIn)).toEqual(forms.map(() => [kind]));
    }
    expect(hasNumber(Buffer.from(`{"id":${SIGNED}}`), SIGNED)).toBe(true);
    expect(hasNumber(Buffer.from(`{"id":${SIGNED}}`), NEVER_SIGNED)).toBe(false);
  });

  it.each(["json", "pretty"])(
    "is only the numbers of the people who signed, and only in the database, with a %s log at trace",
    async (format) => {
      const hosts = await startHosts();
      onTestFinished(() => hosts.stop());
      const variables = {
        LOG_LEVEL: "trace",
        LOG_FORMAT: format,
        NODE_OPTIONS: `--import=${FAIL_ONCE}`,
        CANARY_BUG: CANARIES.bug,
      };
      const served = await serve(hosts, variables);
      onTestFinished(async () => void (await served.end("SIGKILL")));
      const outputs = await play(hosts, served.url);

      const files = readFilesOf(hosts.folder);
      expect(await served.end("SIGTERM")).toBe(0);
      files.push(...readFilesOf(hosts.folder));
      expect(files.map(({ name }) => name)).toEqual(
        expect.arrayContaining(["countersign.db", "countersign.db-wal", "countersign.db-shm"]),
      );
      const log = Buffer.from(served.lines.join("\n"));
      expect(log.toString()).toContain("checked");
      expect(log.toString()).toContain("failed because of a bug");
      for (const bytes of [...files.map(({ bytes }) => bytes), log, ...outputs]) {
        expect(canariesIn(bytes)).toEqual([]);
        expect(hasNumber(bytes, NEVER_SIGNED)).toBe(false);
      }
      for (const bytes of [log, ...outputs]) expect(hasNumber(bytes, SIGNED)).toBe(false);
      // That the search reads the right bytes: who signed is found where they must be.
      expect(files.some(({ bytes }) => hasNumber(bytes, SIGNED))).toBe(true);
    },
    240_000,
  );
});

/** Everything that the bot wrote to disk: the folder without what the test itself put there. */
function readFilesOf(folder: string): { name: string; bytes: Buffer }[] {
  return readdirSync(folder)
    .filter((name) => !/\.(csv|json|yml)$/.test(name) && statSync(join(folder, name)).isFile())
    .map((name) => ({ name, bytes: readFileSync(join(folder, name)) }));
}

/** People with telling names at work on both hosts, with imports good and bad, hosts that fail, and a bug. */
async function play(hosts: StageHosts, url: string): Promise<readonly Buffer[]> {
  const { github, gitee, folder } = hosts;
  const [address] = [CANARIES.email];
  const signer = github.user({
    login: CANARIES.login,
    id: SIGNED,
    name: CANARIES.name,
    emails: [address],
  });
  const other = github.user({ login: CANARIES.unsigned, id: NEVER_SIGNED, name: CANARIES.chinese });
  const mei = gitee.user({ login: CANARIES.gitee, name: CANARIES.name });
  const hello = github.repository({ owner: "octo", name: "hello" });
  const nihao = gitee.repository({ owner: "octo", name: "nihao" });
  const words = { title: CANARIES.title, body: CANARIES.body, message: CANARIES.message };

  const outputs: Buffer[] = [];
  const give = async (...args: string[]): Promise<number | null> => {
    const { code, stdout, stderr } = await command(hosts, args);
    outputs.push(Buffer.from(stdout), Buffer.from(stderr));
    return code;
  };
  const file = async (name: string, text: string): Promise<string> => {
    await writeFile(join(folder, name), text);
    return join(folder, name);
  };
  const header = "name,email,github_id,agreement,version,signed_at,note\n";
  const row = (id: number | string, date = "2025-03-01", version = "1.0"): string =>
    `${CANARIES.name},${address},${id},icla,${version},${date},${CANARIES.cell}\n`;
  expect(await give("import", await file("good.csv", header + row(SIGNED)))).toBe(0);
  const bad = [row(CANARIES.badCell), row(5, CANARIES.badCell), row(6, "2025-03-01", CANARIES.badCell)];
  expect(await give("import", await file("bad.csv", header + bad.join("")))).toBe(1);
  expect(await give("import", "--json", await file("bad2.csv", header + bad.join("")))).toBe(1);
  const items = [{ github_id: CANARIES.badCell, agreement: CANARIES.badCell, email: address }];
  expect(await give("import", await file("bad.json", JSON.stringify(items)))).toBe(1);
  expect(
    await give("import", await file("broken.json", `[{"${CANARIES.badCell}": ${CANARIES.badCell}`)),
  ).toBe(1);
  const logins = `host,login,agreement,version,signed_at\ngithub,${CANARIES.badCell},icla,1.0,2025-03-01\n`;
  expect(await give("import", "--resolve-logins", await file("logins.csv", logins))).toBe(1);
  await give("stats");
  await give("sweep");

  for (const fault of [
    { kind: "status", status: 403, message: `Resource not accessible: ${CANARIES.host}` },
    { kind: "status", status: 404, message: CANARIES.host },
    { kind: "status", status: 422, message: CANARIES.host },
    { kind: "status", status: 500, message: CANARIES.host },
    { kind: "bad gateway" },
    { kind: "reset" },
    { kind: "graphql field", field: "PullRequest.commits", message: CANARIES.host },
  ] as const)
    github.fail(fault, { when: ({ installation }) => installation !== null });
  gitee.fail({ status: 500, body: `<html>${CANARIES.host}</html>` });
  gitee.fail({ status: 403, body: `{"message":"${CANARIES.host}"}` });
  gitee.fail({ status: 200, body: `not json ${CANARIES.host}` });

  const commits = [
    { author: signer, message: words.message },
    { author: { name: CANARIES.name, email: `unlinked-${address}` }, message: words.message },
    { author: signer, coauthors: [other], message: words.message },
  ];
  const pulls = [
    hello.openPull({ opener: signer, ...words, commits: commits.slice(0, 1), branch: CANARIES.branch }),
    hello.openPull({ opener: signer, ...words, commits: commits.slice(0, 2) }),
    hello.openPull({ opener: signer, ...words, commits }),
    hello.openPull({ opener: other, ...words, commits: [{ author: other, message: words.message }] }),
  ];
  const chinese = nihao.openPull({ opener: mei, commits: [{ author: mei, message: words.message }] });
  for (const pull of pulls) {
    pull.comment(other, `${CANARIES.comment}\n/check-cla`);
    pull.addLabel(CANARIES.label);
  }
  pulls[1]?.comment(other, `/cla waive ${pulls[1].head.sha} ${CANARIES.comment}`);
  chinese.comment(mei, `${CANARIES.comment}\n/check-cla`);

  for (const [path, headers] of [
    [`/pulls/github/octo/hello/1?${CANARIES.query}`, { "user-agent": CANARIES.query }],
    [`/sign/icla?pull=${CANARIES.query}`, {}],
    [`/${CANARIES.query}`, { cookie: `x=${CANARIES.query}` }],
    ["/metrics", {}],
  ] as const)
    await fetch(url + path, { headers }).then((answer) => answer.text());
  const { deliveries } = github;
  await deliveries.forge("pull_request", { title: CANARIES.title });
  for (const bytes of [`{"${CANARIES.title}`, JSON.stringify({ action: "opened", login: CANARIES.login })])
    await deliveries.forge("pull_request", bytes, signatureOf(bytes, github.webhookSecret));

  // Some of what was refused waits for a new event.
  const shown = () => {
    for (const pull of pulls) pull.comment(other, "recheck");
    chinese.comment(mei, "recheck");
    return [pulls.map(stateOf), chinese.labels] as const;
  };
  const wanted = [["success", "failure", "failure", "failure"], ["cla/no"]];
  await expect.poll(shown, PATIENCE).toEqual(wanted);
  // The policy file and its mistake come last: a broken one is an error on every pull request.
  hello.writeFile(".github/cla.yml", `report: ${CANARIES.policy}\n${CANARIES.policy}: true\n`);
  await expect.poll(() => pulls.map(stateOf), PATIENCE).toEqual(pulls.map(() => "error"));
  expect(commentsOf(pulls[3] as (typeof pulls)[0])).toHaveLength(1);
  return outputs;
}

function signatureOf(bytes: string, secret: string): Record<string, string> {
  return { "x-hub-signature-256": sign(secret, bytes) };
}
