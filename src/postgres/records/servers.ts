import type { HostName } from "../../account.ts";
import { sql } from "../connection/sql.ts";
import type { Writer } from "../connection/writer.ts";

/** The server of each host's account numbers, stored when it is first known. */
export function openServers(writer: Writer): (host: HostName, server: string) => Promise<string> {
  return async (host, server) => {
    const key = `server:${host}`;
    const find = () => writer.get<{ value: Buffer }>(sql`SELECT value FROM instance WHERE key = ${key}`);
    const known = await find();
    if (known !== undefined) return known.value.toString();
    await writer.run(
      sql`INSERT INTO instance (key, value) VALUES (${key}, ${Buffer.from(server)}) ON CONFLICT DO NOTHING`,
    );
    return (await find())?.value.toString() ?? server;
  };
}
