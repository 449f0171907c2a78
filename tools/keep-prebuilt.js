/**
 * Keeps `"gypfile": false` in better-sqlite3's entry of package-lock.json, which npm drops when it rewrites the file.
 * npm runs this as the `dependencies` script if an install changed something. Where an install changed nothing but the
 * file, test/package/lock-file.test.ts fails, and `npm run dependencies` repairs it. A `prepare` script would make npm
 * warn of it wherever the package is installed.
 *
 * npm 10, and npm 11 before it read `allowScripts`, run `node-gyp rebuild` for a package that has a binding.gyp and no
 * install script, unless its entry says `gypfile: false` (npm's node_modules/@npmcli/arborist/lib/arborist/rebuild.js,
 * "isGyp"). better-sqlite3 says so in its package.json, which that code does not read. It brings prebuilt binaries, so
 * the build would do nothing, and it would still need Python.
 */
import { readFileSync, writeFileSync } from "node:fs";

const file = new URL("../package-lock.json", import.meta.url);
const text = readFileSync(file, "utf8");
const lock = JSON.parse(text);
const entry = lock.packages["node_modules/better-sqlite3"];
if (entry !== undefined && entry.gypfile !== false) {
  entry.gypfile = false;
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
}
