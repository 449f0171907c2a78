import { readFile } from "node:fs/promises";
import { join } from "node:path";
import iconv from "iconv-lite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { accountOf } from "../../src/account.ts";
import { signatureScene, type SignatureScene } from "../cli/signature-scene.ts";
import { agreement } from "../verdict/facts.ts";
import { read } from "./reading.ts";

const SAMPLES = join(import.meta.dirname, "samples");

let scene: SignatureScene;
beforeEach(async () => {
  scene = await signatureScene({
    logins: { "canary-amber": accountOf("github", 5101), "canary-birch": accountOf("github", 5102) },
  });
});
afterEach(async () => await scene.end());

const TWO_SIGNED = ["github:5101 icla 1.0 2023-03-01", "github:5102 icla 1.0 2023-04-02"];

describe("another tool's file is told by its content and loaded:", () => {
  it.each([
    ["cla-assistant-lite.json", "CLA Assistant Lite", []],
    ["cla-assistant.csv", "CLA Assistant", ["--resolve-logins", "--agreement-version", "1.0"]],
    ["cla-assistant-history.json", "CLA Assistant", ["--resolve-logins", "--version-map", "1f0c2d=1.0"]],
    ["cla-assistant.json", "CLA Assistant", ["--agreement-version", "1.0"]],
    ["cla-assistant.mongoexport.ndjson", "CLA Assistant", ["--version-map", "1f0c2d=1.0"]],
    ["easycla-individuals.json", "EasyCLA", ["--resolve-logins"]],
    ["easycla.csv", "EasyCLA", ["--resolve-logins"]],
    ["easycla-current.csv", "EasyCLA", ["--resolve-logins"]],
  ])("%s", async (sample, source, flags) => {
    const { code, stdout, stderr } = await scene.run(["import", join(SAMPLES, sample), ...flags]);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toContain(`${sample}: ${source}, `);
    expect(await scene.held()).toEqual(TWO_SIGNED);
  });

  it("easycla.json, whose employees are covered by their employer", async () => {
    const { code, stdout } = await scene.run([
      "import",
      join(SAMPLES, "easycla.json"),
      "--version-map",
      "2.1=1.0",
    ]);
    expect(code).toBe(0);
    expect(stdout).toContain(
      "left out: not approved (1), a company's own agreement (1), no GitHub account (1)",
    );
    expect(await scene.held()).toEqual([
      "github:5101 icla 1.0 2023-03-01",
      expect.stringMatching(/^github:5102 icla 1.0 2023-04-02 example-corp-[0-9a-f]{8}$/),
    ]);
  });

  it.each(["cla-bot.json", "clabot.json"])("%s, which has neither numbers nor dates", async (sample) => {
    const path = join(SAMPLES, sample);
    const without = await scene.run(["import", path, "--signed-at", "2023-03-01"]);
    expect([without.code, without.stderr]).toEqual([
      1,
      expect.stringContaining("the file has logins and no account numbers: --resolve-logins"),
    ]);
    const undated = await scene.run(["import", path, "--resolve-logins"]);
    expect([undated.code, undated.stderr]).toEqual([1, expect.stringContaining("use --signed-at")]);
    const { code, stdout } = await scene.run([
      "import",
      path,
      "--resolve-logins",
      "--signed-at",
      "2023-03-01",
    ]);
    expect([code, stdout]).toEqual([0, expect.stringContaining("cla-bot, JSON, UTF-8, 2 rows")]);
    expect(await scene.held()).toEqual([
      "github:5101 icla 1.0 2023-03-01",
      "github:5102 icla 1.0 2023-03-01",
    ]);
  });

  it.each(["utf-8", "gb18030", "utf-16le"])(
    "a Gitee community's table with Chinese headers, saved as %s",
    async (encoding) => {
      const text = await readFile(join(SAMPLES, "gitee-community.csv"), "utf8");
      const file = await scene.file("名单.csv", iconv.encode(text, encoding, { addBOM: true }));
      const { code, stdout, stderr } = await scene.run(["import", file]);
      expect([code, stderr]).toEqual([0, ""]);
      expect(stdout).toContain(
        `CSV, ${encoding.toUpperCase()}, 2 rows\n  account numbers from: 码云ID\n  not read: 序号 (2), 姓名 (2)`,
      );
      expect(await scene.held()).toEqual([
        "gitee:5101 icla 1.0 2023-03-01",
        "gitee:5102 icla 1.0 2023-04-02",
      ]);
    },
  );

  it("a Gitee community's table of ids and times", async () => {
    const path = join(SAMPLES, "gitee-community-bare.csv");
    expect((await scene.run(["import", path, "--host", "gitee"])).stderr).toContain(
      "does the column id hold the numbers",
    );
    const args = ["import", path, "--host", "gitee", "--account-column", "id"];
    expect((await scene.run(args)).stdout).toContain("  account numbers from: id\n");
    expect(await scene.held()).toEqual(["gitee:5101 icla 1.0 2023-03-01", "gitee:5102 icla 1.0 2023-04-02"]);
  });
});

