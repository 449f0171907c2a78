import { expect, it } from "vitest";
import { accountOf } from "../../src/account.ts";
import { collectKinds, type Kind } from "../../src/records/row-kind.ts";
import type { SignatureRow } from "../../src/records/signature.ts";

const row: SignatureRow = {
  account: accountOf("github", 1),
  agreement: "icla",
  version: "1.0",
  signedAt: 1,
  entity: null,
};

it("rows are of one kind if they have the same host, agreement, version and employer", () => {
  const met: Kind[] = [];
  const kinds = collectKinds((kind) => met.push(kind));
  const rows: readonly SignatureRow[] = [
    row,
    { ...row, account: accountOf("github", 2), signedAt: 9 },
    { ...row, account: accountOf("gitee", 1) },
    { ...row, agreement: "ccla" },
    { ...row, version: "2.0" },
    { ...row, entity: "acme" },
    row,
    { ...row, account: accountOf("gitee", 3) },
  ];
  expect(rows.map((one) => kinds.of(one))).toEqual([0, 0, 1, 2, 3, 4, 0, 1]);
  expect(met).toEqual([
    { kind: 0, agreement: "icla", host: "github", version: "1.0", entity: null },
    { kind: 1, agreement: "icla", host: "gitee", version: "1.0", entity: null },
    { kind: 2, agreement: "ccla", host: "github", version: "1.0", entity: null },
    { kind: 3, agreement: "icla", host: "github", version: "2.0", entity: null },
    { kind: 4, agreement: "icla", host: "github", version: "1.0", entity: "acme" },
  ]);
});

it("the kind of the row before is compared in every part", () => {
  const kinds = collectKinds();
  const first = kinds.of(row);
  for (const other of [
    { ...row, account: accountOf("gitee", 1) },
    { ...row, agreement: "ccla" },
    { ...row, version: "2.0" },
    { ...row, entity: "acme" },
  ]) {
    expect(kinds.of(other)).not.toBe(first);
    expect(kinds.of(row)).toBe(first);
  }
});

it("kinds are sorted by agreement, then host, then version", () => {
  const kinds = collectKinds();
  for (const [agreement, host, version] of [
    ["b", "gitee", "1"],
    ["a", "github", "2"],
    ["a", "github", "1"],
    ["a", "gitee", "3"],
    ["a", "github", "3"],
    ["c", "gitee", "0"],
  ] as const)
    kinds.of({ ...row, agreement, version, account: accountOf(host, 1) });
  expect(kinds.sorted().map(({ agreement, host, version }) => `${agreement} ${host} ${version}`)).toEqual([
    "a gitee 3",
    "a github 1",
    "a github 2",
    "a github 3",
    "b gitee 1",
    "c gitee 0",
  ]);
});
