import { type Diagnosis, ill, warn, well } from "../../ports/diagnosis.ts";
import type { FileHealth } from "../../sqlite/file/health.ts";

const MB = 1024 * 1024;
/** With less space, the next import or the copy before an upgrade may not fit. */
const LEAST_FREE = 500 * MB;
/** A checkpoint empties the log at four megabytes, unless a reader holds it for long. */
const LONGEST_LOG = 64 * MB;

/** What an operator should know about the file of a SQLite database. */
export function aboutFile({ fault, size, unused, log, diskFree }: FileHealth): readonly Diagnosis[] {
  return [
    fault === null
      ? well(`the database file is intact: ${megabytes(size)}`)
      : ill(
          `the database's file is damaged: ${fault}`,
          "stop the bot, and restore the last backup: countersign restore FILE",
        ),
    ...(diskFree >= Math.max(LEAST_FREE, size)
      ? []
      : [
          (diskFree < size / 10 || diskFree < 50 * MB ? ill : warn)(
            `the disk that holds the database is almost full: ${megabytes(diskFree)} are free`,
            "make room: a full disk stops the bot, and an upgrade copies the database first",
          ),
        ]),
    ...(log <= LONGEST_LOG
      ? []
      : [
          warn(
            `the database's write-ahead log is ${megabytes(log)}`,
            "end the command that reads the database for so long; the log shrinks by itself then",
          ),
        ]),
    ...(unused <= Math.max(64 * MB, size / 2)
      ? []
      : [
          warn(
            `${megabytes(unused)} of the database's file are unused`,
            "nothing is wrong: the nightly housekeeping shrinks it",
          ),
        ]),
  ];
}

function megabytes(bytes: number): string {
  return bytes < 10 * MB ? `${(bytes / MB).toFixed(1)} MB` : `${Math.round(bytes / MB)} MB`;
}
