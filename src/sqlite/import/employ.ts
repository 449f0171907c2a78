import { Problems, type Problem } from "../../error.ts";
import type { Connection } from "../connection/connect.ts";
import type { Kind } from "../../records/row-kind.ts";

interface Entity {
  readonly agreement: string;
  readonly version: string;
}

/**
 * Stores the unknown employers of staged rows.
 * @returns their ids
 * @throws Problems if rows give an employer another agreement or version
 */
export function employ(connection: Connection, kinds: readonly Kind[]): ReadonlySet<string> {
  const select = connection.prepare<[string], Entity>("SELECT agreement, version FROM entity WHERE id = ?");
  const since = connection
    .prepare<[number], number | null>("SELECT min(signed_at) FROM staging.line WHERE kind = ?")
    .pluck();
  const insert = connection.prepare<[string, string, string, number]>(
    `INSERT INTO entity (id, agreement, version, signed_at) VALUES (?, ?, ?, ?)
ON CONFLICT DO UPDATE SET signed_at = excluded.signed_at WHERE excluded.signed_at < signed_at`,
  );
  const added = new Set<string>();
  const problems = new Set<string>();
  for (const { kind, agreement, version, entity } of kinds) {
    if (entity === null) continue;
    const known = select.get(entity);
    if (known !== undefined && (known.agreement !== agreement || known.version !== version))
      problems.add(
        `${entity} is known with ${known.agreement} ${known.version}, a row gives it ${agreement} ${version}`,
      );
    // Rows of two hosts may name the same new employer; it signed at the earliest date.
    if (known !== undefined && !added.has(entity)) continue;
    const from = since.get(kind);
    if (from === undefined || from === null) continue;
    insert.run(entity, agreement, version, from);
    added.add(entity);
  }
  if (problems.size > 0)
    throw new Problems(
      "input",
      [...problems].map((message): Problem => ({ file: null, line: null, field: "entity", message })),
    );
  return added;
}

/**
 * Removes the new employers of which no row counted: an import of people who were all revoked adds no employer.
 * @param added the result of {@link employ}
 * @returns how many are left
 */
export function dismissEmpty(connection: Connection, added: ReadonlySet<string>): number {
  const remove = connection.prepare<[string]>(
    "DELETE FROM entity WHERE id = ? AND NOT EXISTS (SELECT 1 FROM entity_member WHERE entity = id)",
  );
  let left = added.size;
  for (const id of added) left -= remove.run(id).changes;
  return left;
}