describe("another tool's versions", () => {
  const entry = (id: number, version: string): string =>
    JSON.stringify({ user: "x", userId: id, gist_version: version, created_at: "2023-03-01" });

  it("are taken for one of ours only as somebody says, and are listed with rows and dates", async () => {
    const stdin = `${entry(1, "aaaa")}\n${entry(2, "bbbb")}\n${entry(3, "aaaa")}\n`;
    for (const more of [[], ["--skip-invalid"], ["--agreement-version", "1.0"]]) {
      const { code, stderr } = await scene.run(["import", "-", ...more], { stdin });
      expect(code).toBe(1);
      expect(stderr).toContain("  aaaa: 2 rows, signed 2023-03-01\n  bbbb: 1 row, signed 2023-03-01\n");
    }
    const map = ["--version-map", "aaaa=0.9", "--version-map", "bbbb="];
    const { stdout } = await scene.run(["import", "-", ...map], { stdin });
    expect(stdout).toContain("left out: of version bbbb (1)");
    expect(await scene.held()).toEqual(["github:1 icla 0.9 2023-03-01", "github:3 icla 0.9 2023-03-01"]);
  });

  it("are asked for where EasyCLA's list of individual signatures names them", async () => {
    const list = ["1", "2"].map((major, at) => ({
      signatureID: major,
      github_username: ["octocat", "hubot"][at],
      signed_on: "2023-03-01T08:30:00Z",
      signatureApproved: true,
      signatureSigned: true,
      signatureDocumentMajorVersion: major,
      signatureDocumentMinorVersion: "0",
    }));
    const tried = async (...map: readonly string[]) =>
      await read(JSON.stringify({ list }), {
        logins: { octocat: accountOf("github", 1), hubot: accountOf("github", 2) },
        versionMap: Object.fromEntries(map.map((version) => [version, version === "1.0" ? "1.0" : null])),
      });
    expect((await tried()).problems.slice(1, 3)).toEqual([
      "  1.0: 1 row, signed 2023-03-01",
      "  2.0: 1 row, signed 2023-03-01",
    ]);
    const { rows, report, problems } = await tried("1.0", "2.0");
    expect([rows.map(({ account }) => account), report.source, problems]).toEqual([
      ["github:1"],
      "EasyCLA",
      [],
    ]);
  });

  it("of several files are those of one import, and may be mapped by a file", async () => {
    const first = await scene.file("a.ndjson", `${entry(1, "aaaa")}\n`);
    const second = await scene.file("b.ndjson", `${entry(2, "bbbb")}\n`);
    const { code, stderr } = await scene.run(["import", first, second, "--agreement-version", "1.0"]);
    expect([code, stderr]).toEqual([1, expect.stringContaining("the files name 2 versions of another tool")]);
    const map = await scene.file("versions.txt", "# gists\naaaa=0.9\nbbbb=1.0\n");
    expect((await scene.run(["import", first, second, "--version-map", map])).code).toBe(0);
    expect(await scene.held()).toEqual(["github:1 icla 0.9 2023-03-01", "github:2 icla 1.0 2023-03-01"]);
  });

  it("are mapped by a file of which everything that is wrong is named by line", async () => {
    const file = await scene.file("map", "a1=1.0\n\nnonsense\n# b=\nc2=x y\na1=2.0\n");
    const { code, stderr } = await scene.run(["import", "-", "--version-map", file, "--version-map", "c="]);
    expect([code, stderr.split("\n")]).toEqual([
      2,
      [
        "countersign: map:3: it must be OLD=NEW",
        "countersign: map:5: the text after = does not look like a version",
        "countersign: map:6: a1 is mapped twice, to different versions",
        "",
      ],
    ]);
  });

  it("that the configuration accepts by name are kept as they are", async () => {
    const asked = await scene.run(["import", "-"], { stdin: `${entry(1, "1.0")}\n` });
    expect(asked.stderr).toContain("  1.0: 1 row");
    const digest = "0a1b2c3d4e5f";
    const other = await signatureScene({ agreements: [{ ...agreement, accepts: [digest] }] });
    const { stdout } = await other.run(["import", "-"], { stdin: `${entry(1, digest)}\n` });
    expect(stdout).toContain("1 signature added");
    await other.end();
  });
});

