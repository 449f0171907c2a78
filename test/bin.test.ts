import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { cacheFolder, privateFolder } from "../bin/private-folder.js";

let home = "";
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "countersign-bin-"));
});
afterEach(() => rmSync(home, { recursive: true }));

describe("the compile cache", () => {
  it("is in a folder of the user's own, created with access for nobody else", () => {
    const folder = join(home, ".cache", "countersign");
    expect(privateFolder(folder)).toBe(folder);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(privateFolder(folder)).toBe(folder);
  });

  it("is not stored in a folder that others can write to or replace", () => {
    const open = join(home, "open");
    mkdirSync(open);
    chmodSync(open, 0o777);
    expect(privateFolder(open)).toBeNull();
    expect(privateFolder(join(open, "countersign"))).toBeNull();
    const link = join(home, "link");
    symlinkSync(open, link);
    expect(privateFolder(link)).toBeNull();
    chmodSync(open, 0o1777);
    expect(privateFolder(join(open, "below"))).toBe(join(open, "below"));
  });

  it("is left out where there can be no folder", () => {
    expect(privateFolder("/dev/null/countersign")).toBeNull();
  });

  it("follows XDG_CACHE_HOME, and the system's own place elsewhere", () => {
    expect(cacheFolder({ XDG_CACHE_HOME: "/x" }, "linux")).toBe("/x/countersign");
    expect(cacheFolder({ XDG_CACHE_HOME: "" }, "linux")).toBe(join(homedir(), ".cache", "countersign"));
    expect(cacheFolder({}, "darwin")).toMatch(/Library\/Caches\/countersign$/);
  });

  it("is not in the system's temporary folder when a command runs", () => {
    const temporary = join(home, "tmp");
    mkdirSync(temporary);
    const { NODE_COMPILE_CACHE: _, ...variables } = process.env;
    const ran = spawnSync(process.execPath, ["bin/countersign.js", "--version"], {
      env: { ...variables, HOME: home, XDG_CACHE_HOME: join(home, "cache"), TMPDIR: temporary },
    });
    expect(ran.status).toBe(0);
    expect(existsSync(join(temporary, "node-compile-cache"))).toBe(false);
    expect(existsSync(join(home, "cache", "countersign"))).toBe(true);
  });
});
