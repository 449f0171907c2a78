import { chmodSync, mkdtempSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Linux keeps the files of this folder in memory. */
const IN_MEMORY = "/dev/shm";

/** The tests need about a tenth of this at once; a container may have 64 MiB there. */
const ENOUGH = 4 * 2 ** 30;

let folder: string | null = null;

/**
 * Gives a test run a folder of its own for temporary files, in memory if there is room. Every commit of SQLite waits for
 * the disk, and a test of a killed process shows the same in memory: only a power cut would make a difference.
 */
export function setup(): void {
  const inMemory = process.env["TMPDIR"] === undefined && free(IN_MEMORY) >= ENOUGH;
  folder = mkdtempSync(join(inMemory ? IN_MEMORY : tmpdir(), "countersign-test-"));
  // PostgreSQL runs as another user, who must have access.
  chmodSync(folder, 0o711);
  process.env["TMPDIR"] = folder;
}

export function teardown(): void {
  if (folder !== null) rmSync(folder, { recursive: true, force: true });
}

/** In bytes; 0 if there is no such folder. */
function free(folder: string): number {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    return 0;
  }
}
