import type { HostName } from "../../account.ts";
import type { Connection } from "../connection/connect.ts";
import type { Writer } from "../connection/writer.ts";

/** Where rows hold numbers of one of the host's accounts, or were read from it. A tombstone does not say of which host. */
const HELD = `SELECT EXISTS (SELECT 1 FROM signature WHERE host = @host)
OR EXISTS (SELECT 1 FROM entity_member WHERE host = @host)
OR EXISTS (SELECT 1 FROM entity_manager WHERE host = @host)
OR EXISTS (SELECT 1 FROM entity_request WHERE host = @host)
OR EXISTS (SELECT 1 FROM request WHERE host = @host)
OR EXISTS (SELECT 1 FROM revocation WHERE host = @host)
OR EXISTS (SELECT 1 FROM subject WHERE host = @host)
OR EXISTS (SELECT 1 FROM session WHERE host = @host)
OR EXISTS (SELECT 1 FROM waiver WHERE host = @host)
OR EXISTS (SELECT 1 FROM pull WHERE host = @host)
OR EXISTS (SELECT 1 FROM tombstone)`;

/**
 * The server of each host's account numbers. A name is stored when it is first known, and again as long as there are no
 * numbers, because the first name may have been a typing error.
 * @param keeps whether a name may be stored
 */
export function openServers(
  connection: Connection,
  writer: Writer,
  keeps: boolean,
): (host: HostName, server: string) => Promise<string> {
  const known = connection.prepare<[string], Buffer>("SELECT value FROM instance WHERE key = ?").pluck();
  const holds = connection.prepare<{ host: HostName }, number>(HELD).pluck();
  const keep = connection.prepare<[string, Buffer]>(
    "INSERT INTO instance (key, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
  );
  return async (host, server) => {
    const key = `server:${host}`;
    const find = (): string => {
      const name = known.get(key)?.toString();
      return name === undefined || (name !== server && holds.get({ host }) === 0) ? server : name;
    };
    if (!keeps) return writer.read(find);
    const before = await writer.read(() => known.get(key)?.toString());
    if (before === server) return server;
    return writer.write(() => {
      const name = find();
      if (name === server) keep.run(key, Buffer.from(server));
      return name;
    });
  };
}
