import { readFile, stat } from "node:fs/promises";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { accountOf, hostOf, HOSTS, numberOf } from "../../src/account.ts";
import { FORMATS } from "../../src/formats/detect.ts";
import { isEmployerId } from "../../src/records/entity.ts";
import { writeSignatures } from "../../src/formats/write.ts";
import type { Signature, SignatureRow } from "../../src/records/signature.ts";
import { agreement, NOW } from "../verdict/facts.ts";
import { read } from "../formats/reading.ts";
import { signatureScene, type SignatureScene } from "./signature-scene.ts";

let scene: SignatureScene;
beforeEach(async () => {
  scene = await signatureScene();
  const stdin =
    "github_id,gitee_id,signed_at,entity,digest\n1,,2024-01-31,\n,2,2024-02-01T10:20:30.456Z,acme,\n";
  await scene.run(["import", "-"], { stdin });
});
afterEach(async () => await scene.end());

const CSV =
  "host,account_id,agreement,version,signed_at,entity,digest\n" +
  "gitee,2,icla,1.0,2024-02-01T10:20:30.456Z,acme,\n" +
  "github,1,icla,1.0,2024-01-31T00:00:00.000Z,,\n";

describe("an export", () => {
  it("is CSV on standard output, of numbers only", async () => {
    expect(await scene.run(["export"])).toEqual({ code: 0, stdout: CSV, stderr: "" });
  });

  it("may be of one host or agreement", async () => {
    expect((await scene.run(["export", "--host", "gitee"])).stdout.split("\n")).toHaveLength(3);
    expect((await scene.run(["export", "--agreement", "icla"])).stdout).toBe(CSV);
  });

  it("of an agreement that is not configured is refused", async () => {
    const { code, stderr } = await scene.run(["export", "--agreement", "dco"]);
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining("--agreement: it is not one of the configured agreements (icla)"),
    ]);
  });

  it("goes to a file that only its owner can read, and replaces one only by force", async () => {
    const path = `${scene.folder}/out.csv`;
    expect((await scene.run(["export", "--out", path])).code).toBe(0);
    expect(await readFile(path, "utf8")).toBe(CSV);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    await scene.file("out.csv", "mine");
    const refused = await scene.run(["export", "--out", path]);
    expect([refused.code, refused.stderr]).toEqual([
      1,
      "countersign: out.csv already exists; use --force to replace it\n",
    ]);
    expect(await readFile(path, "utf8")).toBe("mine");
    expect((await scene.run(["export", "--out", path, "--force"])).code).toBe(0);
    expect(await readFile(path, "utf8")).toBe(CSV);
  });

  it("says so in a sentence where nothing can be written", async () => {
    const taken = await scene.file("taken", "mine");
    const { code, stderr } = await scene.run(["export", "--out", `${taken}/out.csv`]);
    expect([code, stderr]).toEqual([1, "countersign: taken/out.csv can't be written there (ENOTDIR)\n"]);
  });

  it.each(FORMATS)("as %s is what import reads, and loads into an empty database", async (format) => {
    const path = `${scene.folder}/out`;
    await scene.run(["export", "--format", format, "--out", path]);
    const before = await scene.held();
    const other = await signatureScene();
    const { code, stderr } = await other.run(["import", path]);
    expect([code, stderr]).toEqual([0, ""]);
    expect(await other.held()).toEqual(before);
    await other.end();
  });

  const word = fc.stringMatching(/^[\p{L}\p{N}][\p{L}\p{N}._-]{0,20}$/u).filter(isEmployerId);
  const signatures = fc.array(
    fc.record<Signature>({
      account: fc
        .tuple(fc.constantFrom(...HOSTS), fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }))
        .map(([host, number]) => accountOf(host, number)),
      agreement: fc.constantFrom("icla", 'c,"c;la', "个人"),
      version: fc.stringMatching(/^(\d{1,3}(\.\d{1,3}){0,3}|[0-9a-f]{40})$/),
      signedAt: fc.integer({ min: 1, max: NOW }),
      entity: fc.option(word),
      evidence: fc.constant("import"),
      revokedAt: fc.constant(null),
    }),
    { maxLength: 1200, size: "max" },
  );

  it.each(FORMATS)("of any signatures as %s is read back as it was", async (format) => {
    await fc.assert(
      fc.asyncProperty(signatures, fc.integer({ min: 1, max: 5000 }), async (all, piece) => {
        const text = (await Array.fromAsync(writeSignatures(format, listed(all)))).join("");
        const agreements = ["icla", 'c,"c;la', "个人"].map((id) => ({ ...agreement, id }));
        const { rows, problems } = await read(text, { agreements, piece, format });
        expect(problems).toEqual(all.length === 0 && format === "ndjson" ? ["the file is empty"] : []);
        expect(rows).toEqual(all.map(rowOf));
      }),
      { numRuns: 15 },
    );
  });
});

async function* listed<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

function rowOf({ account, agreement, version, signedAt, entity }: Signature): SignatureRow {
  return {
    account: accountOf(hostOf(account), numberOf(account)),
    agreement,
    version,
    signedAt,
    entity,
    precision: "exact",
  };
}