describe("another tool's status", () => {
  const record = (more: object): string =>
    JSON.stringify({
      userId: 1,
      user: "x",
      gist_version: "aaaa",
      created_at: "2023-03-01T00:00:00Z",
      ...more,
    });
  const version = ["--agreement-version", "1.0"];

  it("that is not understood is refused, not passed over", async () => {
    for (const more of [
      { revoked_at: true },
      { revoked_at: "no" },
      { end_at: { $date: "soon" } },
      { status: "x" },
    ]) {
      const { code } = await scene.run(["import", "-", ...version], { stdin: record(more) });
      expect(code).toBe(1);
    }
    expect(await scene.held()).toEqual([]);
  });

  it("of a person who revoked holds for older rows of other versions as well", async () => {
    const stdin = [
      record({ gist_version: "bbbb", created_at: "2022-01-01T00:00:00Z" }),
      record({ revoked_at: { $date: "2023-06-01T00:00:00Z" } }),
      record({ userId: 2 }),
    ].join("\n");
    const map = ["--version-map", "aaaa=1.0", "--version-map", "bbbb=0.9"];
    const { stdout } = await scene.run(["import", "-", ...map], { stdin });
    expect(stdout).toContain("1 left out: revoked after that date, here or in a file");
    expect(await scene.held()).toEqual(["github:2 icla 1.0 2023-03-01"]);
  });

  it("of EasyCLA that it has under two names, one of them false, does not count", async () => {
    for (const more of [{ approved: false }, { signed: false }]) {
      const one = { github_username: "canary-amber", signed_on: "2023-03-01T00:00:00Z", signatureID: "1" };
      const list = [{ ...one, signatureApproved: true, signatureSigned: true, ...more }];
      await scene.run(["import", "-", "--resolve-logins"], { stdin: JSON.stringify({ list }) });
    }
    expect(await scene.held()).toEqual([]);
  });

  it("of EasyCLA that invalidates an individual's signature ends what was imported of it", async () => {
    const one = (signedOn: string, more: object = {}): object => ({
      signatureID: "1",
      claType: "icla",
      signatureSigned: true,
      signatureApproved: true,
      signatureDocumentMajorVersion: "1",
      userGHID: "5101",
      signedOn,
      ...more,
    });
    const load = async (...signatures: object[]): Promise<string> =>
      (await scene.run(["import", "-", ...version], { stdin: JSON.stringify({ signatures }) })).stdout;
    const urls = { signature_sign_url: "https://x.example", signature_callback_url: "https://x.example" };
    await load(one("2023-03-01T00:00:00Z", urls));
    const invalidated = { signatureApproved: false, invalidatedAt: "2024-02-01T10:00:00Z" };
    expect(await load(one("2023-03-01T00:00:00Z", invalidated))).toContain("1 ended");
    expect(await scene.held()).toEqual([]);
    await load(one("2023-06-01T00:00:00Z"));
    expect(await scene.held()).toEqual([]);
    await load(one("2024-03-01T00:00:00Z"));
    expect(await scene.held()).toEqual(["github:5101 icla 1.0 2024-03-01"]);
  });

  it("of EasyCLA that no longer approves a signature ends what was imported of it, in JSON and CSV", async () => {
    const json = (signedOn: string, signatureApproved: boolean): object => ({
      signatureID: "1",
      github_username: "canary-amber",
      signed_on: signedOn,
      signatureApproved,
      signatureSigned: true,
    });
    const csv = (...rows: readonly string[]): string =>
      ["Name,GitHub Username,GitLab Username,LF_ID,Email,Signed Date,Approved,Signed", ...rows].join("\n");
    const list = (...entries: readonly object[]): string => JSON.stringify({ list: entries });
    const [old, late] = ["2021-03-01T00:00:00Z", "2022-03-01T00:00:00Z"];
    const [good, bad] = [
      '"A",canary-amber,,,,"Mar 5,2021",true,true',
      '"A",canary-amber,,,,"Mar 5,2021",false,true',
    ];
    for (const files of [
      [list(json(old, true)), list(json(old, false))],
      [list(json(old, true), json(late, false))],
      [csv(good), csv(bad)],
      [csv(good, bad.replace("2021", "2022"))],
    ]) {
      await scene.end();
      scene = await signatureScene({ logins: { "canary-amber": accountOf("github", 1) } });
      for (const stdin of files) await scene.run(["import", "-", "--resolve-logins"], { stdin });
      expect(await scene.held()).toEqual([]);
    }
    const again = list(json("2023-03-01T00:00:00Z", true), json(late, false));
    await scene.run(["import", "-", "--resolve-logins"], { stdin: again });
    expect(await scene.held()).toEqual(["github:1 icla 1.0 2023-03-01"]);
  });

  it("that a CSV of CLA Assistant lacks is asked for", async () => {
    const stdin = "User Name;Gist Version;Signed At\nx;aaaa;2023-03-01T00:00:00Z\n";
    const { code, stderr } = await scene.run(["import", "-", "--resolve-logins", ...version], { stdin });
    expect([code, stderr]).toEqual([1, expect.stringContaining("it does not say who revoked")]);
  });

  it("leaves every row out, and then the exit code is 1", async () => {
    const stdin = record({ revoked_at: "2023-06-01T00:00:00Z" });
    const { code, stderr } = await scene.run(["import", "-", ...version], { stdin });
    expect([code, stderr]).toEqual([1, "Every row was left out: no signature was loaded.\n"]);
  });
});

