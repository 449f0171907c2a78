import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { accountOf } from "../../src/account.ts";
import { signatureScene, type SignatureScene } from "../cli/signature-scene.ts";

let scene: SignatureScene;
beforeAll(async () => {
  scene = await signatureScene({
    logins: Object.fromEntries(
      ["ann", "ben", "cat"].map((login, at) => [login, accountOf("github", at + 11)]),
    ),
  });
});
afterAll(async () => await scene.end());

const SIGNED = "2021-03-05T17:57:58Z";
const VERSION = ["--agreement-version", "1.0"];

function record(more: object): string {
  const signed = { signatureApproved: true, signatureSigned: true, signedOn: SIGNED, userGHID: "17" };
  return JSON.stringify({ signatures: [{ ...signed, signatureDocumentMajorVersion: "1", ...more }] });
}

/** A file that must not load, the flags, and part of the reason. */
type Case = readonly [string, string, readonly string[], string];

async function refuses([, stdin, flags, reason]: Case): Promise<void> {
  const { code, stderr } = await scene.run(["import", "-", ...flags], { stdin });
  expect([code, stderr]).toEqual([1, expect.stringContaining(reason)]);
  expect(await scene.held()).toEqual([]);
}

describe("an employee of EasyCLA is never loaded as an individual:", () => {
  const user = { signatureReferenceType: "user" };
  it.each<Case>([
    ["the type is ecla", record({ ...user, signatureType: "ecla" }), VERSION, "Name the employer"],
    [
      "a company's id is set",
      record({ ...user, signatureType: "cla", signature_user_ccla_company_id: "uuid" }),
      VERSION,
      "Name the employer",
    ],
    [
      "two types",
      record({ claType: "icla", signatureType: "ecla", companyName: "Acme" }),
      VERSION,
      "do not agree",
    ],
    ["an individual with a company", record({ claType: "icla", companyID: "uuid" }), VERSION, "do not agree"],
    ["a company's record of a user", record({ ...user, claType: "ccla" }), VERSION, "do not agree"],
    ["an unknown type", record({ ...user, claType: "dco" }), VERSION, "do not agree"],
  ])("%s", async (...one) => await refuses(one));
});

describe("an account's number is never guessed:", () => {
  const gist = '[{"user":"ann","userId":17,"gist_version":"aaaaaaaa","created_at":"2024-01-01"}]';
  const only = "has only accounts on github, and --host says gitee";
  const gitee = ["--host", "gitee"];
  it.each<Case>([
    [
      "a table of users",
      "user,user_id,created_at\nann,17,2024-01-01\n",
      VERSION,
      "does the column user_id hold",
    ],
    [
      "a table of users in JSON",
      '[{"user":"ann","userId":17,"created_at":"2024-01-01"}]',
      [...VERSION, ...gitee],
      "does the column userId hold",
    ],
    [
      "a table of comments",
      "id,name,comment_id,created_at\n17,ann,3,2024-01-01\n",
      [],
      "does the column id hold the numbers",
    ],
    ["CLA Assistant with another host", gist, [...VERSION, ...gitee], only],
    [
      "CLA Assistant Lite with another host",
      '{"signedContributors":[{"name":"ann","id":17,"created_at":"2024-01-01"}]}',
      gitee,
      only,
    ],
    [
      "cla-bot with another host",
      '{"contributors":["ann"]}',
      [...gitee, "--resolve-logins", "--signed-at", "2024-01-01"],
      only,
    ],
  ])("%s", async (...one) => await refuses(one));
});

it("the name of a list decides before the keys of its entries", async () => {
  const entry = { name: "ann", id: 11, created_at: SIGNED, user: "x", userId: 777, gist_url: "x" };
  const { stdout } = await scene.run(["import", "-", "--dry-run"], {
    stdin: JSON.stringify({ signedContributors: [entry] }),
  });
  expect(stdout).toContain(
    "standard input: CLA Assistant Lite, JSON, UTF-8, 1 row\n  account numbers from: id\n",
  );
});
