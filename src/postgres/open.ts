import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { DatabaseError } from "pg";
import type { Engine } from "../ports/engine.ts";
import { Failure } from "../error.ts";
import type { Opening, OpeningOptions } from "../ports/opening.ts";
import { openAgreements } from "./records/agreements.ts";
import { openAudit } from "./records/audit.ts";
import { hangBell } from "./queue/bell.ts";
import { borrow, connect, type Connections } from "./connection/connect.ts";
import { clockOf } from "./queue/clock.ts";
import { openCursors } from "./queue/cursors.ts";
import { openEntities } from "./records/entities.ts";
import { clean, eraseAgain } from "./erasure/erase.ts";
import { addressOf } from "./connection/address.ts";
import { isRestarting } from "./connection/failure.ts";
import { migrate, requireCurrent } from "./connection/migrate.ts";
import { RESTART_PATIENCE, whileItRestarts } from "./connection/restart.ts";
import { watchServer, type WatchTimes } from "./connection/watch.ts";
import { requireOwnSession } from "./connection/pooling.ts";
import { openPulls } from "./queue/pulls.ts";
import { openQueue } from "./queue/queue.ts";
import { openSchedule, scheduleSchema } from "./queue/schedule.ts";
import { openSessions } from "./records/sessions.ts";
import { openSignatures } from "./records/signatures.ts";
import { openSpending } from "./queue/spending.ts";
import { sql } from "./connection/sql.ts";
import { openSubjects } from "./records/subjects.ts";
import { drop, due } from "./records/tidy.ts";
import { broughtBack, tombstoneKey } from "./erasure/tombstone.ts";
import { openNotices } from "./records/notices.ts";
import { openServers } from "./records/servers.ts";
import { openWaivers } from "./records/waivers.ts";
import { openWriter, type Writer } from "./connection/writer.ts";

const PROBE_BYTES = 32_768;
const CLOSE_PATIENCE = 5_000;

export interface PostgresOptions extends OpeningOptions {
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  /** Called with the name of a scheduled job and its error; if omitted, the error is thrown as a bug. */
  readonly report?: (job: string, error: unknown) => void;
  /** For tests. */
  readonly watch?: WatchTimes;
  /** For tests: how long closing waits for a server that does not answer, in milliseconds. */
  readonly closePatience?: number;
}

/**
 * Opens the PostgreSQL engine on an existing database that only Countersign uses. Any number of processes on any
 * machines may have it open at once.
 * @param url `postgres://USER:PASSWORD@HOST:PORT/DATABASE`, as libpq reads it; it is never repeated in an error
 * @throws Failure `database-unreachable`; `refused` if a newer program wrote the database, or behind a pooler that
 *   gives each transaction another session
 */
export async function openPostgres(url: string, options: PostgresOptions = {}): Promise<Engine> {
  const clock = clockOf(options.now);
  const { now } = clock;
  const connections = connect(url);
  const writer = openWriter(connections);
  const { schema, stays, ...upgrade } = await prepareDatabase(connections, writer, now(), options);
  options.opened?.({ ...upgrade, copy: null, erasedAgain: 0 });
  const { long } = connections;
  const bell = hangBell(connections, writer);
  const report = options.report ?? throwOn;
  const queue = openQueue(writer, bell, clock);
  /** A mark could not be stored. A full disk can still be read, so only a write shows whether it has room again. */
  let failed = false;
  const ready = async (): Promise<void> => {
    await requireUsable(writer, stays);
    if (!failed) return;
    await writeProbe(writer);
    failed = false;
  };
  const watch = watchServer(ready, options.watch);
  const schedule = openSchedule(
    addressOf(url),
    report,
    undefined,
    scheduleSchema(schema),
    RESTART_PATIENCE,
    watch.lose,
  );

  return {
    queue: {
      ...queue,
      mark: async (marks) => {
        try {
          await queue.mark(marks);
        } catch (error) {
          failed = true;
          throw error;
        }
      },
    },
    pulls: openPulls(writer, bell, clock),
    signatures: openSignatures(long, writer, bell, now),
    waivers: openWaivers(writer),
    notices: openNotices(writer),
    sessions: openSessions(writer),
    agreements: openAgreements(writer, bell, now),
    entities: openEntities(writer, bell, now),
    subjects: openSubjects(long, writer, bell, now),
    audit: openAudit(long),
    cursors: openCursors(writer),
    spending: openSpending(writer, clock),
    schedule,
    serverOf: openServers(writer, !stays),
    ready,
    backup: () =>
      Promise.reject(
        new Failure(
          "refused",
          "PostgreSQL has its own backup tools: use pg_dump with DATABASE_URL, or pg_basebackup (docs/operations.md)",
        ),
      ),
    tidy: async (retention) => {
      const found = await borrow(long, broughtBack);
      const again = await writer.change(async (connection) => {
        await drop(connection, now(), retention);
        return eraseAgain(connection, found, now());
      });
      if (again > 0) {
        await clean(long);
        bell.ring();
      }
    },
    integrity: () => Promise.resolve(null),
    lost: watch.lost,
    due: (retention) => writer.read((connection) => due(connection, now(), retention)),
    close: async () => {
      watch.stop();
      const closing = end();
      closing.catch(() => {});
      await Promise.race([
        closing,
        sleep(options.closePatience ?? CLOSE_PATIENCE, undefined, { ref: false }),
      ]);
    },
  };

  async function end(): Promise<void> {
    await schedule.stop();
    await bell.stop();
    await writer.settle();
    await connections.close();
  }
}

