import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { accountOf } from "../../src/account.ts";
import { agreement } from "../verdict/facts.ts";
import { read, row } from "./reading.ts";

describe("an account's number", () => {
  it.each([["1"], [" 1 "], ["1.0"], ['"1"']])("may be written %s", async (text) => {
    expect((await read(`github_id,signed_at\n${text},2024-01-31\n`)).rows).toEqual([row(1)]);
  });

  it.each([
    ["0", "0 is no account's number"],
    ["-5", "-5 is negative"],
    ["007", "007 begins with a zero"],
    ["9007199254740992", "9007199254740992 is larger than any"],
    ["123456789012345678901234", "larger than any"],
    ["1.23E+08", "1.23E+08 looks like a number that a spreadsheet has rounded"],
    ["1,23E+08", "1,23E+08 looks like a number that a spreadsheet has rounded"],
    ["1.5", "not a whole number"],
    ["'583231", "a number that a spreadsheet has reformatted"],
    ["583,231", "a number that a spreadsheet has reformatted"],
    ["583\u00A0231", "a number that a spreadsheet has reformatted"],
    ['"=""583231"""', "a number that a spreadsheet has reformatted"],
    ["octocat", "it is not a whole number; a login belongs in a column named login"],
    ["jane@example.com", "it is not a whole number"],
  ])("can't be %s", async (text, reason) => {
    const { rows, problems } = await read(`github_id;signed_at\n${text};2024-01-31\n`);
    expect(rows).toEqual([]);
    expect(problems).toEqual([expect.stringMatching(/^2: github_id: /)]);
    expect(problems[0]).toContain(reason);
  });

  it.each(["octocat", "jane@example.com", "Jane Doe", "12345 (Jane)"])(
    "is not repeated where it is %s",
    async (text) => {
      const { problems } = await read(`github_id,signed_at\n${text},2024-01-31\n`);
      expect(problems).toHaveLength(1);
      expect(problems[0]).not.toContain(text);
    },
  );

  it("in JSON may be a number or a text, but not one that JSON has rounded", async () => {
    const entry = (id: string): string => `{"github_id":${id},"signed_at":"2024-01-31"}`;
    expect((await read(`[${entry("1")},${entry('"2"')}]`)).rows).toEqual([row(1), row(2)]);
    for (const [id, fault] of [
      ["9007199254740993", "larger than any"],
      ["1.23E+08", "1.23E+08 looks like a number that a spreadsheet has rounded"],
      ["5e5", "5e5 looks like a number that a spreadsheet has rounded"],
    ] as const)
      for (const text of [`[${entry(id)}]`, `${entry(id)}\n`])
        expect((await read(text)).problems).toEqual([expect.stringContaining(fault)]);
  });

  it("may stand with its host, as we print accounts", async () => {
    expect((await read("account,signed_at\ngithub:1,2024-01-31\n")).rows).toEqual([row(1)]);
    const { problems } = await read("account,host,signed_at\ngithub:1,gitee,2024-01-31\n");
    expect(problems).toEqual([expect.stringContaining("2: account: ")]);
  });
});

