import { mkdirSync, realpathSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, isAbsolute, join } from "node:path";

/** Where the user's programs keep what they can make again. */
export function cacheFolder(variables = process.env, platform = process.platform) {
  if (platform === "win32")
    return join(variables.LOCALAPPDATA ?? join(homedir(), "AppData", "Local"), "countersign");
  if (platform === "darwin") return join(homedir(), "Library", "Caches", "countersign");
  // An empty or relative variable counts as unset: specifications.freedesktop.org/basedir-spec
  const { XDG_CACHE_HOME: named = "" } = variables;
  return join(isAbsolute(named) ? named : join(homedir(), ".cache"), "countersign");
}

/**
 * Creates a folder in which nobody but this user can put a file, or checks that an existing one is such a folder.
 * What is compiled runs as this user, so a folder that somebody else can write to or replace is not used.
 * @returns its real path; null where there can be no such folder
 */
export function privateFolder(folder) {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const path = realpathSync(folder);
    // Windows has no modes; the folder lies in the user's profile, which other users can't write to.
    if (process.getuid === undefined) return path;
    const own = process.getuid();
    const { uid, mode } = statSync(path);
    if (uid !== own || (mode & 0o077) !== 0) return null;
    for (let above = dirname(path), below = ""; above !== below; below = above, above = dirname(above)) {
      const { uid: owner, mode: rights } = statSync(above);
      const isShared = (rights & 0o022) !== 0;
      // In a sticky folder, as the temporary one, nobody can rename or remove what is another's.
      if ((owner !== own && owner !== 0) || (isShared && (rights & 0o1000) === 0)) return null;
    }
    return path;
  } catch {
    return null;
  }
}