describe("EasyCLA's employees", () => {
  const employee = (number: string, companyName: string): object => ({
    signatureID: number,
    claType: "ecla",
    signatureSigned: true,
    signatureApproved: true,
    signedOn: "2023-03-01T08:30:00Z",
    userGHID: number,
    companyName,
  });
  const company = (companyName: string, signatureApproved: boolean): object => ({
    signatureID: companyName,
    claType: "ccla",
    signatureReferenceType: "company",
    signatureSigned: true,
    signatureApproved,
    companyName,
  });

  it("count under their own employer, and end with its agreement", async () => {
    const signatures = [
      employee("1", "Acme Inc."),
      employee("2", "Bolt"),
      company("Acme Inc.", true),
      company("Bolt", false),
    ];
    const { stdout } = await scene.run(["import", "-", "--agreement-version", "1.0"], {
      stdin: JSON.stringify({ signatures }),
    });
    expect(stdout).toContain("1 signature added");
    expect(await scene.held()).toEqual([expect.stringMatching(/ 2023-03-01 acme-inc-[0-9a-f]{8}$/)]);
  });

  it("end with a later agreement of their employer that is not valid, or whose version is left out", async () => {
    const acme = (date: string | null, holds: boolean, major = "1"): object => ({
      ...company("Acme", holds),
      ...(date === null ? {} : { signedOn: `${date}T08:30:00Z` }),
      signatureDocumentMajorVersion: major,
    });
    const covered = async (companies: readonly object[], ...map: readonly string[]): Promise<boolean> => {
      const signatures = [{ ...employee("1", "Acme"), signatureDocumentMajorVersion: "1" }, ...companies];
      const { stdout } = await scene.run(["import", "-", "--dry-run", "--version-map", "1.0=1.0", ...map], {
        stdin: JSON.stringify({ signatures }),
      });
      return stdout.includes("1 signature added");
    };
    const [old, late] = ["2019-01-01", "2022-01-01"];
    expect(await covered([acme(old, true), acme(late, false)])).toBe(false);
    expect(await covered([acme(late, false), acme(old, true)])).toBe(false);
    expect(await covered([acme(late, true), acme(old, false)])).toBe(true);
    expect(await covered([acme(old, true), acme(null, false)])).toBe(false);
    expect(await covered([acme(old, true, "9")], "--version-map", "9.0=")).toBe(false);
  });

  it("are not joined where the names of their employers differ, in one import or in several", async () => {
    const names = ["Acme Inc.", "ACME, Inc", "公司", "!"];
    for (const some of [names.slice(0, 1), names]) {
      const signatures = some.flatMap((name, at) => [employee(String(at + 1), name), company(name, true)]);
      const { code } = await scene.run(["import", "-", "--agreement-version", "1.0"], {
        stdin: JSON.stringify({ signatures }),
      });
      expect(code).toBe(0);
    }
    const held = await scene.held();
    expect(new Set(held.map((line) => line.split(" ").at(-1))).size).toBe(names.length);
  });

  it("are told apart by their employers' ids, and refused where the name of several is all that is known", async () => {
    const labs = (id: string, holds: boolean): object => ({
      ...company("Acme", holds),
      signatureReferenceID: id,
    });
    const companies = [labs("id-a", false), labs("id-b", true)];
    const first = (more: object): object => ({ ...employee("1", "Acme"), ...more });
    const tried = async (one: object, some: readonly object[]): Promise<string> => {
      const stdin = JSON.stringify({
        signatures: [...some, one, employee("9", "Acme Inc."), company("Acme Inc.", true)],
      });
      const { stdout, stderr } = await scene.run(["import", "-", "--agreement-version", "1.0", "--dry-run"], {
        stdin,
      });
      return stdout + stderr;
    };
    const holdsNot = "an employee whose company's agreement is not valid (1)";
    expect(await tried(first({ companyID: "id-a" }), companies)).toContain(holdsNot);
    expect(await tried(first({ signature_user_ccla_company_id: "id-b" }), companies)).toContain(
      "2 signatures added",
    );
    expect(await tried(first({ companyID: "id-c" }), companies)).toContain(
      "the files contain none of this company",
    );
    expect(await tried(first({}), companies)).toContain("several companies of this name");
    const entities = ["Acme GmbH", "Acme Ltd"].map((signingEntityName, at) => ({
      ...company("Acme", at === 1),
      signingEntityName,
    }));
    expect(await tried(first({ signingEntityName: "Acme GmbH" }), entities)).toContain(holdsNot);
    expect(await tried(first({ signingEntityName: "Acme Ltd" }), entities)).toContain("2 signatures added");
    expect(await tried(first({}), entities)).toContain("several companies of this name");
    // Of two records without dates that may be of the same company, both must be valid.
    const [byId, byName] = [labs("id-b", true), company("Acme", false)];
    expect(await tried(first({}), [byId, byName])).toContain(holdsNot);
    expect(await tried(first({ companyID: "id-b" }), [byId, byName])).toContain(holdsNot);
    const later = { ...byId, signedOn: "2023-01-01T00:00:00Z" };
    expect(await tried(first({}), [later, { ...byName, signedOn: "2022-01-01T00:00:00Z" }])).toContain(
      "2 signatures added",
    );
  });

  it("count under a company of the CSV that EasyCLA writes, with its statuses twice", async () => {
    const header =
      "Company Name,Signed,Approved,DomainApprovalList,EmailApprovalList,GitHubOrgApprovalList," +
      "GitHubUsernameApprovalList,Date Signed,Approved,Signed";
    const row = (name: string, again: boolean): string =>
      `"${name}",true,true,"","","","","Mar 5,2021",${again},${again}`;
    const companies = await scene.file(
      "companies.csv",
      `${header}\n${row("Acme", true)}\n${row("Bolt", false)}\n`,
    );
    const employees = await scene.file(
      "employees.json",
      JSON.stringify({ signatures: [employee("1", "Acme"), employee("2", "Bolt")] }),
    );
    const { code, stdout } = await scene.run(["import", companies, employees, "--agreement-version", "1.0"]);
    expect([code, stdout]).toEqual([0, expect.stringContaining("1 signature added")]);
    expect(stdout).toContain("an employee whose company's agreement is not valid (1)");
  });

  it("are refused without their employer", async () => {
    const signatures = [employee("1", "Acme Inc."), company("Acme Inc.", true), employee("3", "Bolt")];
    const { code, stderr } = await scene.run(["import", "-", "--agreement-version", "1.0"], {
      stdin: JSON.stringify({ signatures }, null, 1),
    });
    expect(code).toBe(1);
    expect(stderr.match(/the files contain none of this company/g)).toHaveLength(1);
    expect(await scene.held()).toEqual([]);
  });
});

