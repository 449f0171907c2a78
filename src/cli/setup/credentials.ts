import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from "node:fs";
import { parseEnv } from "node:util";
import { Failure } from "../../error.ts";

export type Credentials = Readonly<Record<string, string | undefined>>;

/**
 * Adds variables to an environment file that then only its owner can read. Its other content stays.
 * @throws Failure `refused` when it already sets one of them, which may belong to another app
 */
export function writeCredentials(file: string, credentials: Credentials): void {
  const before = existsSync(file) ? readFileSync(file, "utf8") : "";
  const set = parseEnv(before);
  const entries = Object.entries(credentials).flatMap(([name, value]) =>
    value === undefined || set[name] === value ? [] : [[name, value] as const],
  );
  const taken = entries.map(([name]) => name).filter((name) => (set[name] ?? "") !== "");
  const target = taken.length === 0 ? file : free(`${file}.github`);
  const kept = target === file ? before : "";
  const text = `${kept}${kept === "" || kept.endsWith("\n") ? "" : "\n"}${entries
    .map(([name, value]) => `${name}=${value.includes("\n") ? `"${value.trim()}"` : value}\n`)
    .join("")}`;
  writeWhole(target, text);
  // GitHub shows the credentials only once, so they are saved even if they can't be added.
  if (target !== file)
    throw new Failure(
      "refused",
      `${file} sets ${taken.join(", ")} already, so the new app's credentials are in ${target}: use one of the two`,
    );
}

function free(name: string): string {
  for (let count = 1; ; count += 1) {
    const candidate = count === 1 ? name : `${name}-${count}`;
    if (!existsSync(candidate)) return candidate;
  }
}

function writeWhole(file: string, text: string): void {
  const arriving = `${file}.new`;
  const descriptor = openSync(arriving, "w", 0o600);
  try {
    writeSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  chmodSync(arriving, 0o600);
  renameSync(arriving, file);
}
