import type { HostName } from "../../account.ts";
import type { Connection } from "../connection/connect.ts";
import type { Writer } from "../connection/writer.ts";

/** The server of each host's account numbers, stored when it is first known. */
export function openServers(
  connection: Connection,
  writer: Writer,
): (host: HostName, server: string) => Promise<string> {
  const known = connection.prepare<[string], Buffer>("SELECT value FROM instance WHERE key = ?").pluck();
  const keep = connection.prepare<[string, Buffer]>(
    "INSERT INTO instance (key, value) VALUES (?, ?) ON CONFLICT DO NOTHING",
  );
  return async (host, server) => {
    const key = `server:${host}`;
    const before = await writer.read(() => known.get(key));
    if (before !== undefined) return before.toString();
    return writer.write(() => {
      keep.run(key, Buffer.from(server));
      return known.get(key)?.toString() ?? server;
    });
  };
}