describe("a file from which nothing can be imported", () => {
  it("of app-cla-server says why, whichever of its lists it is", async () => {
    const person = { id: "64a", name: "A", date: "2023-01-01", email: "a@b.example" };
    const company = {
      id: "1",
      date: "2023-01-01",
      cla_language: "en",
      corporation_name: "A",
      rep_email: "a@b.example",
    };
    const stored = { cla_id: "1", link_id: "2", lang: "en", date: "2023-01-01", domain: "x", deleted: false };
    for (const stdin of [
      ...[stored, person, { ...person, enabled: true }, { ...company, has_admin_added: true }].flatMap(
        (one) => [JSON.stringify([one]), JSON.stringify({ data: [one] })],
      ),
      "id,name,date,email\n64a,A,2023-01-01,a@b.example\n",
      "\uFEFF序号,企业名称,申请状态,CLA语言,申请时间\n1,某公司,已完成,zh,2026-08-20 10:23:45\n",
    ]) {
      for (const host of [[], ["--host", "gitee"]]) {
        const { code, stderr } = await scene.run(["import", "-", ...host], { stdin });
        expect([code, stderr]).toEqual([
          1,
          expect.stringContaining("knows people by their email address alone"),
        ]);
      }
    }
    const own = "id,name,date,email\n583231,A,2023-01-01,a@b.example\n";
    const flags = ["--account-column", "id", "--host", "github", "--dry-run"];
    expect((await scene.run(["import", "-", ...flags], { stdin: own })).stdout).toContain(
      "1 signature added",
    );
  });

  it("of cla-bot with an address in place of a list says to fetch the list", async () => {
    for (const stdin of [
      '{"contributors": "https://example.com/list"}',
      "label: x\ncontributors: https://example.com/list\n",
      '{\n"label": "x",\n"contributorListUrl": "https://example.com/list"}',
    ]) {
      const { code, stderr } = await scene.run(["import", "-"], { stdin });
      expect([code, stderr]).toEqual([1, expect.stringContaining("fetch that list")]);
    }
  });
});

