import { existsSync, mkdirSync } from "node:fs";
import { dirname, resolve } from "node:path";

/**
 * Creates a folder and its missing parents. One level at a time: with `recursive`, Node.js never returns for a folder
 * in /proc, where `mkdir` answers ENOENT although the parent exists.
 * @throws the system's error
 */
export function makeFolder(folder: string): void {
  const whole = resolve(folder);
  if (existsSync(whole)) return;
  makeFolder(dirname(whole));
  try {
    mkdirSync(whole);
  } catch (error) {
    // Another process may have created it meanwhile.
    if (!existsSync(whole)) throw error;
  }
}
