import type { Cursors } from "../../ports/engine.ts";
import type { Connection } from "../connection/connect.ts";
import type { Writer } from "../connection/writer.ts";

export function openCursors(connection: Connection, writer: Writer): Cursors {
  const find = connection.prepare<[string], { at: number }>("SELECT at FROM cursor WHERE name = ?");
  const move = connection.prepare<[string, number]>(
    "INSERT INTO cursor (name, at) VALUES (?, ?) ON CONFLICT DO UPDATE SET at = excluded.at WHERE at < excluded.at",
  );
  const stale = connection.prepare<[string, string, number, number]>(
    "DELETE FROM cursor WHERE substr(name, 1, length(?)) = ? AND at NOT BETWEEN ? AND ?",
  );
  const count = connection
    .prepare<[string, string], number>("SELECT count(*) FROM cursor WHERE substr(name, 1, length(?)) = ?")
    .pluck();
  return {
    find: (name) => writer.read(() => find.get(name)?.at ?? null),
    move: (name, at) => writer.write(() => void move.run(name, at)),
    fresh: (prefix, from, to) =>
      writer.write(() => {
        stale.run(prefix, prefix, from, to);
        return count.get(prefix, prefix) ?? 0;
      }),
  };
}
