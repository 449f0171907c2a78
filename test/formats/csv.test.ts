import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { read, row } from "./reading.ts";

const HEADER = "github_id,agreement,version,signed_at";

describe("a CSV file", () => {
  it.each([
    ["commas", ","],
    ["semicolons", ";"],
    ["tabs", "\t"],
  ])("may be separated by %s", async (_name, separator) => {
    const text = `${HEADER}\n1,icla,1.0,2024-01-31\n`.replaceAll(",", separator);
    expect(await read(text)).toMatchObject({ rows: [row(1)], problems: [] });
  });

  it.each([
    ["LF", "\n"],
    ["CRLF", "\r\n"],
    ["CR", "\r"],
  ])("may end its lines with %s, the last one or not", async (_name, end) => {
    const lines = [HEADER, "1,icla,1.0,2024-01-31", "2,icla,1.0,2024-01-31"];
    for (const text of [lines.join(end), lines.join(end) + end])
      for (const piece of [1, 7, 65_536])
        expect(await read(text, { piece })).toMatchObject({ rows: [row(1), row(2)], problems: [] });
  });

  it("has its lines counted through quoted line ends and blank lines", async () => {
    const text = `${HEADER},note\r\n1,icla,1.0,2024-01-31,"a\r\nb\r\n""c"""\r\n\r\nx,icla,1.0,2024-01-31,"d\ne"\r\ny,icla,1.0,2024-01-31,\r\n`;
    for (const piece of [1, 65_536]) {
      const { problems, report } = await read(text, { piece });
      expect(problems.map((problem) => problem.slice(0, 12))).toEqual(["6: github_id", "8: github_id"]);
      expect(report).toMatchObject({ rows: 3, dropped: { note: 3 } });
    }
  });

  it("may leave empty cells at the end of a row away, or have some too many", async () => {
    const text = `${HEADER},entity,note\n1,icla,1.0,2024-01-31\n2,icla,1.0,2024-01-31,,,,\n`;
    expect(await read(text)).toMatchObject({ rows: [row(1), row(2)], problems: [] });
  });

  it("has a row with too many cells refused", async () => {
    const { problems } = await read(`${HEADER}\n1,icla,1.0,2024-01-31,Jane,Doe\n`);
    expect(problems).toEqual(["2: it has 6 cells where the header has 4"]);
  });

  it("is read alike with and without quotes, wherever they begin and however it arrives", async () => {
    const cells = fc.constantFrom("1", "22", "icla", "x", "", "2024-01-31", "1.0", "é", "\u{1F600}", ";");
    const lines = fc.array(fc.array(cells, { maxLength: 6 }), { maxLength: 12 });
    const ends = fc.constantFrom("\n", "\r\n", "\r");
    await fc.assert(
      fc.asyncProperty(lines, ends, ends, fc.nat(12), fc.nat(9), async (rows, end, last, at, piece) => {
        const all = [...HEADER.split(","), "note"];
        const plain = [all, ...rows].map((row) => row.join(",")).join(end) + last;
        // A quoted cell reads as the bare one, and from it on the other reader takes over.
        const quoted = [all, ...rows].map((row, line) =>
          line === at ? row.map((cell) => `"${cell}"`).join(",") : row.join(","),
        );
        const expected = await read(plain);
        expect(await read(quoted.join(end) + last, { piece: piece + 1 })).toEqual(expected);
        expect(await read(plain, { piece: piece + 1 })).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });

  it("without quotes and with a line of more than a megabyte is refused there", async () => {
    const { problems, report } = await read(`${HEADER}\n1,icla,1.0,2024-01-31\n${"x".repeat(1_100_000)}`);
    expect([problems, report.rows]).toEqual([["3: the row is longer than 1 MiB: is a quote left open?"], 1]);
  });

  it("with a quote left open is refused from there on, whatever the rest holds", async () => {
    const { problems, report } = await read(`${HEADER}\n1,icla,1.0,2024-01-31\n2,"icla,1.0,2024-01-31\n3,i`);
    expect(problems).toEqual(["3: a quote that opens in this row is never closed"]);
    expect(report.rows).toBe(1);
  });

  it("with a quote inside a cell is refused, and the cell is not repeated", async () => {
    const { problems } = await read(`${HEADER}\n1,ic"la,1.0,2024-01-31\n`);
    expect(problems).toEqual(['2: there is a quote within a cell: quote the whole cell and write "" for it']);
  });

  it("with a row of more than a megabyte is refused rather than kept", async () => {
    const { problems } = await read(`${HEADER}\n"${"x".repeat(1_100_000)}`);
    expect(problems).toEqual(["2: the row is longer than 1 MiB: is a quote left open?"]);
  });

  it("that is empty, or has blanks only, is refused", async () => {
    for (const text of ["", " \n\n "]) expect((await read(text)).problems).toEqual(["the file is empty"]);
  });

  it("with a header alone has no rows and no problems", async () => {
    expect(await read(`${HEADER}\n`)).toMatchObject({ rows: [], problems: [], report: { rows: 0 } });
  });

  it("without a header is refused, and what it holds is not repeated", async () => {
    const { problems } = await read("canary,5101,canary@example.com\n");
    expect(problems).toEqual([
      expect.stringMatching(/^1: no column says whose signature it is: .*account_id .*github_id, gitee_id/),
    ]);
    expect(problems.join()).not.toContain("canary");
  });
});

describe("a header", () => {
  it.each([
    ["GitHub ID", "Signed At"],
    ["githubId", "signedAt"],
    ["GITHUB-ID", "date signed"],
    [" github_id ", '"signed_at"'],
  ])("may be written %s, %s", async (id, date) => {
    expect(await read(`${id},${date}\n1,2024-01-31\n`)).toMatchObject({ rows: [row(1)], problems: [] });
  });

  it("that says the same twice is refused", async () => {
    const { problems } = await read("github_id,GitHub ID,signed_at\n1,2,2024-01-31\n");
    expect(problems).toEqual([
      "1: the columns github_id and GitHub ID both say the github_id: remove one, or use --ignore-column for it",
    ]);
  });

  it("may name accounts on both hosts; a row with both is two signatures", async () => {
    const { rows } = await read("github_id,gitee_id,signed_at\n1,2,2024-01-31\n3,,2024-01-31\n");
    expect(rows.map(({ account }) => account)).toEqual(["github:1", "gitee:2", "github:3"]);
  });

  it("is called in a problem as the file calls it", async () => {
    const { problems } = await read("码云ID,签署时间\n0,2024-01-31\n");
    expect(problems).toEqual(["2: 码云ID: 0 is no account's number"]);
  });

  it("with a bare id beside a login is not taken for the account's", async () => {
    const { problems } = await read("id,login,signed_at\n5,octocat,2024-01-31\n");
    expect(problems).toEqual([expect.stringContaining("the file has logins and no account numbers")]);
  });

  it.each(["id", "user_id", "contributor_id", "uid", "GitHub", "gitee", "编号"])(
    "with %s as the only name for the account asks whether it is the account's number",
    async (name) => {
      const text = `${name},time\n1,2024-01-31\n2,2024-01-31\n`;
      const host = { defaults: { host: "github" as const } };
      expect((await read(text, host)).problems).toEqual([
        expect.stringContaining(`1: does the column ${name} hold the numbers`),
      ]);
      const { rows, report } = await read(text, { ...host, account: name });
      expect(rows).toEqual([row(1), row(2)]);
      expect(report.accounts).toEqual([name]);
    },
  );

  it("has no column by the name that was said", async () => {
    const { problems } = await read("github_id,signed_at\n1,2024-01-31\n", { account: "number" });
    expect(problems).toEqual(["1: there is no column number (--account-column)"]);
  });

  it.each([
    "revoked",
    "Revoked At",
    "is_active",
    "active",
    "status",
    "State",
    "valid",
    "valid_until",
    "end_at",
    "ended",
    "expires",
    "approved",
    "signed",
    "withdrawn",
    "terminationDate",
    "deletedAt",
    "状态",
    "是否有效",
    "撤销时间",
    "审核结果",
    "Revoked On",
    "Inactive",
    "end date",
    "endDate",
    "retired",
    "archived_at",
    "left company",
    "resignation date",
    "in force",
    "not after",
    "outcome",
    "consent",
    "former employee",
    "已撤销",
    "狀態",
    "是否签署",
    "离职日期",
    "有効",
    "失効日",
    "상태",
    "статус",
    "действителен",
    "Widerrufen am",
    "gültig bis",
    "gekündigt",
    "révoqué le",
    "actif",
    "válido até",
    "estado",
    "vencimiento",
    "stato",
    "CLA?",
    "has_signed_cla",
    "ICLA on file",
    "I agree to the CLA",
    "Envelope Status",
    "member_status",
    "review state",
    "opt-in",
    "excluded",
    "waived",
    "terms_agreed",
    "y/n",
    "Status der Unterschrift",
    "Austrittsdatum",
    "подписано",
    "签署结果",
    "同意协议",
    "脱退",
    "서명여부",
    "ｓｔａｔｕｓ",
  ])("with a column %s is refused until it is said not to matter", async (name) => {
    const text = `github_id,agreement,version,signed_at,${name}\n1,icla,1.0,2024-01-31,no\n`;
    const { rows, problems } = await read(text);
    expect(rows).toEqual([]);
    expect(problems).toEqual([
      expect.stringMatching(/^1: the column .* may say that a signature does not count/),
    ]);
    const { rows: taken, report } = await read(text, { ignored: [name] });
    expect(taken).toEqual([row(1)]);
    expect(report.dropped).toEqual({ [name]: 1 });
  });

  it.each([
    "name",
    "E-Mail",
    "company",
    "country",
    "comment",
    "signed_by",
    "pull_request",
    "gender",
    "备注",
    "公司",
    "Location",
    "friends",
    "last name",
    "State/Province",
    "updated_at",
    "signature_id",
    "electronic signature",
    "Job Title",
    "signer name",
    "email hash",
    "terms url",
    "Eingegangen",
  ])("may have a column %s, which is not read", async (name) => {
    const { rows } = await read(`github_id,signed_at,${name}\n1,2024-01-31,abc\n`);
    expect(rows).toEqual([row(1)]);
  });

  it.each([
    ["signed_version", "version"],
    ["Document Version", "version"],
    ["revision", "version"],
    ["text_sha256", "version"],
    ["版次", "version"],
    ["agreement type", "agreement"],
    ["agreement_name", "agreement"],
    ["signature kind", "agreement"],
    ["协议名称", "agreement"],
  ])("with %s and nothing better that says the %s is asked about it", async (name, field) => {
    const text = `github_id,signed_at,${name}\n1,2024-01-31,abc\n`;
    expect((await read(text)).problems).toEqual([
      expect.stringContaining(`1: the column ${name} may say which ${field} was signed`),
    ]);
    expect((await read(text, { ignored: [name] })).rows).toEqual([row(1)]);
    const other = `github_id,signed_at,${name},agreement,version\n1,2024-01-31,abc,icla,1.0\n`;
    expect((await read(other)).rows).toEqual([row(1)]);
  });

  it.each(["st\uFFFDtus", "??", "st\u0430tus", "\u0094tat"])(
    "whose name %j has lost letters, or mixes scripts, is refused",
    async (name) => {
      expect((await read(`github_id,signed_at,${name}\n1,2024-01-31,abc\n`)).problems).toEqual([
        expect.stringContaining("1: letters of a column's name are lost"),
      ]);
    },
  );

  it.each([
    ["account_id,github_id", "1,2"],
    ["account,gitee_id", "1,2"],
    ["github_login,login", "a,b"],
  ])("with %s asks which of them says whose signature it is", async (columns, cells) => {
    const text = `${columns},host,signed_at\n${cells},github,2024-01-31\n`;
    expect((await read(text)).problems).toEqual([
      expect.stringContaining("both say whose signature it is: remove one"),
    ]);
  });

  it.each([
    ["note", "did not sign"],
    ["answer to 3", "I do not agree"],
    ["意见", "不同意"],
    ["note", "revoked"],
    ["note", "Withdrawn on 2024-02-01"],
    ["备注", "已撤销（2024-02-01）"],
    ["Bemerkung", "widerrufen"],
  ])("with a column %s that says %s is refused until the column does not matter", async (name, says) => {
    const text = `github_id,signed_at,${name}\n1,2024-01-31,\n2,2024-01-31,${says}\n`;
    expect((await read(text)).problems).toEqual([
      expect.stringMatching(/^3: what the column .* says here may mean that the signature does not count/),
    ]);
    expect((await read(text, { ignored: [name] })).rows).toEqual([row(1), row(2)]);
  });

  it.each(["date,date", "created_at,timestamp", "time,日期"])(
    "with %s and no signed_at asks which of them says when it was signed",
    async (dates) => {
      const text = `github_id,${dates}\n1,2024-01-31,2020-01-01\n`;
      expect((await read(text)).problems).toEqual([
        expect.stringMatching(/^1: the columns .* may both say when it was signed/),
      ]);
    },
  );

  it("with a time in a github_id table is not taken for a list of EasyCLA's", async () => {
    const { rows, report } = await read("github_id,timestamp\n1,2024-01-31\n");
    expect([rows, report.source]).toEqual([[row(1)], null]);
  });

  it.each(["|", "\t", ";"])("may separate its columns by %j", async (separator) => {
    const text = ["github_id,signed_at", "1,2024-01-31"].join("\n").replaceAll(",", separator);
    for (const head of ["", `sep=${separator}\n`]) expect((await read(head + text)).rows).toEqual([row(1)]);
  });

  it("may come after a line that names the separator", async () => {
    const { rows, problems } = await read("sep=;\r\ngithub_id;signed_at\r\n1;2024-01-31\r\nx;2024-01-31\r\n");
    expect(rows).toEqual([row(1)]);
    expect(problems).toEqual([expect.stringMatching(/^4: github_id/)]);
  });

  it("has names that may be data counted without being named", async () => {
    const { report } = await read("github_id,signed_at,canary@example.com\n5,2024-01-31,abc\n");
    expect(report.dropped).toEqual({ "(others)": 1 });
  });
});
