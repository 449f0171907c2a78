/** What another tool's file says has ended, in one file or in several, whatever the order in which they are loaded. */
import { expect, it } from "vitest";
import { accountOf } from "../../src/account.ts";
import { signatureScene } from "../cli/signature-scene.ts";

const VERSION = ["--agreement-version", "1.0"];
const LOGIN = ["--resolve-logins", ...VERSION];

type File = readonly [text: string, ...flags: string[]];

/** What is held after the files were imported by a command each. */
async function heldAfter(
  files: readonly File[],
  created: Record<string, number> = {},
): Promise<readonly string[]> {
  const scene = await signatureScene({
    logins: { ann: accountOf("github", 11), ben: accountOf("github", 12) },
    created,
  });
  for (const [stdin, ...flags] of files) await scene.run(["import", "-", ...flags], { stdin });
  const held = await scene.held();
  await scene.end();
  return held.map((line) => line.replace(/-[0-9a-f]{8}$/, ""));
}

const gist = (userId: number, more: object): string =>
  `${JSON.stringify({ user: "x", userId, gist_version: "aaaaaaaa", created_at: "2020-01-01T00:00:00Z", ...more })}\n`;
const history = (more: object): string =>
  JSON.stringify([
    {
      user_name: "ben",
      gist_version: "aaaaaaaa",
      signed_at: "2020-01-01T00:00:00Z",
      revoked_at: "",
      ...more,
    },
  ]);
const easy = (more: object): string => {
  const signed = { signatureID: "s", github_username: "ann", signed_on: "2021-03-05T17:57:58Z" };
  return JSON.stringify({ list: [{ ...signed, signatureApproved: true, signatureSigned: true, ...more }] });
};
const record = (more: object): object => ({
  signatureApproved: true,
  signatureSigned: true,
  signedOn: "2021-03-05T17:57:58Z",
  signatureDocumentMajorVersion: "1",
  ...more,
});
const company = (more: object = {}): object =>
  record({
    claType: "ccla",
    signatureReferenceID: "X",
    companyName: "Acme",
    signedOn: "2020-01-01T00:00:00Z",
    ...more,
  });
const employee = (more: object = {}): object =>
  record({ claType: "ecla", companyID: "X", companyName: "Acme", userGHID: "11", ...more });
const records = (...signatures: readonly object[]): File => [JSON.stringify({ signatures }), ...VERSION];
const covered = "github:11 icla 1.0 2021-03-05 acme";
const list = (more: object = {}): File => {
  const one = {
    github_id: "ann",
    linux_foundation_id: "l",
    signature_version: "1",
    timestamp: "2021-03-05T17:57:58Z",
  };
  return [JSON.stringify({ list: [record({ ...one, ...more })] }), ...LOGIN, "--entity", "acme"];
};

it.each<[string, readonly File[], readonly string[]]>([
  [
    "a revocation, then the older file",
    [
      [gist(11, {}) + gist(12, { revoked_at: "2022-01-01T00:00:00Z" }), ...VERSION],
      [gist(12, {}), ...VERSION],
    ],
    ["github:11 icla 1.0 2020-01-01"],
  ],
  [
    "an unapproved signature, then the older list",
    [
      [easy({ signatureApproved: false }), ...LOGIN],
      [easy({}), ...LOGIN],
    ],
    [],
  ],
  [
    "a revocation by a login, then the older file",
    [
      [history({ revoked_at: "2021-01-01T00:00:00Z" }), ...LOGIN],
      [history({}), ...LOGIN],
    ],
    [],
  ],
  ["an employee", [records(company(), employee())], [covered]],
  [
    "a company that is no longer approved",
    [records(company(), employee()), records(company({ signatureApproved: false }), employee())],
    [],
  ],
  [
    "a company that is no longer approved, without its employees in the file",
    [
      records(company(), employee(), employee({ userGHID: "12" })),
      records(
        company({ signatureReferenceID: "Y", companyName: "Bolt" }),
        company({ signatureApproved: false }),
      ),
      records(company(), employee()),
    ],
    [],
  ],
  [
    "an approved company that began to sign another text and never finished",
    [
      records(company(), employee()),
      records(
        company(),
        company({ signatureSigned: false, signatureApproved: false, signedOn: "2022-01-01T00:00:00Z" }),
        employee({ userGHID: "12" }),
      ),
      records(company({ signatureSigned: false, signatureApproved: false })),
    ],
    [covered, covered.replace("11", "12")],
  ],
  ["a company that never finished signing", [records(company({ signatureSigned: false }), employee())], []],
  [
    "a company that is no longer approved, of the name of another one that is",
    [
      records(company(), employee()),
      records(company({ signatureReferenceID: "Y", signatureApproved: false })),
    ],
    [covered],
  ],
  [
    "an employee of a company that is not approved, under the employer of the command",
    [[...records(company({ signatureApproved: false }), employee()), "--entity", "acme"]],
    [],
  ],
  [
    "employees of two companies under the employer of the command",
    [
      [
        ...records(employee(), employee({ companyID: "Y", companyName: "Bolt", userGHID: "12" })),
        "--entity",
        "acme",
      ],
    ],
    [],
  ],
  [
    "an employee of a company without its agreement, under the employer of the command",
    [[...records(employee()), "--entity", "acme"]],
    [covered],
  ],
  [
    "an employee who is invalidated",
    [
      records(company(), employee()),
      records(company(), employee({ signatureApproved: false, invalidatedAt: "2022-01-01T00:00:00Z" })),
    ],
    [],
  ],
  [
    "an employee who is invalidated in the newer file, then the older one",
    [
      records(company(), employee({ userGHID: "12" }), employee({ signatureApproved: false })),
      records(company(), employee()),
    ],
    ["github:12 icla 1.0 2021-03-05 acme"],
  ],
  [
    "an employee of one file, approved and later not",
    [
      records(
        company(),
        employee(),
        employee({ signatureApproved: false, signedOn: "2022-01-01T00:00:00Z" }),
      ),
    ],
    [],
  ],
  [
    "an employee whose own signature stays",
    [
      records(record({ claType: "icla", userGHID: "11" }), company(), employee()),
      records(company(), employee({ signatureApproved: false })),
    ],
    ["github:11 icla 1.0 2021-03-05"],
  ],
  [
    "a list of employees, then one of them no longer approved",
    [list(), list({ signatureApproved: false })],
    [],
  ],
])("%s", async (_what, files, held) => {
  expect(await heldAfter(files)).toEqual(held);
});

