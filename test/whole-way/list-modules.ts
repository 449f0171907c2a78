/** Loaded by `--import` into a process under test: writes the URL of each module that it loads, a line each. */
import { appendFileSync } from "node:fs";
import { registerHooks } from "node:module";

const file = process.env["MODULES_FILE"] ?? "";

registerHooks({
  load(url, context, nextLoad) {
    appendFileSync(file, `${url}\n`);
    return nextLoad(url, context);
  },
});
