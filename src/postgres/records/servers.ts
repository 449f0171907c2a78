import type { HostName } from "../../account.ts";
import { sql } from "../connection/sql.ts";
import type { Writer } from "../connection/writer.ts";

/**
 * The server of each host's account numbers. A name is stored when it is first known, and again as long as there are no
 * numbers, because the first name may have been a typing error.
 * @param keeps whether a name may be stored
 */
export function openServers(
  writer: Writer,
  keeps: boolean,
): (host: HostName, server: string) => Promise<string> {
  return async (host, server) => {
    const key = `server:${host}`;
    const name = async (): Promise<string | undefined> =>
      (
        await writer.get<{ value: Buffer }>(sql`SELECT value FROM instance WHERE key = ${key}`)
      )?.value.toString();
    const before = await name();
    if (before === server) return server;
    if (before !== undefined && (await holdsNumbers(writer, host))) return before;
    if (!keeps) return server;
    // Another process may have stored its name since.
    await writer.run(
      sql`INSERT INTO instance (key, value) VALUES (${key}, ${Buffer.from(server)})
ON CONFLICT (key) DO UPDATE SET value = excluded.value WHERE instance.value = ${Buffer.from(before ?? server)}`,
    );
    return (await name()) ?? server;
  };
}

/** Whether rows hold numbers of the host's accounts, or were read from it. A tombstone does not say of which host. */
async function holdsNumbers(writer: Writer, host: HostName): Promise<boolean> {
  const row = await writer.get<{
    holds: boolean;
  }>(sql`SELECT EXISTS (SELECT 1 FROM signature WHERE host = ${host})
OR EXISTS (SELECT 1 FROM entity_member WHERE host = ${host})
OR EXISTS (SELECT 1 FROM entity_manager WHERE host = ${host})
OR EXISTS (SELECT 1 FROM entity_request WHERE host = ${host})
OR EXISTS (SELECT 1 FROM request WHERE host = ${host})
OR EXISTS (SELECT 1 FROM revocation WHERE host = ${host})
OR EXISTS (SELECT 1 FROM subject WHERE host = ${host})
OR EXISTS (SELECT 1 FROM session WHERE host = ${host})
OR EXISTS (SELECT 1 FROM waiver WHERE host = ${host})
OR EXISTS (SELECT 1 FROM pull WHERE host = ${host})
OR EXISTS (SELECT 1 FROM tombstone) AS holds`);
  return row?.holds !== false;
}