it("a company's agreement of a version that nobody mapped is asked for, and one that does not count covers nobody", async () => {
  const scene = await signatureScene();
  const [stdin] = records(company({ signatureDocumentMajorVersion: "9" }), employee());
  const maps = ["1.0=1.0", "9.0=0.1", "9.0=", "9.0=1.0"].map((map) => ["--version-map", map]);
  const [own = [], ...others] = maps;
  const tried = async (flags: readonly string[]) =>
    await scene.run(["import", "-", ...own, ...flags], { stdin });
  expect((await tried([])).stderr).toContain("  9.0: 1 row, signed 2020-01-01");
  const codes = [];
  for (const flags of others) codes.push((await tried(flags)).code);
  expect(codes).toEqual([1, 1, 0]);
  await scene.end();
});

it("a company's records by id and by name are one company, and the latest decides", async () => {
  const header =
    "Company Name,Signed,Approved,DomainApprovalList,EmailApprovalList,GitHubOrgApprovalList,GitHubUsernameApprovalList,Date Signed,Approved,Signed";
  const scene = await signatureScene();
  const of = async (approved: boolean, date: string, more: object): Promise<number> => {
    const companies = await scene.file(
      "c.csv",
      `${header}\n"Acme",true,${approved},"","","","","${date}",${approved},true\n`,
    );
    const people = await scene.file("p.json", records(company(), employee(more))[0]);
    return (await scene.run(["import", companies, people, ...VERSION, "--dry-run"])).code;
  };
  for (const more of [{}, { companyID: undefined }]) {
    expect(await of(false, "Jun 5,2022", more)).toBe(1);
    expect(await of(false, "Jun 5,2019", more)).toBe(0);
    expect(await of(true, "Jun 5,2022", more)).toBe(0);
  }
  await scene.end();
});

it.each<[string, string, readonly string[]]>([
  ["a time without a zone", "2021-01-01 10:00:00", ["2021-01-01T12:00:00Z", "2021-01-01T22:00:00Z"]],
  ["a day", "2021-01-01", ["2021-01-02T05:00:00Z", "2021-01-02T11:59:00Z"]],
])("a file's revocation with %s covers what may be earlier", async (_what, revoked, signed) => {
  for (const created_at of signed) {
    const text = gist(12, { revoked_at: revoked }) + gist(12, { created_at }) + gist(11, {});
    expect(await heldAfter([[text, ...VERSION]])).toEqual(["github:11 icla 1.0 2020-01-01"]);
  }
  const later = gist(12, { revoked_at: revoked }) + gist(12, { created_at: "2021-01-02T12:00:01Z" });
  expect(await heldAfter([[later, ...VERSION]])).toEqual(["github:12 icla 1.0 2021-01-02"]);
});

it("a revocation by a login does not end the signature of the login's new owner", async () => {
  const own = [gist(12, { created_at: "2020-09-01T00:00:00Z" }), ...VERSION] as const;
  const told = [history({ revoked_at: "2021-01-01T00:00:00Z" }), ...LOGIN] as const;
  expect(await heldAfter([own, told], { ben: Date.UTC(2020, 5, 1) })).toHaveLength(1);
  expect(await heldAfter([own, told], { ben: Date.UTC(2019, 5, 1) })).toHaveLength(0);
});