describe("a row", () => {
  const [columns, good] = [
    "host,account_id,agreement,version,signed_at,entity",
    "github,1,icla,1.0,2024-01-31,",
  ];

  it("has everything that is wrong with it told at once", async () => {
    const { problems } = await read(`${columns}\n${good}\nsvn,x,dco,1.0,soon,a b\n`);
    expect(problems.map((problem) => problem.split(": ").slice(0, 2).join(": "))).toEqual([
      "3: agreement",
      "3: signed_at",
      "3: entity",
      "3: host",
      "3: account_id",
    ]);
    expect(problems.join()).not.toMatch(/svn|dco|soon|a b/);
  });

  it("of a version that does not count is read and counted", async () => {
    const { rows, report } = await read(`${columns}\ngithub,1,icla,0.9,2024-01-31,\n${good}\n`);
    expect(rows).toEqual([row(1, { version: "0.9" }), row(1)]);
    expect(report.outdated).toEqual({ "icla 0.9": 1 });
  });

  it("names its version in JSON as it is written", async () => {
    const text = '[{"github_id":1,"version":1.0,"signed_at":"2024-01-31"}]';
    expect((await read(text)).rows).toEqual([row(1)]);
  });

  it.each(["NULL", "none", "N.A.", "无"])(
    "of the employer %s has none, or an odd id: it is asked",
    async (text) => {
      const { rows, problems } = await read(`github_id,signed_at,entity\n1,2024-01-31,${text}\n`);
      expect(rows).toEqual([]);
      expect(problems).toEqual([expect.stringContaining("2: entity: it may mean that there is no employer")]);
    },
  );

  it.each([
    ["csv", "github_id,signed_at,name\n1,2024-01-31,A\n2,2024-01-3"],
    ["csv", "github_id,signed_at,name\r\n1,2024-01-31,A\r\n2"],
    ["ndjson", '{"github_id":1,"signed_at":"2024-01-31"}\n{"github_id":2,"signed'],
    ["json", '[{"github_id":1,"signed_at":"2024-01-31"},{"github_id":2,"signed'],
  ])("at which a file of %s breaks off is never loaded, nor are those before it", async (_, text) => {
    for (const piece of [7, 65_536]) {
      const { problems } = await read(text, { piece });
      expect(problems.at(-1)).toContain("the file breaks off");
    }
    expect((await read("github_id,signed_at,name\n1,2024-01-31\n2,2024-01-31")).rows).toEqual([
      row(1),
      row(2),
    ]);
  });

  it.each(["2", "v1.2", "2024-01-31", "2.0-rc.1", "1.0_draft", "1f0c2d3e4a5b"])(
    "may be of a version like %s",
    async (version) => {
      const { rows } = await read(`${columns}\ngithub,1,icla,${version},2024-01-31,\n`);
      expect(rows).toEqual([row(1, { version })]);
    },
  );

  it("may be of any version that is configured", async () => {
    const text = `${columns}\ngithub,1,icla,Spring Edition,2024-01-31,\n`;
    const agreements = [{ ...agreement, accepts: ["Spring Edition"] }];
    expect((await read(text, { agreements })).rows).toEqual([row(1, { version: "Spring Edition" })]);
  });

  it.each(["Jane Doe", "Jane", "jane42", "1jane", "jane@example.com", "1".repeat(65)])(
    "with %s for a version is refused",
    async (version) => {
      const { problems } = await read(`${columns}\ngithub,1,icla,${version},2024-01-31,\n`);
      expect(problems).toEqual([expect.stringMatching(/^2: version: it does not look like a version/)]);
    },
  );

  it("with an empty version is refused, unless a flag says which", async () => {
    const text = `${columns}\ngithub,1,icla,,2024-01-31,\n`;
    expect((await read(text)).problems).toEqual(["2: version: it is empty: use --agreement-version"]);
    expect((await read(text, { defaults: { version: "1.0" } })).rows).toEqual([row(1)]);
  });

  it("that names nobody is refused", async () => {
    const { problems } = await read(`${columns}\ngithub,,icla,1.0,2024-01-31,\n`);
    expect(problems).toEqual(["2: account_id: the row does not identify an account"]);
  });

  it("of the only agreement need not name it", async () => {
    const { rows, report } = await read("github_id,signed_at\n1,2024-01-31\n");
    expect(rows).toEqual([row(1)]);
    expect(report.assumed).toEqual({ agreement: "icla", version: "1.0" });
  });

  it("among several agreements must name its own", async () => {
    const agreements = [agreement, { ...agreement, id: "ccla" }];
    const { problems } = await read("github_id,signed_at\n1,2024-01-31\n", { agreements });
    expect(problems).toEqual(["2: agreement: it is missing: use --agreement (icla, ccla)"]);
  });
});

