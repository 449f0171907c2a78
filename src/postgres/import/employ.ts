import { Problems, type Problem } from "../../error.ts";
import type { Connection } from "../connection/connect.ts";
import { sql } from "../connection/sql.ts";
import type { Kind } from "../../records/row-kind.ts";

interface Employer {
  readonly id: string;
  readonly agreement: string;
  readonly version: string;
}

/**
 * Stores the unknown employers of staged rows.
 * @returns their ids
 * @throws Problems if rows give an employer another agreement or version
 */
export async function employ(connection: Connection, kinds: readonly Kind[]): Promise<readonly string[]> {
  const named = kinds.flatMap(({ entity }) => entity ?? []);
  if (named.length === 0) return [];
  const rows = await connection.all<Employer>(
    sql`SELECT id, agreement, version FROM entity WHERE id = ANY (${named}::text[])`,
  );
  const known = new Map(rows.map((employer) => [employer.id, employer]));
  const since = new Map(
    (
      await connection.all<{ kind: number; since: number }>(
        sql`SELECT kind, min(signed_at) AS since FROM staged_line GROUP BY kind`,
      )
    ).map(({ kind, since }) => [kind, since]),
  );
  const added = new Map<string, Employer & { since: number }>();
  const problems = new Set<string>();
  for (const { kind, agreement, version, entity } of kinds) {
    if (entity === null) continue;
    const employer = known.get(entity);
    if (employer !== undefined && (employer.agreement !== agreement || employer.version !== version))
      problems.add(
        `${entity} is known with ${employer.agreement} ${employer.version}, a row gives it ${agreement} ${version}`,
      );
    const from = since.get(kind);
    const fresh = added.get(entity);
    if (from === undefined || (employer !== undefined && fresh === undefined)) continue;
    // Rows of two hosts may name the same new employer; it signed at the earliest date.
    if (fresh !== undefined) fresh.since = Math.min(fresh.since, from);
    else {
      added.set(entity, { id: entity, agreement, version, since: from });
      known.set(entity, { id: entity, agreement, version });
    }
  }
  if (problems.size > 0)
    throw new Problems(
      "input",
      [...problems].map((message): Problem => ({ file: null, line: null, field: "entity", message })),
    );
  const employers = [...added.values()];
  await connection.run(sql`INSERT INTO entity (id, agreement, version, signed_at) SELECT * FROM unnest(
  ${employers.map(({ id }) => id)}::text[], ${employers.map(({ agreement }) => agreement)}::text[],
  ${employers.map(({ version }) => version)}::text[], ${employers.map(({ since }) => since)}::bigint[])`);
  return employers.map(({ id }) => id);
}

/**
 * Removes the new employers of which no row counted: an import of people who were all revoked adds no employer.
 * @param added the result of {@link employ}
 * @returns how many are left
 */
export async function dismissEmpty(connection: Connection, added: readonly string[]): Promise<number> {
  if (added.length === 0) return 0;
  const removed = await connection.run(sql`DELETE FROM entity WHERE id = ANY (${added}::text[])
  AND NOT EXISTS (SELECT 1 FROM entity_member WHERE entity = id)`);
  return added.length - removed;
}
