#!/usr/bin/env node
// Plain JavaScript that every Node.js understands: an old runtime is refused here, in one line, before
// anything is loaded that it cannot parse (.ts files) or that would crash it (better-sqlite3 from 13 on).
const major = Number(process.versions.node.split(".")[0]);
if (major < 24) {
  process.stderr.write(
    "countersign: needs Node.js 24 or newer, this is " +
      process.versions.node +
      "; run `npm ci` in the project, then `npx --no countersign`, which uses the Node.js that comes with it\n",
  );
  process.exitCode = 1;
} else {
  // Before the first .ts file is loaded: with what was compiled the last time, none needs the compiler, which
  // saves a third of the start and 15 MB.
  const { enableCompileCache } = await import("node:module");
  const { cacheFolder, privateFolder } = await import("./private-folder.js");
  // Node.js's own choice is a folder of a known name below the temporary one, which another user can create first.
  const folder = process.env.NODE_COMPILE_CACHE === undefined ? privateFolder(cacheFolder()) : null;
  if (folder !== null) enableCompileCache(folder);
  // A checkout runs the TypeScript as it is. A package holds what was built of it, because Node.js does not read
  // TypeScript below node_modules.
  const { existsSync } = await import("node:fs");
  const main = ["../src/cli/main.ts", "../dist/cli/main.js"].map((path) => new URL(path, import.meta.url));
  await import(String(main.find((url) => existsSync(url)) ?? main[1]));
}
