import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { accountOf } from "../../src/account.ts";
import { signatureScene, type SignatureScene } from "../cli/signature-scene.ts";
import { read } from "./reading.ts";

let scene: SignatureScene;
beforeAll(async () => {
  scene = await signatureScene({
    logins: Object.fromEntries(
      ["ann", "ben", "cat", "dependabot[bot]"].map((login, at) => [login, accountOf("github", at + 11)]),
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

/** The exit code, whether the reason is told, and what is held. */
async function tried([, stdin, flags, reason]: Case): Promise<readonly unknown[]> {
  const { code, stderr } = await scene.run(["import", "-", ...flags], { stdin });
  return [code, stderr.includes(reason) ? reason : stderr, await scene.held()];
}

describe("an employee of EasyCLA is never loaded as an individual:", () => {
  const user = { signatureReferenceType: "user" };
  it.each<Case>([
    ["the type is ecla", record({ ...user, signatureType: "ecla" }), VERSION, "Name the employer"],
    [
      "a company's id is set",
      record({ ...user, signatureType: "cla", signature_user_ccla_company_id: "uuid" }),
      VERSION,
      "the files contain none of this company",
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
  ])("%s", async (...one) => {
    expect(await tried(one)).toEqual([1, one[3], []]);
  });
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
  ])("%s", async (...one) => {
    expect(await tried(one)).toEqual([1, one[3], []]);
  });
});

it("a field of CLA Assistant's agreement, which signers fill in, is never taken for one of its database", async () => {
  const signed = { user_name: "ann", gist_version: "aaaaaaaa", signed_at: SIGNED, revoked_at: "" };
  for (const own of [{ userId: 66 }, { "User ID": "66" }, { user: "ben" }, { created_at: "2024-01-01" }])
    for (const entries of [[{ ...signed, ...own }], [signed, { ...signed, ...own }]]) {
      const { rows } = await read(JSON.stringify(entries), {
        logins: { ann: accountOf("github", 11), ben: accountOf("github", 12) },
        defaults: { version: "1.0" },
      });
      expect(rows.map(({ account, signedAt }) => [account, signedAt])).toEqual(
        entries.map(() => ["github:11", Date.parse(SIGNED)]),
      );
    }
  const header = "User Name;Gist Version;Signed At;Revoked At;Gist URL;user id";
  const { rows } = await read(`${header}\nann;aaaaaaaa;${SIGNED};;x;66\n`, {
    logins: { ann: accountOf("github", 11) },
    defaults: { version: "1.0" },
  });
  expect(rows.map(({ account }) => account)).toEqual(["github:11"]);
});

it("entries of CLA Assistant's report and of its database are not mixed in one file", async () => {
  const record = { user: "ben", userId: 12, gist_version: "aaaaaaaa", created_at: SIGNED };
  const signed = { user_name: "ann", gist_version: "aaaaaaaa", signed_at: SIGNED, revoked_at: "" };
  const { problems } = await read(JSON.stringify([record, signed]), {
    defaults: { version: "1.0" },
    logins: {},
  });
  expect(problems).toEqual([
    "1: item 2: this entry is one of CLA Assistant's report, the ones before it are of CLA Assistant's database: import " +
      "them as two files",
  ]);
});

it("the name of a list decides before the keys of its entries", async () => {
  const entry = { name: "ann", id: 11, created_at: SIGNED, user: "abc", userId: 777, gist_url: "abc" };
  const { stdout } = await scene.run(["import", "-", "--dry-run"], {
    stdin: JSON.stringify({ signedContributors: [entry] }),
  });
  expect(stdout).toContain(
    "standard input: CLA Assistant Lite, JSON, UTF-8, 1 row\n  account numbers from: id\n",
  );
});

describe("a plain list never loads who did not sign:", () => {
  const flags = ["--host", "github", "--resolve-logins", "--signed-at", "2024-01-31", "--format", "list"];
  const below = "may say that the people below it do not count";
  const beside = "its comment may say that it does not count";
  const second = "the file has several lists";
  it.each<Case>(
    [
      ["not_signed:\n  - ann\n", below],
      ["awaiting:\n  - ann\n", below],
      ["awaiting: [ann, ben]\n", below],
      ["ann\nben\npast:\ncat\n", below],
      ["ann\nsigners:\n- cat\n", second],
      ["- ann\n---\n- ben\n", second],
      ["---\nsigners:\n- ann\n...\n---\n- ben\n", second],
      ["ann\n# Not signed yet\nben\n", below],
      ["ann\n# 尚未签署\nben\n", below],
      ["# ex-employees\nann\nben\n", below],
      ["ann\nben # has not signed yet\n", beside],
      ["ann\nben # revocation 2024-02-01\n", beside],
      ["contributors: # who should sign\n- ann\n", below],
    ].map(([text = "", reason = ""]) => [JSON.stringify(text), text, flags, reason]),
  )("%s", async (...one) => {
    expect(await tried(one)).toEqual([1, one[3], []]);
  });

  it.each([
    "# Signed the CLA\nann\n",
    "---\n# 已签署名单\nsigned_contributors: # 2024-01-31\n- ann\n",
    "ann # 2024\n",
    "ann # ok\nben\n",
    "ann\ndependabot[bot]\n",
  ])("but loads %j", async (stdin) => {
    const { code } = await scene.run(["import", "-", ...flags, "--dry-run"], { stdin });
    expect(code).toBe(0);
  });
});

describe("a table's column that may say that a row does not count is refused:", () => {
  it.each(
    (
      "enddate ENDDATE endat end_at exp_date expDate termdate ceased_at granted not_signed agreement_state sig_state " +
      "recalled 签署与否 在职 驳回 废止 封禁 待签 还在职 是否驳回 event action op Durum Aktif Trạng_thái الحالة סטטוס स्थिति κατάσταση " +
      "is_del del_flag authorized discontinued endOfContract may_contribute reviewed_at renewal_date dormant удалён " +
      "дата_окончания データ状態 签署情况 合格 拒签 已完成 离开日期"
    ).split(" "),
  )("%s", async (name) => {
    const stdin = `github_id,signed_at,${name}\n11,2021-01-01,x\n`;
    const reason = "may say that a signature does not count";
    expect(await tried([name, stdin, [], reason])).toEqual([1, reason, []]);
  });
});

describe("a note that may say that its row does not count is refused:", () => {
  it.each([
    "REVOKED by admin",
    "CLA revoked",
    "Revoked.",
    "has not yet signed the form",
    "she never signed",
    "on 2024-01-31: withdrawn",
    "账号已封禁",
    "还未签",
    "has left the company",
    "отказался",
    "期限切れ",
    "withdrawal",
    "revoke",
    "unsign",
    "withdrew consent",
    "rescinds",
    "nullified",
    "former employee",
    "ex-member",
    "wrong person",
    "not on file",
    "revoqué",
    "Revoque",
    "signature=missing",
    "signatureRevoked",
    "isRevoked=true",
    "revoked2022",
    "not binding",
    "does not apply anymore",
    "do not use",
    "isn't valid",
    "incomplete",
    "waiting for countersignature",
    "unsubscribed",
    "taken off the list",
    "不算",
    "已反悔",
    "已放弃",
    "要求收回",
  ])("%s", async (note) => {
    const stdin = `github_id,signed_at,note\n11,2021-01-01,${note}\n`;
    const reason = "may mean that the signature does not count";
    expect(await tried([note, stdin, [], reason])).toEqual([1, reason, []]);
  });
});

describe("a table's column whose name says nothing is refused", () => {
  it.each([
    ["if it holds answers", "working_here", "no"],
    ["if it holds answers in Chinese", "工作中", "否"],
    ["if it holds marks", "cola", "❌"],
    ["if it holds dates that are no beginning", "abc", "2022-01-01"],
  ])("%s", async (_what, name, value) => {
    const reason = `the column ${name} may say that a signature does not count`;
    const csv = `github_id,signed_at,${name}\n11,2021-01-01,${value}\n`;
    const json = JSON.stringify([
      { github_id: 11, signed_at: "2021-01-01", [name]: value === "no" ? false : value },
    ]);
    for (const stdin of [csv, json]) expect(await tried([name, stdin, [], reason])).toEqual([1, reason, []]);
    const other = csv.replace(name, "created_at").replace(value, "2020-01-01");
    for (const [stdin, flags] of [[csv, ["--ignore-column", name]] as const, [other, []] as const])
      expect((await scene.run(["import", "-", "--dry-run", ...flags], { stdin })).code).toBe(0);
  });
});

it("a table's column is refused if it holds 0 or 1, unless its name is a number's or a count's", async () => {
  for (const name of ["is_member", "applies", "counted", "out_of_date", "emeritus", "merge_ok"])
    for (const value of [0, "1"]) {
      const reason = `the column ${name} may say that a signature does not count`;
      const csv = `github_id,signed_at,${name}\n11,2021-01-01,${value}\n`;
      const json = JSON.stringify([{ github_id: 11, signed_at: "2021-01-01", [name]: value }]);
      for (const stdin of [csv, json]) expect(await tried(["", stdin, [], reason])).toEqual([1, reason, []]);
    }
  const counts = "github_id,signed_at,issue,commits,row,__v\n11,2021-01-01,1,0,1,0\n";
  expect((await scene.run(["import", "-", "--dry-run"], { stdin: counts })).code).toBe(0);
});

describe("a table's column of an unknown name is refused if it holds", () => {
  it.each(
    [
      "f t -1 off x Nope 👎 🚫 ✖ ✖️ FALSCH WAHR FAUX ЛОЖЬ 假 Yanlış ~~ann~~ <s>ann</s> TBD"
        .split(" ")
        .map((value) => ["honored", value]),
      ["5 Mar 2022", "Mar 5, 2022", "20220305", "März 2022", "5. März 2022", "5 de marzo de 2022"].map(
        (value) => ["away", value],
      ),
      "unemployed_since away_since 停职开始日期 退签日期 解签时间 unsigned_on unregistered_at leave_start absent_from"
        .split(" ")
        .map((name) => [name, "2022-03-05"]),
    ].flat() as [string, string][],
  )("%s: %s", async (name, value) => {
    const stdin = `github_id;signed_at;${name}\n11;2021-01-01;${value}\n`;
    const reason = /may (say that a|mean that the) signature does not count/;
    const [code, told, held] = await tried(["", stdin, [], "\0"]);
    expect([code, told, held]).toEqual([1, expect.stringMatching(reason), []]);
  });

  it("an answer deep inside a JSON entry", async () => {
    for (const meta of [
      { applies: false },
      { works: { here: "no" } },
      [{ counted: 0 }],
      { gone: { $date: SIGNED } },
    ]) {
      const stdin = JSON.stringify([{ github_id: 11, signed_at: "2021-01-01", meta }]);
      const reason = "the column meta may say that a signature does not count";
      expect(await tried(["", stdin, [], reason])).toEqual([1, reason, []]);
    }
  });
});

it("a table's columns of numbers, texts and dates that are known to be no end are not refused", async () => {
  const columns = {
    last_updated_at: "2022-01-01",
    member_since: "2020-01-01",
    first_commit: "Mar 5, 2020",
    birthday: "5 Mar 1990",
    签署日期时间: "2022-01-01",
    入职日期: "2020/1/1",
    employee_no: "20220305",
    commits: "1",
    company: "Acme2022 GmbH",
    sha: "1dead2beef",
    meta: { created_at: "2020-01-01", commits: 0, updated: { $date: SIGNED } },
  };
  const { sha: _, meta, 签署日期时间: __, ...flat } = columns;
  const csv = `github_id;signed_at;${Object.keys(flat).join(";")}\n11;2021-01-01;${Object.values(flat).join(";")}\n`;
  const json = JSON.stringify([{ github_id: 11, signed_at: "2021-01-01", ...flat, meta }]);
  for (const stdin of [csv, json]) {
    const { code, stderr } = await scene.run(["import", "-", "--dry-run"], { stdin });
    expect([code, stderr]).toEqual([0, ""]);
  }
});

describe("a field of another tool's entry that is not read and may end it is refused:", () => {
  const lite = (more: object): string =>
    JSON.stringify({ signedContributors: [{ name: "ann", id: 11, created_at: SIGNED, ...more }] });
  const reason = "may mean that the signature does not count";
  it.each<Case>([
    ["a note in CLA Assistant Lite", lite({ note: "revoked by mail" }), [], reason],
    ["an answer in CLA Assistant Lite", lite({ works_here: false }), [], reason],
    ["an account of ours in CLA Assistant Lite", lite({ account_id: 66 }), [], "account_id may say whose"],
    ["another host in CLA Assistant Lite", lite({ host: "gitee" }), [], "host may say whose signature it is"],
    ["a note in EasyCLA", record({ claType: "icla", note: "withdrawn" }), VERSION, reason],
    ["an answer in EasyCLA", record({ claType: "icla", counted: 0 }), VERSION, reason],
  ])("%s", async (...one) => {
    expect(await tried(one)).toEqual([1, one[3], []]);
  });

  it("but not one that names somebody, or is ignored", async () => {
    const files: readonly (readonly [string, readonly string[]])[] = [
      [lite({ comment_id: 1, pullRequestNo: 1, repoId: 0 }), []],
      [lite({ note: "revoked by mail" }), ["--ignore-column", "note"]],
      [record({ claType: "icla", userName: "Not Former", date_modified: "2022-01-01" }), VERSION],
    ];
    for (const [stdin, flags] of files)
      expect((await scene.run(["import", "-", "--dry-run", ...flags], { stdin })).code).toBe(0);
  });
});

it("a table with one column of another tool is one's own if that column is ignored or no account is that tool's", async () => {
  const tables: readonly (readonly [string, readonly string[]])[] = [
    ["github_id,signed_at,cla_type\n11,2021-01-01,icla\n", ["--ignore-column", "cla_type"]],
    ["github_id,version,signed_at,gist_url\n11,1.0,2021-01-01,abc\n", []],
    ['[{"github_id":11,"signed_at":"2021-01-01","claType":"icla"}]', ["--ignore-column", "claType"]],
  ];
  for (const [stdin, flags] of tables) {
    const { code, stdout, stderr } = await scene.run(["import", "-", "--dry-run", ...flags], { stdin });
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("account numbers from: github_id");
  }
});

it("a column without a name is refused unless it holds row numbers", async () => {
  const table = (cell: string): string => `,github_id,signed_at\n${cell},11,2021-01-01\n`;
  const reason = "the column (without a name) may say that a signature does not count";
  expect(await tried(["", table("X"), [], reason])).toEqual([1, reason, []]);
  for (const [cell, flags] of [
    ["0", []],
    ["X", ["--ignore-column", ""]],
  ] as const)
    expect((await scene.run(["import", "-", "--dry-run", ...flags], { stdin: table(cell) })).code).toBe(0);
});

it("a second list in one document is refused, under the same name or another", async () => {
  const [one, other] = [11, 12].map((id) => [{ name: "x", id, created_at: SIGNED }]);
  const text = JSON.stringify({ signedContributors: one, data: other });
  const reason = "the file has several lists";
  const twice = text.replace("data", "signedContributors");
  for (const stdin of [
    text,
    twice,
    JSON.stringify({ signedContributors: one }).replace("}]", '}],"signedContributors":[]'),
  ])
    expect(await tried(["", stdin, [], reason])).toEqual([1, reason, []]);
});

describe("a row of another tool that lacks its status is refused:", () => {
  it.each<Case>([
    [
      "a row of CLA Assistant that ends early",
      `User Name;Gist Version;Signed At;Revoked At\nann;aaaa;${SIGNED}\n`,
      ["--resolve-logins", ...VERSION],
      "Revoked At: the row ends before this column",
    ],
    [
      "a row of EasyCLA that ends early",
      'Name,GitHub Username,LF_ID,Signed Date,Approved,Signed\nA,ann,l,"Mar 5,2021"\n',
      ["--resolve-logins"],
      "signatureApproved: it is empty",
    ],
    ...["", ",revoked_at", ",end_at"].map((more): Case => [
      `a table of CLA Assistant's database without its ends${more}`,
      `user,userId,gist_version,created_at${more}\nann,11,aaaaaaaa,${SIGNED}${more === "" ? "" : ","}\n`,
      VERSION,
      "it does not say who revoked and whose signature ended",
    ]),
    [
      "a row of CLA Assistant with a separator in its text",
      `User Name;CLA Title;Gist Version;Signed At;Revoked At;City\nann;Our; CLA;aaaa;${SIGNED};2021-01-01;\n`,
      ["--resolve-logins", ...VERSION],
      "it has 7 cells where the header has 6",
    ],
    [
      "an individual of EasyCLA with an employer",
      JSON.stringify({
        list: [
          {
            signatureID: "s",
            github_username: "ann",
            signed_on: SIGNED,
            signatureApproved: true,
            signatureSigned: true,
            companyName: "Acme",
          },
        ],
      }),
      ["--resolve-logins", ...VERSION],
      "the entry names an employer",
    ],
    [
      "a row of EasyCLA's CSV with an employer",
      `Name,GitHub Username,LF_ID,Signed Date,Approved,Signed,Company\nA,ann,l,"Mar 5,2021",true,true,Acme\n`,
      ["--resolve-logins"],
      "the entry names an employer",
    ],
  ])("%s", async (...one) => {
    expect(await tried(one)).toEqual([1, one[3], []]);
  });
});

it.each(["ver", "gist", "cla_commit", "cla_v", "document_sha", "type"])(
  "a table's column %s may say which text was signed",
  async (name) => {
    const stdin = `github_id,signed_at,${name}\n11,2021-01-01,x\n`;
    const reason = `the column ${name} may say which`;
    expect(await tried([name, stdin, [], reason])).toEqual([1, reason, []]);
  },
);

it.each(["self", "Individual", "个人", "none"])("%s is no employer's id", async (entity) => {
  const stdin = `github_id,signed_at,entity\n11,2021-01-01,${entity}\n`;
  const reason = "it may mean that there is no employer";
  expect(await tried([entity, stdin, [], reason])).toEqual([1, reason, []]);
});

describe("the signed version is never assumed where the file names one:", () => {
  const resolved = ["--resolve-logins"];
  const easy = (more: object): string => {
    const signed = { signatureID: "s", github_username: "ann", signed_on: SIGNED };
    return JSON.stringify({ list: [{ ...signed, signatureApproved: true, signatureSigned: true, ...more }] });
  };
  const lite = (more: object, beside: object = {}): string =>
    JSON.stringify({
      ...beside,
      signedContributors: [{ name: "ann", id: 11, created_at: SIGNED, ...more }],
    });
  const gist = (more: object): string =>
    JSON.stringify({ user: "a", userId: 11, gist_version: "aaaa", created_at: SIGNED, ...more });
  const unclear = "may say which text was signed";
  const two = "the files name 2 versions";
  const header = "Name,GitHub Username,LF_ID,Signed Date,Approved,Signed,Version\n";
  it.each<Case>([
    ["EasyCLA's version", easy({ version: "0.1" }), resolved, "  0.1: 1 row"],
    ["EasyCLA's major version", easy({ signatureMajorVersion: "7" }), resolved, "  7.0: 1 row"],
    ["a column of EasyCLA's CSV", `${header}A,ann,l,"Mar 5,2021",true,true,0.1\n`, resolved, "  0.1: 1 row"],
    ["a key of CLA Assistant Lite", lite({ cla_version: "0.1" }), [], unclear],
    ["a digest in CLA Assistant Lite", lite({ cla_sha256: "a" }), [], unclear],
    ["a member next to the list", lite({}, { version: "0.1" }), [], unclear],
    ["a number next to the list", lite({}, { cla_version: 2 }), [], unclear],
    ["a member of .clabot", '{"cla_version":"0.1","contributors":["ann"]}', resolved, unclear],
    ["an agreement next to the list", lite({}, { agreement: "ccla" }), [], unclear],
    ["an agreement in CLA Assistant", gist({ agreement: "ccla" }), VERSION, unclear],
    [
      "a row that is skipped for its date",
      `${gist({})}\n${gist({ userId: 12, gist_version: "bbbb", created_at: "soon" })}\n`,
      [...VERSION, "--skip-invalid"],
      two,
    ],
    [
      "a row that is skipped for its shape",
      `${gist({})}\n${gist({ userId: 12, gist_version: "bbbb", created_at: {} })}\n`,
      [...VERSION, "--skip-invalid"],
      two,
    ],
    [
      "a row that is skipped for a missing status",
      `${gist({})}\n{"user_name":"b","gist_version":"bbbb","signed_at":"${SIGNED}"}\n`,
      [...VERSION, "--skip-invalid"],
      two,
    ],
    [
      "a row that is skipped as one of another tool",
      `${gist({})}\n${JSON.stringify({ claType: "icla", userGHID: "12", signatureMajorVersion: "2" })}\n`,
      [...VERSION, "--skip-invalid"],
      two,
    ],
    ["a version of CLA Assistant that is written as ours", gist({ gist_version: "1.0" }), [], "  1.0: 1 row"],
  ])("%s", async (...one) => {
    expect(await tried(one)).toEqual([1, one[3], []]);
  });
});
