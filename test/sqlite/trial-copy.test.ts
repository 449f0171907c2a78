import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { copyForTrial } from "../../src/sqlite/connection/trial-copy.ts";

describe("a trial on a SQLite database", () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "countersign-"));
    file = join(folder, "kept.db");
    writeFileSync(file, "rows");
  });
  afterEach(() => {
    chmodSync(folder, 0o700);
    rmSync(folder, { recursive: true });
  });

  it("needs no copy of one that can be written, or that is not there", () => {
    expect(copyForTrial(file)).toBeNull();
    expect(copyForTrial(join(folder, "none.db"))).toBeNull();
  });

  // Nothing is read-only to root but a read-only file system.
  it.skipIf(process.getuid?.() === 0)("works on a copy of one that can't, which goes with it", () => {
    chmodSync(folder, 0o500);
    const copy = copyForTrial(file);
    expect(readFileSync(copy?.file ?? "", "utf8")).toBe("rows");
    copy?.remove();
    expect(existsSync(copy?.file ?? "")).toBe(false);
  });
});