/**
 * @param stays whether only reads have to be possible
 * @throws Failure `database-unreachable` if a table is gone, or if the server accepts no writes
 */
async function requireUsable(writer: Writer, stays: boolean): Promise<void> {
  // PostgreSQL reads no row for this, but refuses it if a table is gone.
  await writer.get(
    sql`SELECT FROM migration WHERE FALSE
  UNION ALL SELECT FROM instance WHERE FALSE
  UNION ALL SELECT FROM agreement WHERE FALSE
  UNION ALL SELECT FROM agreement_terms WHERE FALSE
  UNION ALL SELECT FROM audit WHERE FALSE
  UNION ALL SELECT FROM audit_chain WHERE FALSE
  UNION ALL SELECT FROM cursor WHERE FALSE
  UNION ALL SELECT FROM entity WHERE FALSE
  UNION ALL SELECT FROM entity_manager WHERE FALSE
  UNION ALL SELECT FROM entity_member WHERE FALSE
  UNION ALL SELECT FROM entity_request WHERE FALSE
  UNION ALL SELECT FROM notice WHERE FALSE
  UNION ALL SELECT FROM pull WHERE FALSE
  UNION ALL SELECT FROM pull_bucket WHERE FALSE
  UNION ALL SELECT FROM repository WHERE FALSE
  UNION ALL SELECT FROM request WHERE FALSE
  UNION ALL SELECT FROM revocation WHERE FALSE
  UNION ALL SELECT FROM session WHERE FALSE
  UNION ALL SELECT FROM signature WHERE FALSE
  UNION ALL SELECT FROM signature_count WHERE FALSE
  UNION ALL SELECT FROM spending WHERE FALSE
  UNION ALL SELECT FROM subject WHERE FALSE
  UNION ALL SELECT FROM task WHERE FALSE
  UNION ALL SELECT FROM tombstone WHERE FALSE
  UNION ALL SELECT FROM waiver WHERE FALSE`,
  );
  if (!stays) await requireWrites(writer);
}

/** Writes more than fits on a page in use. */
async function writeProbe(writer: Writer): Promise<void> {
  await writer.run(sql`INSERT INTO instance (key, value) VALUES ('probe', ${randomBytes(PROBE_BYTES)})
ON CONFLICT (key) DO UPDATE SET value = excluded.value`);
}

/** Fails at once on a standby or a server that is set to read only. */
async function requireWrites(writer: Writer): Promise<void> {
  await writer.run(sql`UPDATE instance SET value = value WHERE FALSE`);
}

/** @returns the schema of the tables, whether the database stays as it is, and the change of its version */
async function prepareDatabase(
  connections: Connections,
  writer: Writer,
  now: number,
  { asItIs = false, trial = false }: PostgresOptions,
): Promise<{ schema: string; stays: boolean } & Pick<Opening, "from" | "to">> {
  try {
    // A server that reports that it is starting will be ready soon; one that does not answer may not exist.
    let answered = false;
    await whileItRestarts(
      () =>
        requireOwnSession(() => connections.alone()).catch((error: unknown) => {
          answered ||= error instanceof DatabaseError;
          throw error;
        }),
      RESTART_PATIENCE,
      (error) => answered && isRestarting(error),
    );
    const stays = asItIs || trial;
    const upgrade = await (stays ? requireCurrent(connections.short) : migrate(connections.short, now));
    if (!stays) {
      await requireWrites(writer);
      await tombstoneKey(writer);
    }
    const row = await writer.get<{ schema: string }>(sql`SELECT current_schema() AS schema`);
    return { schema: row?.schema ?? "public", stays, ...upgrade };
  } catch (error) {
    await connections.close();
    throw error;
  }
}

function throwOn(job: string, error: unknown): void {
  queueMicrotask(() => {
    throw new Error(`the job ${job} failed`, { cause: error });
  });
}
