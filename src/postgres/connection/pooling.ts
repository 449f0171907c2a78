/**
 * Detects a pooler that gives each transaction another server session, as PgBouncer does in transaction mode. Such a
 * pooler loses temporary tables, `LISTEN`, cursors and the session's advisory locks, so an import could succeed without
 * storing any signature.
 */
import { randomUUID } from "node:crypto";
import type { Client } from "pg";
import { Failure } from "../../error.ts";

/** Sessions to start in parallel; a pooler gives the session that was last free to the next client. */
const ROUNDS = 3;

/**
 * @param alone creates a client that is not connected yet
 * @throws Failure `refused` behind such a pooler; any error of the server
 */
export async function requireOwnSession(alone: () => Client): Promise<void> {
  const [one, other] = [alone(), alone()];
  try {
    await one.connect();
    await other.connect();
    for (let round = 0; round < ROUNDS; round += 1) if (await isShared(one, other)) throw shared();
  } catch (error) {
    // https://www.pgbouncer.org/config.html#pool_mode: in statement mode it refuses whole transactions.
    if (error instanceof Error && error.message.includes("statement pooling mode")) throw shared();
    throw error;
  } finally {
    await Promise.allSettled([one.end(), other.end()]);
  }
}

/** Whether two connected clients get the same server session, or one client gets two. */
async function isShared(one: Client, other: Client): Promise<boolean> {
  const mark = randomUUID();
  const first = await backendOf(one);
  await one.query("SELECT set_config('countersign.session', $1, false)", [mark]);
  await other.query("BEGIN");
  try {
    // While this transaction holds a session, the first client's next statement would go to another session.
    if ((await backendOf(other)) === first) return true;
    const { rows } = await one.query<{ mark: string | null }>(
      "SELECT current_setting('countersign.session', true) AS mark",
    );
    return rows[0]?.mark !== mark || (await backendOf(one)) !== first;
  } finally {
    await other.query("ROLLBACK");
  }
}

async function backendOf(client: Client): Promise<number | undefined> {
  const { rows } = await client.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
  return rows[0]?.pid;
}

function shared(): Failure {
  return new Failure(
    "refused",
    "a pooler runs each transaction in a different PostgreSQL session: set pool_mode = session in pgbouncer.ini for " +
      "this database or user, or connect DATABASE_URL directly to PostgreSQL",
  );
}
