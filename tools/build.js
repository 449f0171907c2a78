/**
 * Builds the package's content into dist/: the JavaScript of src/, bundled into few files, its declarations, and the
 * asset files of the pages. npm runs it before it packs; a checkout needs no build. The image, which has only src/, needs
 * no declarations: `--no-declarations`.
 *
 * The packages that the bot depends on are not bundled: `npm audit` and the license check see what runs.
 */
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const root = fileURLToPath(new URL("../", import.meta.url));
const source = join(root, "src");
const dist = join(root, "dist");
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
// Inside the checkout, so that a rename can move it.
const built = mkdtempSync(join(root, ".build-"));
try {
  if (!process.argv.includes("--no-declarations")) declare();
  await bundle();
  cpSync(join(source, "http/assets"), join(built, "src/http/assets"), { recursive: true });
  rmSync(dist, { recursive: true, force: true });
  renameSync(join(built, "src"), dist);
} finally {
  rmSync(built, { recursive: true, force: true });
}

/** tsc keeps the folders of the checkout, but the package contains only src/: only a checkout has the playground. */
function declare() {
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const options = [
    "--project",
    join(root, "tsconfig.build.json"),
    "--emitDeclarationOnly",
    "--outDir",
    built,
  ];
  const { status } = spawnSync(process.execPath, [tsc, ...options], { stdio: "inherit" });
  if (status !== 0) throw new Error("tsc failed");
}

async function bundle() {
  const bundler = await rolldown({
    input: Object.fromEntries(entries().map((path) => [path, join(source, `${path}.ts`)])),
    platform: "node",
    // What the bundler adds itself belongs to the bundle; the playground is only in a checkout.
    external: (id) =>
      (/^[^./\0]/.test(id) && !id.startsWith("@oxc-project/runtime/")) || id.includes("/playground/"),
    plugins: [{ name: "place", transform: { filter: { code: "import.meta.url" }, handler: place } }],
  });
  try {
    const { output } = await bundler.write({
      dir: join(built, "src"),
      entryFileNames: "[name].js",
      chunkFileNames: "chunks/[name]-[hash].js",
    });
    const files = new Set(output.map(({ fileName }) => fileName));
    for (const chunk of output) inspect(chunk, files);
  } finally {
    await bundler.close();
  }
}

/** @throws Error if the package would not run where it is installed */
function inspect({ fileName, code = "", imports = [], dynamicImports = [] }, files) {
  if (code.includes("import.meta") && fileName.split("/").length !== 2)
    throw new Error(`${fileName} asks where it is, and is not one folder below dist/`);
  const packages = [...imports, ...dynamicImports]
    .filter((id) => /^[^.]/.test(id) && !files.has(id) && !isBuiltin(id))
    .map((id) => id.split("/", id.startsWith("@") ? 2 : 1).join("/"));
  const missing = packages.filter((name) => manifest.dependencies[name] === undefined);
  if (missing.length > 0)
    throw new Error(`${fileName} needs ${missing.join(" and ")}, which package.json does not depend on`);
}

/** What is loaded by its path: the package's exports, the command and the threads. */
function entries() {
  const named = Object.values(manifest.exports).flatMap((target) => target.default ?? []);
  return [
    ...named.map((path) => relative("dist", path).replace(/\.js$/, "")),
    "cli/main",
    "sqlite/connection/checkpoint-thread",
    "sqlite/erasure/scrub-thread",
  ];
}

/** A module asks where it is, to find files by their place. The file that it is bundled into is one folder below dist/. */
function place(code, id) {
  const path = relative(source, id).replace(/\.ts$/, ".js");
  return code.replaceAll("import.meta.url", `new URL("../${path}", import.meta.url).href`);
}
