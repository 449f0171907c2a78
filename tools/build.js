/**
 * Builds the package's content into dist/: the JavaScript and the declarations of src/, and the asset files of the
 * pages. npm runs it before it packs; a checkout needs no build.
 */
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../", import.meta.url));
const dist = `${root}dist`;
// Inside the checkout, so that a rename can move it. tsc keeps the folders of the checkout, but the package contains only
// src/: only a checkout has the playground.
const built = mkdtempSync(`${root}.build-`);
try {
  const tsc = fileURLToPath(new URL("../node_modules/typescript/bin/tsc", import.meta.url));
  const options = ["--project", `${root}tsconfig.build.json`, "--outDir", built];
  const { status } = spawnSync(process.execPath, [tsc, ...options], { stdio: "inherit" });
  if (status !== 0) throw new Error("tsc failed");
  rmSync(dist, { recursive: true, force: true });
  renameSync(`${built}/src`, dist);
  cpSync(`${root}src/http/assets`, `${dist}/http/assets`, { recursive: true });
} finally {
  rmSync(built, { recursive: true, force: true });
}
