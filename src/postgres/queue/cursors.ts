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
  };
}