describe("a .clabot", () => {
  it("may hold the bot's message to people who have not signed", async () => {
    const message =
      "Thank you! It appears that {{usersWithoutCLA}} did not sign the agreement, or has not signed it yet.";
    const stdin = JSON.stringify({ contributors: ["canary-amber"], message, label: "cla-signed" });
    const flags = ["--resolve-logins", "--host", "github", "--signed-at", "2024-01-31", "--dry-run"];
    const { stdout, stderr } = await scene.run(["import", "-", ...flags], { stdin });
    expect([stdout, stderr]).toEqual([expect.stringContaining("1 signature added"), ""]);
    const short = await scene.run(["import", "-", ...flags], {
      stdin: JSON.stringify({ contributors: ["canary-amber"], message: "did not sign" }),
    });
    expect([short.code, short.stderr]).toEqual([1, expect.stringContaining("the column message may say")]);
  });
});

describe("several files", () => {
  it("of which one needs --account-column may be of other tools as well", async () => {
    const own = await scene.file("own.csv", "id,date\n7,2024-01-31\n");
    const flags = ["--host", "github", "--account-column", "id"];
    const lite = join(SAMPLES, "cla-assistant-lite.json");
    const { code, stdout } = await scene.run(["import", own, lite, ...flags]);
    expect([code, stdout]).toEqual([0, expect.stringContaining("3 signatures added")]);
    const wrong = ["--host", "github", "--account-column", "pullRequestNo"];
    const refused = await scene.run(["import", lite, ...wrong]);
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining("does not fit a file of")]);
  });
});

