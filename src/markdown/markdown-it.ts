import { createRequire } from "node:module";
import type { MarkdownIt, default as Constructor } from "markdown-it";

const require = createRequire(import.meta.url);

/** A parser of markdown-it, which is loaded with the first one: an idle bot needs none, and it takes 2 MB. */
export function newMarkdownIt(...options: ConstructorParameters<typeof Constructor>): MarkdownIt {
  const constructor: typeof Constructor = require("markdown-it");
  return new constructor(...options);
}
