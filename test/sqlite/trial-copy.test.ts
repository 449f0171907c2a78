import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
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

  it("works on a copy of one that can't, which goes with it, and fails on one that can't be read", () => {
    chmodSync(file, 0o400);
    chmodSync(folder, 0o500);
    const module = new URL("../../src/sqlite/connection/trial-copy.ts", import.meta.url).href;
    const program = `import { appendFileSync, chmodSync, existsSync, readFileSync } from "node:fs";
const { copyForTrial } = await import(${JSON.stringify(module)});
const copy = copyForTrial(${JSON.stringify(file)});
appendFileSync(copy.file, " and more");
const kept = readFileSync(copy.file, "utf8");
copy.remove();
console.log(kept, existsSync(copy.file));
chmodSync(${JSON.stringify(file)}, 0);
try { copyForTrial(${JSON.stringify(file)}); } catch (error) { console.log(error.code); }`;
    const node = [process.execPath, "--input-type=module", "--eval", program];
    // Nothing is read-only to root, unless it gives its capabilities up.
    const asRoot = process.getuid?.() === 0 ? ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] : [];
    const [command = "", ...args] = [...asRoot, ...node];
    expect(execFileSync(command, args, { encoding: "utf8" })).toBe(
      "rows and more false\ndatabase-unreachable\n",
    );
  });
});