describe("a login", () => {
  it("whose account is younger than the signature is not the signer's", async () => {
    await scene.end();
    scene = await signatureScene({
      logins: { amber: accountOf("github", 1), birch: accountOf("github", 2) },
      created: { amber: Date.UTC(2023, 4, 1), birch: Date.UTC(2023, 2, 1, 20) },
    });
    const stdin = "github_login,signed_at\namber,2023-03-01\nbirch,2023-03-02\n";
    const { code, stderr } = await scene.run(["import", "-", "--resolve-logins", "--skip-invalid"], {
      stdin,
    });
    expect([code, stderr]).toEqual([
      0,
      expect.stringContaining(":2: login: the account that has this login now"),
    ]);
    expect(await scene.held()).toEqual(["github:2 icla 1.0 2023-03-02"]);
    // A date that may be before or after the account's creation is in doubt.
    for (const date of ["2023-03-01", "2023-03-01T10:00:00"]) {
      const again = await scene.run(["import", "-", "--resolve-logins"], {
        stdin: `github_login,signed_at\nbirch,${date}\n`,
      });
      expect([code, again.code, again.stderr]).toEqual([
        0,
        1,
        expect.stringContaining("write signed_at with its time and zone"),
      ]);
    }
  });
});

describe("nobody's name, login or address", () => {
  it("reaches the database's bytes or the report, whatever a file holds", async () => {
    const samples = ["cla-assistant-lite.json", "cla-assistant.csv", "easycla.json", "easycla.csv"];
    const paths = samples.map((sample) => join(SAMPLES, sample));
    const { code, stdout, stderr } = await scene.run([
      "import",
      ...paths,
      "--resolve-logins",
      "--version-map",
      "1f0c2d=1.0",
      "--version-map",
      "2.1=1.0",
    ]);
    expect([code, stderr]).toEqual([0, ""]);
    const bytes = await Promise.all(
      ["", "-wal", "-shm"].map(async (suffix) => await readFile(scene.database + suffix).catch(() => "")),
    );
    const everything = [stdout, ...bytes.map((part) => part.toString("latin1"))].join("\n");
    expect(everything).toContain("icla");
    expect(everything).not.toMatch(/canary/i);
  });
});
