import type { Engine } from "../ports/engine.ts";
import { Failure } from "../error.ts";
import { otherSchema, type Opening, type OpeningOptions } from "../ports/opening.ts";
import { openAgreements } from "./records/agreements.ts";
import { openAudit } from "./records/audit.ts";
import { hangBell } from "./queue/bell.ts";
import {
  connect,
  connectAsItIs,
  connectToRead,
  stopWaitingInside,
  type Connection,
} from "./connection/connect.ts";
import { emptyLog, openCheckpoints } from "./connection/checkpoint.ts";
import { guardFile } from "./connection/guard.ts";
import { openEntities } from "./records/entities.ts";
import { cleanLater } from "./erasure/erase.ts";
import { openCursors } from "./queue/cursors.ts";
import { explain } from "./connection/failure.ts";
import { openLogSync, SYNCED_BY_SQLITE } from "./connection/log-sync.ts";
import { migrate, stateOf } from "./connection/migrate.ts";
import { backup } from "./file/backup.ts";
import { copyBeforeUpgrade, removeCopies, removeOlderCopies } from "./file/copies.ts";
import { openPulls } from "./queue/pulls.ts";
import { endServedLeases, openQueue } from "./queue/queue.ts";
import { openSchedule } from "./queue/schedule.ts";
import { openSessions } from "./records/sessions.ts";
import { openSignatures } from "./records/signatures.ts";
import { openSpending } from "./queue/spending.ts";
import { openSubjects } from "./records/subjects.ts";
import { prepareTidy } from "./records/tidy.ts";
import { eraseAgain, tombstoneFile } from "./erasure/tombstone-file.ts";
import { tombstoneKey } from "./erasure/tombstone.ts";
import { openNotices } from "./records/notices.ts";
import { openServers } from "./records/servers.ts";
import { openWaivers } from "./records/waivers.ts";
import { takeServing } from "./connection/serving.ts";
import { stampFile, type Stamp } from "./connection/stamp.ts";
import { openWriter, patiently } from "./connection/writer.ts";

/** How long a written probe shows that the disk is not full, unless a write fails. */
const PROBE_MS = 3_000;

export interface SqliteOptions extends OpeningOptions {
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  /** Called with the name of a scheduled job and its error; if omitted, the error is thrown as a bug. */
  readonly report?: (job: string, error: unknown) => void;
}

/**
 * Opens the SQLite engine on a file. Creates the file and its folder if missing. Several processes may have it open at
 * once.
 * @throws Failure `database-unreachable`; `refused` if a newer program wrote the file; `database-schema` for a missing
 *   or an older file that is to stay as it is
 */
