import { closeSync, openSync, rmSync } from "node:fs";
import type { Engine } from "../ports/engine.ts";
import { Failure } from "../error.ts";
import { openAgreements } from "./records/agreements.ts";
import { openAudit } from "./records/audit.ts";
import { hangBell } from "./queue/bell.ts";
import { connect, connectToRead, stopWaitingInside, type Connection } from "./connection/connect.ts";
import { guardFile } from "./connection/guard.ts";
import { openEntities } from "./records/entities.ts";
import { cleanLater } from "./erasure/erase.ts";
import { openCursors } from "./queue/cursors.ts";
import { explain } from "./connection/failure.ts";
import { migrate } from "./connection/migrate.ts";
import { openPulls } from "./queue/pulls.ts";
import { openQueue } from "./queue/queue.ts";
import { openSchedule } from "./queue/schedule.ts";
import { openSessions } from "./records/sessions.ts";
import { openSignatures } from "./records/signatures.ts";
import { openSubjects } from "./records/subjects.ts";
import { prepareTidy } from "./records/tidy.ts";
import { eraseAgain, tombstoneFile } from "./erasure/tombstone-file.ts";
import { tombstoneKey } from "./erasure/tombstone.ts";
import { openNotices } from "./records/notices.ts";
import { openServers } from "./records/servers.ts";
import { openWaivers } from "./records/waivers.ts";
import { openWriter, patiently } from "./connection/writer.ts";

export interface SqliteOptions {
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  /** Told the name of a scheduled job and what it threw; without it, that is thrown on as a bug. */
  readonly report?: (job: string, error: unknown) => void;
}

/**
 * Opens the SQLite engine on a file, which is made when there is none, with its folder. Several processes may
 * have it open at once.
 * @throws Failure `database-unreachable`; `refused` when a newer program wrote the file
 */
export async function openSqlite(file: string, options: SqliteOptions = {}): Promise<Engine> {
  const now = options.now ?? Date.now;
  const connection = prepareConnection(file, now);
  await forgetAgain(connection, file, now());
  const guard = guardFile(file);
  const writer = openWriter(connection, guard);
  const bell = hangBell(connection);
  const schedule = openSchedule(options.report ?? throwOn);
  const tidy = prepareTidy(connection);
  const answer = connection.prepare("SELECT 1 FROM migration");
  const probe = connection.prepare("UPDATE instance SET value = value WHERE key = 'tombstone'");

  return {
    queue: openQueue(connection, writer, bell, now),
    pulls: openPulls(connection, writer, bell, now),
    signatures: openSignatures(file, connection, writer, bell, now),
    waivers: openWaivers(connection, writer),
    notices: openNotices(connection, writer),
    sessions: openSessions(connection, writer),
    agreements: openAgreements(connection, writer, bell, now),
    entities: openEntities(connection, writer, bell, now),
    subjects: openSubjects(file, connection, writer, bell, now),
    audit: openAudit(file),
    cursors: openCursors(connection, writer),
    schedule,
    serverOf: openServers(connection, writer),
    ready: async () => {
      if (!connection.open) throw new Failure("database-unreachable", "the database was closed");
      await writer.read(() => answer.get());
      // A full disk still reads.
      await writer.write(() => void probe.run());
    },
    backup: (target) => backup(connection, target),
    tidy: async (retention) => {
      await writer.write(() => tidy.drop(now(), retention));
      tombstoneFile(file).tidy(now());
      await cleanLater(connection);
      await patiently(() => tidy.shrink());
    },
    integrity: () => checkIntegrity(file),
    lost: guard.lost,
    due: (retention) => writer.read(() => tidy.due(now(), retention)),
    close: async () => {
      await schedule.stop();
      bell.stop();
      guard.stop();
      await writer.settle();
      connection.close();
    },
  };
}

/** @returns the first damage found; null: none was */
async function checkIntegrity(file: string): Promise<string | null> {
  const connection = connectToRead(file);
  try {
    const found = await patiently(() => connection.pragma("integrity_check(1)", { simple: true }));
    return found === "ok" ? null : "the database file is damaged";
  } catch (error) {
    const explained = explain(error);
    if (explained instanceof Failure) return explained.message;
    throw explained;
  } finally {
    connection.close();
  }
}

/** An older copy of the database was put in its place, perhaps. */
async function forgetAgain(connection: Connection, file: string, now: number): Promise<void> {
  try {
    if ((await patiently(() => eraseAgain(connection, file, now))) > 0) await cleanLater(connection);
  } catch (error) {
    connection.close();
    throw explain(error);
  }
}

function prepareConnection(file: string, now: () => number): Connection {
  let connection: Connection | null = null;
  try {
    connection = connect(file);
    migrate(connection, now());
    tombstoneKey(connection);
    stopWaitingInside(connection);
    return connection;
  } catch (error) {
    connection?.close();
    throw explain(error);
  }
}

async function backup(connection: Connection, target: string): Promise<void> {
  try {
    closeSync(openSync(target, "wx", 0o600));
  } catch (error) {
    const exists = error instanceof Error && "code" in error && error.code === "EEXIST";
    throw new Failure(
      "refused",
      exists
        ? "the backup's file exists already: name another, or remove it first"
        : "the backup's file can't be written: check its folder and who may write there",
    );
  }
  try {
    await connection.backup(target);
  } catch (error) {
    rmSync(target, { force: true });
    throw explain(error);
  }
}

function throwOn(job: string, error: unknown): void {
  queueMicrotask(() => {
    throw new Error(`the job ${job} failed`, { cause: error });
  });
}
