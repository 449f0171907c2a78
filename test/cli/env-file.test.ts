import { chmodSync, chownSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readEnvFile } from "../../src/cli/env-file.ts";

const own = process.getuid?.() ?? 0;
const stranger = own + 1;

describe("a .env file", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "countersign-env-"));
    writeFileSync(join(folder, ".env"), "\uFEFFPORT=1\nGITEE_URL='https://a.example'\n");
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const read = { PORT: "1", GITEE_URL: "https://a.example" };

  it("is read, with or without a byte order mark", () => {
    expect(readEnvFile(folder)).toEqual({ variables: read, fault: null });
  });

  it("of a deploying user is read in a folder in which only some may write", () => {
    expect(readEnvFile(folder, stranger)).toEqual({ variables: read, fault: null });
  });

  it("that another user put into a folder in which everybody may write is not read", () => {
    chmodSync(folder, 0o1777);
    expect(readEnvFile(folder).fault).toBe(null);
    // Only the administrator can give a file away.
    if (own === 0) chownSync(join(folder, ".env"), stranger, stranger);
    expect(readEnvFile(folder, own === 0 ? own : stranger)).toEqual({
      variables: {},
      fault: expect.stringContaining("another user put it"),
    });
  });

  it("that is missing has no variables", () => {
    rmSync(join(folder, ".env"));
    expect(readEnvFile(folder)).toEqual({ variables: {}, fault: null });
  });
});
