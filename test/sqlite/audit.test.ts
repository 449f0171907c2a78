import { hash } from "node:crypto";
import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { accountOf } from "../../src/account.ts";
import { hashedText } from "../../src/records/audit.ts";
import type { Engine } from "../../src/ports/engine.ts";
import { START } from "../ports/engine-scene.ts";
import { openStore } from "./store.ts";

describe("the audit in SQLite's file", () => {
  let store: Awaited<ReturnType<typeof openStore>>;
  let engine: Engine;
  beforeEach(async () => {
    store = await openStore(() => START);
    engine = await store.open();
    for (const number of [1, 2, 3, 4, 5]) await engine.subjects.restrict(accountOf("github", number), "page");
  });
  afterEach(() => store.remove());

  async function after(...changes: string[]): Promise<unknown> {
    const connection = new Database(store.file);
    for (const change of changes) connection.exec(change);
    connection.close();
    return (await engine.audit.verify(null)).fault;
  }

  it.each([
    ["at = at + 1", 2],
    ["act = 'unrestrict'", 3],
    ["by = 'cli'", 5],
    [`details = '{"a":1}'`, 1],
    ["details = 'torn'", 4],
    ["subject = NULL", 2],
    ["hash = previous", 2],
  ])("is found changed where somebody sets %s in line %i", async (change, line) => {
    expect(await after(`UPDATE audit SET ${change} WHERE line = ${line}`)).toMatchObject({
      line,
      kind: "changed",
      message: expect.stringContaining(`line ${line} was changed`),
    });
  });

  it("is detected as changed even if somebody gave the line a matching hash", async () => {
    const connection = new Database(store.file);
    const lines = await Array.fromAsync(engine.audit.list());
    const second = lines[1];
    if (second === undefined) throw new Error("there are five lines");
    const forged = hash("sha256", hashedText({ ...second, by: "cli" }));
    connection.prepare("UPDATE audit SET by = 'cli', hash = ? WHERE line = 2").run(forged);
    connection.close();
    expect((await engine.audit.verify(null)).fault).toMatchObject({ line: 3, kind: "reordered" });
  });

  it.each([
    ["line = 1", 1, "line 1 is missing"],
    ["line = 3", 3, "line 3 is missing"],
    ["line IN (2, 3)", 2, "line 2 to line 3 are missing"],
    ["line = 5", 5, "line 5 is missing"],
    ["true", 1, "line 1 to line 5 are missing"],
  ])("is found shorter where somebody removed %s", async (lines, line, message) => {
    expect(await after(`DELETE FROM audit WHERE ${lines}`)).toEqual({ line, kind: "removed", message });
  });

  it("is found reordered where two lines changed places", async () => {
    const swap = ["= -2 WHERE line = 2", "= 2 WHERE line = 3", "= 3 WHERE line = -2"];
    expect(await after(...swap.map((step) => `UPDATE audit SET line ${step}`))).toMatchObject({
      line: 2,
      kind: "reordered",
    });
  });

  it("is found shorter where somebody closed up the gap", async () => {
    expect(
      await after("DELETE FROM audit WHERE line = 3", "UPDATE audit SET line = line - 1 WHERE line > 3"),
    ).toMatchObject({ line: 3, kind: "reordered" });
  });

  it("is found shorter where somebody pretends that the beginning went by retention", async () => {
    expect(
      await after(
        "DELETE FROM audit WHERE line < 3",
        "UPDATE audit_chain SET first = 3, before = (SELECT previous FROM audit WHERE line = 3)",
      ),
    ).toMatchObject({ line: 3, kind: "removed" });
  });

  it("can't tell that its end was cut by somebody who also wrote the row that says where it ends, but for a note", async () => {
    const noted = await engine.audit.verify(null);
    expect(
      await after(
        "DELETE FROM audit WHERE line = 5",
        "UPDATE audit_chain SET last = 4, head = (SELECT hash FROM audit WHERE line = 4)",
      ),
    ).toBeNull();
    expect((await engine.audit.verify({ line: noted.last, hash: noted.head })).fault).toMatchObject({
      line: 5,
      kind: "removed",
    });
  });
});
