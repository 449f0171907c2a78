import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { parseEnv } from "node:util";
import { APP_VARIABLES } from "../../bot/environment.ts";
import { Failure } from "../../error.ts";

export type Credentials = Readonly<Record<string, string | undefined>>;

/**
 * Checks that credentials can be written to an environment file, before GitHub shows them once.
 * @throws Failure `refused` when the file can't be written, or holds another app's credentials
 */
export function prepareCredentials(file: string): void {
  const taken = takenIn(readText(file));
  if (taken.length > 0)
    throw new Failure(
      "refused",
      `${file} sets ${taken.join(", ")} already: to register another app, remove these lines, or name another file with --file`,
    );
  const trying = `${targetOf(file)}.new`;
  try {
    closeSync(openSync(trying, "w", 0o600));
    rmSync(trying);
  } catch {
    throw new Failure(
      "refused",
      `${file} can't be written: check its folder and who may write there, or name another file with --file`,
    );
  }
}

/**
 * Writes variables into an environment file that then only its owner can read. Its other content stays.
 * @throws Failure `refused` when it holds another app's credentials by now
 */
export function writeCredentials(file: string, credentials: Credentials): void {
  const before = readText(file);
  const taken = takenIn(before);
  // GitHub shows the credentials only once, so they are saved even if they can't be added.
  const target = taken.length === 0 ? file : free(`${file}.github`);
  writeWhole(targetOf(target), withVariables(target === file ? before : "", credentials));
  if (target !== file)
    throw new Failure(
      "refused",
      `${file} sets ${taken.join(", ")} already, so the new app's credentials are in ${target}: use one of the two`,
    );
}

/** Sets each variable in the line that names it, or in a new line at the end. */
function withVariables(text: string, credentials: Credentials): string {
  const set = parseEnv(text);
  let lines = text === "" ? [] : text.replace(/\r?\n$/, "").split("\n");
  for (const [name, value] of Object.entries(credentials)) {
    if (value === undefined || set[name] === value) continue;
    const line = `${name}=${value}`;
    const names = new RegExp(`^\\s*(?:export\\s+)?${name}\\s*=`);
    const at = lines.findLastIndex((one) => names.test(one));
    lines = at === -1 ? [...lines, line] : lines.with(at, line);
  }
  return lines.map((line) => `${line}\n`).join("");
}

/** Another app's variables are never replaced. */
function takenIn(text: string): readonly string[] {
  const set = parseEnv(text);
  return APP_VARIABLES.filter((name) => (set[name] ?? "").trim() !== "");
}

/** @throws Failure `refused` */
function readText(file: string): string {
  if (!existsSync(file)) return "";
  if (!statSync(file).isFile())
    throw new Failure("refused", `${file} is not a file: name another one with --file`);
  try {
    // Editors on Windows begin a file with a byte order mark, which would become a part of the first name.
    return readFileSync(file, "utf8").replace(/^\uFEFF/, "");
  } catch {
    throw new Failure("refused", `${file} can't be read: check who may read it`);
  }
}

/** A link stays a link. */
function targetOf(file: string): string {
  return existsSync(file) ? realpathSync(file) : file;
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
