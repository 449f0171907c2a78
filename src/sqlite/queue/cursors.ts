import type { Cursors } from "../../ports/engine.ts";
import type { Connection } from "../connection/connect.ts";
import type { Writer } from "../connection/writer.ts";

export function openCursors(connection: Connection, writer: Writer): Cursors {
  const find = connection.prepare<[string], { at: number }>("SELECT at FROM cursor WHERE name = ?");
  const move = connection.prepare<[string, number]>(
    "INSERT INTO cursor (name, at) VALUES (?, ?) ON CONFLICT DO UPDATE SET at = excluded.at WHERE at < excluded.at",
  );
  return {
    find: (name) => writer.read(() => find.get(name)?.at ?? null),
    move: (name, at) => writer.write(() => void move.run(name, at)),
  };
}