describe("a login", () => {
  const logins = { amber: accountOf("github", 5101), birch: accountOf("gitee", 5102) };

  it("is looked up at its host and only its number is passed on", async () => {
    const asked: string[] = [];
    const { rows } = await read("host,login,signed_at\ngithub,@amber,2024-01-31\ngitee,birch,2024-01-31\n", {
      logins,
      onLookUp: (host, some) => asked.push(`${host} ${some.join(" ")}`),
    });
    expect(asked).toEqual(["github amber", "gitee birch"]);
    expect(rows.map(({ account }) => account)).toEqual(["github:5101", "gitee:5102"]);
  });

  it("beside a number is not looked at", async () => {
    const { rows } = await read("github_id,login,signed_at\n1,amber,2024-01-31\n", { logins });
    expect(rows).toEqual([row(1)]);
  });

  it("that is gone is told by its line, not its name", async () => {
    const { problems } = await read("login,signed_at\ncedar,2024-01-31\na b,2024-01-31\n", {
      logins,
      defaults: { host: "github" },
    });
    expect(problems).toEqual([
      "3: login: this is not a login",
      "2: login: github no longer has an account with this login",
    ]);
  });

  it("is looked up with 99 others at a time, and once where rows repeat it", async () => {
    const calls: number[] = [];
    const many = Object.fromEntries(
      Array.from({ length: 250 }, (_, index) => [`user-${index}`, accountOf("github", index + 1)]),
    );
    const names = [...Object.keys(many), "user-249"];
    const text = `github_login,signed_at\n${names.map((name) => `${name},2024-01-31\n`).join("")}`;
    const { rows } = await read(text, {
      logins: many,
      piece: 100,
      onLookUp: (_host, some) => calls.push(some.length),
    });
    expect(calls).toEqual([100, 100, 50]);
    expect(rows).toHaveLength(251);
  });
});

describe("what a file holds", () => {
  const CANARY = "canary";
  const columns = [
    "host",
    "account_id",
    "github_id",
    "login",
    "agreement",
    "version",
    "signed_at",
    "entity",
    "note",
  ];
  const cell = fc.oneof(
    fc.constantFrom("", "github", "1", "icla", "1.0", "2024-01-31"),
    fc.string({ unit: "binary", maxLength: 12 }).map((text) => `${text}${CANARY}@${text}`),
    fc.constantFrom(CANARY.toUpperCase(), `"${CANARY}`, `${CANARY} Doe`, `0${CANARY}`, `${CANARY}\u0000`),
  );
  const rows = fc.array(fc.array(cell, { minLength: 1, maxLength: 10 }), { minLength: 1, maxLength: 5 });

  async function told(text: string): Promise<string> {
    const { problems, report } = await read(text, { logins: {} });
    return JSON.stringify([problems, report]).toLowerCase();
  }

  it("is never repeated in a problem or a report of CSV", async () => {
    const lines = (table: string[][]): string => table.map((line) => line.join(",")).join("\n");
    await fc.assert(
      fc.asyncProperty(rows, fc.boolean(), async (table, headed) => {
        const text = lines(headed ? [columns, ...table] : table);
        expect(await told(text)).not.toContain(CANARY);
      }),
    );
  });

  it("is never repeated in a problem or a report of JSON and NDJSON", async () => {
    const items = fc.array(
      fc.dictionary(fc.oneof(fc.constantFrom(...columns), cell), fc.oneof(cell, fc.jsonValue())),
    );
    await fc.assert(
      fc.asyncProperty(items, fc.boolean(), async (list, lines) => {
        // An address means that a key is personal data; a plain word is a column's name.
        const named = list.map((item) =>
          Object.fromEntries(
            Object.entries(item).filter(([key]) => !/canary/i.test(key) || key.includes("@")),
          ),
        );
        const text = lines ? named.map((item) => JSON.stringify(item)).join("\n") : JSON.stringify(named);
        expect(await told(text)).not.toContain(CANARY);
      }),
    );
  });
});
