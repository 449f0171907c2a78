import type { Cursors } from "../../ports/engine.ts";
import { sql } from "../connection/sql.ts";
import type { Writer } from "../connection/writer.ts";

export function openCursors(writer: Writer): Cursors {
  return {
    find: async (name) =>
      (await writer.get<{ at: number }>(sql`SELECT at FROM cursor WHERE name = ${name}`))?.at ?? null,
    move: async (name, at) => {
      await writer.run(sql`INSERT INTO cursor (name, at) VALUES (${name}, ${at})
ON CONFLICT (name) DO UPDATE SET at = excluded.at WHERE cursor.at < excluded.at`);
    },
    fresh: async (prefix, from, to) => {
      await writer.run(
        sql`DELETE FROM cursor WHERE starts_with(name, ${prefix}) AND at NOT BETWEEN ${from} AND ${to}`,
      );
      const row = await writer.get<{ count: number }>(
        sql`SELECT count(*) AS count FROM cursor WHERE starts_with(name, ${prefix})`,
      );
      return row?.count ?? 0;
    },
  };
}
