/**
 * Finds a pooler that gives each transaction another session of the server, as PgBouncer does in transaction mode.
 * Temporary tables, `LISTEN`, cursors and advisory locks of the session are lost there, so an import could end well
 * and have signed nobody.
 */
import { randomUUID } from "node:crypto";
import type { Client } from "pg";
import { Failure } from "../../error.ts";

/** Sessions that are begun side by side; a pooler hands the one that was last free to the next who asks. */
const ROUNDS = 3;

/**
 * @param alone gives a client that is not connected yet
 * @throws Failure `refused` behind such a pooler; whatever the server refuses
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

/** Whether two clients, both connected, are given one session of the server, or one client two of them. */
async function isShared(one: Client, other: Client): Promise<boolean> {
  const mark = randomUUID();
  const first = await backendOf(one);
  await one.query("SELECT set_config('countersign.session', $1, false)", [mark]);
  await other.query("BEGIN");
  try {
    // While this transaction keeps a session, what the first client says next would go to another.
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
    "a pooler gives each transaction another session of PostgreSQL: set pool_mode = session in pgbouncer.ini for " +
      "this database or user, or let DATABASE_URL name PostgreSQL itself",
  );
}