export async function openSqlite(file: string, options: SqliteOptions = {}): Promise<Engine> {
  const now = options.now ?? Date.now;
  const stays = options.asItIs === true || options.trial === true;
  const { connection, ...upgrade } = prepareConnection(file, now, options);
  const erasedAgain = stays ? 0 : await forgetAgain(connection, file, now());
  options.opened?.({ ...upgrade, erasedAgain });
  const serving = options.serving === true ? await serveFrom(file, connection, now()) : null;
  const guard = guardFile(file, serving?.stamp);
  let proven = -Infinity;
  // Whatever a command's own connection costs, nobody else waits for it.
  const checkpoints = options.serving === true ? openCheckpoints(connection, guard) : null;
  const log = options.serving === true ? openLogSync(file, guard.lose) : SYNCED_BY_SQLITE;
  log.takeOver(connection);
  const writer = openWriter(connection, guard, log, {
    failed: () => {
      proven = -Infinity;
    },
    committed: () => checkpoints?.look(),
  });
  const bell = hangBell(connection);
  const schedule = openSchedule(options.report ?? throwOn);
  const tidy = prepareTidy(connection, writer);
  const answer = connection.prepare("SELECT 1 FROM migration");
  // As many pages as a delivery changes. SQLite does not write a page that stays the same.
  const probe = connection.prepare(
    `INSERT INTO instance (key, value) VALUES ('probe', randomblob(32768))
ON CONFLICT DO UPDATE SET value = excluded.value`,
  );

  return {
    queue: openQueue(connection, writer, bell, now, options.serving === true),
    pulls: openPulls(connection, writer, bell, now),
    signatures: openSignatures(file, connection, { writer, log }, bell, now),
    waivers: openWaivers(connection, writer),
    notices: openNotices(connection, writer),
    sessions: openSessions(connection, writer),
    agreements: openAgreements(connection, writer, bell, now),
    entities: openEntities(connection, writer, bell, now),
    subjects: withoutCopies(file, openSubjects(file, connection, writer, bell, now)),
    audit: openAudit(file),
    cursors: openCursors(connection, writer),
    spending: openSpending(connection, writer, now),
    schedule,
    serverOf: openServers(connection, writer, !stays),
    ready: async () => {
      if (!connection.open) throw new Failure("database-unreachable", "the database was closed");
      await writer.read(() => answer.get());
      // A full disk can still be read.
      if (stays || performance.now() - proven < PROBE_MS) return;
      await writer.write(() => void probe.run());
      proven = performance.now();
    },
    backup: (target) => backup(file, target),
    tidy: async (retention) => {
      await tidy.drop(now(), retention);
      tombstoneFile(file).tidy(now());
      await cleanLater(connection);
      await emptyLog(connection);
    },
    integrity: () => checkIntegrity(file),
    lost: guard.lost,
    due: (retention) => writer.read(() => tidy.due(now(), retention)),
    close: async () => {
      await schedule.stop();
      bell.stop();
      await writer.settle();
      await checkpoints?.stop();
      await log.close();
      guard.stop();
      connection.close();
      serving?.stamp.close();
      serving?.end();
    },
  };
}

/** @returns the first damage found; null: no damage */
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

/** @throws Failure `refused` when another process serves from it, which leaves nothing open here */
async function serveFrom(
  file: string,
  connection: Connection,
  now: number,
): Promise<{ stamp: Stamp; end: () => void }> {
  let end: (() => void) | null = null;
  try {
    end = await takeServing(file, connection, now);
    await patiently(() => endServedLeases(connection));
    const stamp = await patiently(() => stampFile(file, connection));
    return { stamp, end };
  } catch (error) {
    end?.();
    connection.close();
    throw explain(error);
  }
}

/** The database may have been replaced by an older copy. @returns how many accounts were erased again */
async function forgetAgain(connection: Connection, file: string, now: number): Promise<number> {
  try {
    const erased = await patiently(() => eraseAgain(connection, file, now));
    if (erased > 0) await cleanLater(connection);
    return erased;
  } catch (error) {
    connection.close();
    throw explain(error);
  }
}

function prepareConnection(
  file: string,
  now: () => number,
  { asItIs = false, trial = false }: OpeningOptions,
): { connection: Connection } & Pick<Opening, "from" | "to" | "copy"> {
  let connection: Connection | null = null;
  try {
    const stays = asItIs || trial;
    connection = stays ? connectAsItIs(file) : connect(file);
    const before = stateOf(connection);
    const { from, to } = before;
    let copy: string | null = null;
    if (stays) {
      if (from !== to) throw otherSchema(from, to);
    } else {
      copy = copyBeforeUpgrade(connection, file, before);
      migrate(connection, now());
      if (copy !== null) removeOlderCopies(file, copy);
      tombstoneKey(connection);
    }
    if (asItIs) connection.pragma("query_only = ON");
    stopWaitingInside(connection);
    return { connection, from, to, copy };
  } catch (error) {
    connection?.close();
    throw explain(error);
  }
}

/** An erasure also removes the copies from before an upgrade or a restore. */
function withoutCopies(file: string, subjects: Engine["subjects"]): Engine["subjects"] {
  return {
    ...subjects,
    async erase(...asked) {
      const erased = await subjects.erase(...asked);
      removeCopies(file);
      return erased;
    },
  };
}

function throwOn(job: string, error: unknown): void {
  queueMicrotask(() => {
    throw new Error(`the job ${job} failed`, { cause: error });
  });
}
