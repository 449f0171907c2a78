import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { FOREIGN_FAULT, isForeign } from "../bot/foreign-file.ts";

/** The content of a `.env` file. */
export interface EnvFile {
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Why the file is not read; null: it is, or there is none. */
  readonly fault: string | null;
}

/**
 * Reads a folder's `.env` file. A file that somebody else put into a folder in which everybody may write is not read: it
 * could send the bot's tokens to another server.
 */
export function readEnvFile(folder: string, own = process.getuid?.()): EnvFile {
  const file = join(folder, ".env");
  try {
    if (isForeign(file, own)) return { variables: {}, fault: FOREIGN_FAULT };
    if (!existsSync(file)) return { variables: {}, fault: null };
    // Not process.loadEnvFile: a byte order mark, with which Windows begins files, would end up in the first name.
    return { variables: parseEnv(readFileSync(file, "utf8").replace(/^\uFEFF/, "")), fault: null };
  } catch {
    return { variables: {}, fault: "it is there and can't be read: check who may read it" };
  }
}
