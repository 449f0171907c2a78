import { DAY, EARLIER, LATER, type Evidence } from "../../records/signature.ts";
import type { RowCounts } from "../../records/import-counts.ts";
import type { Connection } from "../connection/connect.ts";
import type { Kind } from "../../records/row-kind.ts";

type Parameters = Omit<Kind, "entity"> & { readonly entity: string; evidence: Evidence; now: number };

/** The earliest and the latest moment when a staged row may have been signed, in any time zone. */
const EARLIEST = `(line.signed_at - CASE line.doubt WHEN 0 THEN 0 ELSE ${EARLIER} END)`;
const LATEST = `(line.signed_at + CASE line.doubt WHEN 0 THEN 0 WHEN 1 THEN ${LATER} ELSE ${LATER + DAY - 1} END)`;

/** SQL for the result of a row that counts only if it was signed after `end`. */
function notAfter(end: string): string {
  return `WHEN ${EARLIEST} <= ${end} THEN CASE WHEN line.doubt > 0 AND ${LATEST} > ${end} THEN 'unclear' ELSE 'revoked' END`;
}

/**
 * SQL for the last revocation of a staged row's person; null: never. One from a file does not stop people from signing
 * here.
 */
const BARRED = `(SELECT max(r.at) FROM revocation AS r WHERE r.host = @host AND r.account = line.account
  AND r.agreement = @agreement AND (r.kind <> 'file' OR @evidence = 'import'))`;

/** The result of a staged row for which a signature `known` exists. */
export const OWN_OUTCOME = `CASE ${notAfter(BARRED)}
  WHEN known.signed_at IS NULL THEN 'added'
  WHEN known.revoked_at IS NOT NULL THEN CASE WHEN known.ended_by = 'replace' THEN 'restored' ELSE 'added' END
  WHEN known.signed_at = line.signed_at THEN 'unchanged'
  WHEN @evidence = 'import' AND known.evidence <> 'import' THEN 'kept'
  ELSE 'changed' END`;

const OWN = `signature AS known
  ON known.agreement = @agreement AND known.host = @host AND known.account = line.account AND known.version = @version`;
// The staged rows come first: the planner knows no sizes here, and might scan the whole agreement for each kind.
export const JOIN_OWN = `CROSS JOIN ${OWN}`;
/** The same with the rows for which no signature exists. */
export const LEFT_JOIN_OWN = `LEFT JOIN ${OWN}`;

// A person's own signature keeps its date and evidence, unless they withdrew it since.
const WRITE_OWN = `INSERT INTO signature (agreement, host, account, version, signed_at, evidence)
SELECT @agreement, @host, account, @version, signed_at, @evidence FROM staging.line AS line
WHERE kind = @kind AND (/*bar*/)
ON CONFLICT DO UPDATE SET
  signed_at = CASE WHEN /*keep*/ THEN signed_at ELSE excluded.signed_at END,
  evidence = CASE WHEN /*keep*/ THEN evidence ELSE excluded.evidence END,
  digest = CASE WHEN /*keep*/ OR signed_at = excluded.signed_at THEN digest END,
  revoked_at = NULL, ended_by = NULL
WHERE revoked_at IS NOT NULL
  OR (signed_at <> excluded.signed_at AND (@evidence <> 'import' OR evidence = 'import'))`.replaceAll(
  "/*keep*/",
  `ended_by = 'replace' AND evidence <> 'import' AND @evidence = 'import' AND NOT EXISTS (
    SELECT 1 FROM revocation AS r WHERE r.host = signature.host AND r.account = signature.account
      AND r.agreement = signature.agreement AND r.at >= signature.signed_at AND r.kind <> 'file')`,
);

/** The result of a staged row for which a roster place `known` exists. A row can't restart a roster that ended. */
const PLACE_OUTCOME = `CASE WHEN entity.ended_at <= @now THEN 'revoked' ${notAfter(BARRED)}
  WHEN known.from_at IS NULL THEN 'added'
  WHEN known.until_at <= @now THEN CASE WHEN known.ended_by = 'replace' THEN 'restored' ${notAfter("known.until_at")} ELSE 'added' END
  WHEN known.from_at = line.signed_at THEN 'unchanged'
  WHEN @evidence = 'import' AND known.evidence <> 'import' THEN 'kept'
  ELSE 'changed' END`;

const PLACES = `SELECT line.account, line.signed_at, ${PLACE_OUTCOME} AS outcome
FROM staging.line AS line CROSS JOIN entity ON entity.id = @entity LEFT JOIN entity_member AS known
  ON known.entity = @entity AND known.host = @host AND known.account = line.account
WHERE line.kind = @kind`;

const WRITE_PLACES = `INSERT INTO entity_member (entity, host, account, from_at, evidence)
SELECT @entity, @host, account, signed_at, @evidence FROM (${PLACES}) WHERE outcome IN ('added', 'restored', 'changed')
ON CONFLICT DO UPDATE SET
  from_at = CASE WHEN /*keep*/ THEN from_at ELSE excluded.from_at END,
  evidence = CASE WHEN /*keep*/ THEN evidence ELSE excluded.evidence END,
  until_at = CASE WHEN until_at <= @now THEN CASE ended_by WHEN 'replace' THEN until_before END ELSE until_at END,
  ended_by = NULL, until_before = NULL`.replaceAll(
  "/*keep*/",
  `ended_by = 'replace' AND evidence <> 'import' AND @evidence = 'import' AND NOT EXISTS (
    SELECT 1 FROM revocation AS r WHERE r.host = @host AND r.account = entity_member.account
      AND r.agreement = @agreement AND r.at >= entity_member.from_at AND r.kind = 'revoke')`,
);

const COUNTS = `count(*) FILTER (WHERE outcome = 'added') AS added,
  count(*) FILTER (WHERE outcome = 'restored') AS restored,
  count(*) FILTER (WHERE outcome = 'changed') AS changed,
  count(*) FILTER (WHERE outcome = 'unchanged') AS unchanged,
  count(*) FILTER (WHERE outcome = 'kept') AS kept,
  count(*) FILTER (WHERE outcome = 'revoked') AS revoked,
  count(*) FILTER (WHERE outcome = 'unclear') AS unclear`;

/** From this many new rows on, counting without the trigger is cheaper. */
const MANY = 1_000;

/** Applies staged rows kind by kind, and stores in `staging.touched` who gained or lost what open pull requests need. */
export function applyKinds(
  connection: Connection,
  kinds: readonly Kind[],
  evidence: Evidence,
  now: number,
): RowCounts {
  const sum = { added: 0, restored: 0, changed: 0, unchanged: 0, kept: 0, revoked: 0, unclear: 0 };
  const statements = openStatements(connection);
  const rows = connection.prepare<[], number>("SELECT count(*) FROM staging.line").pluck().get() ?? 0;
  const uncounted = rows < MANY ? null : stopCounting(connection);
  for (const { entity, ...kind } of kinds) {
    const parameters = { ...kind, entity: entity ?? "", evidence, now };
    const { fresh, ...counts } =
      entity === null ? applyOwn(statements, parameters) : applyPlaces(statements, parameters);
    if (fresh > 0) uncounted?.add(kind, fresh);
    for (const key of Object.keys(counts) as (keyof RowCounts)[]) sum[key] += counts[key];
  }
  uncounted?.end();
  return sum;
}

/** Removes the trigger that counts new rows for the rest of the transaction; `end` restores it. */
function stopCounting(connection: Connection): {
  add(kind: Pick<Kind, "agreement" | "host">, fresh: number): void;
  end(): void;
} {
  const trigger = connection
    .prepare<[], string>(
      "SELECT sql FROM sqlite_schema WHERE type = 'trigger' AND name = 'signature_inserted'",
    )
    .pluck()
    .get();
  if (trigger === undefined) throw new Error("the schema has the trigger signature_inserted");
  const add = connection.prepare<[string, string, number]>(
    `INSERT INTO signature_count VALUES (?, ?, ?)
ON CONFLICT DO UPDATE SET signatures = signatures + excluded.signatures`,
  );
  connection.exec("DROP TRIGGER signature_inserted");
  return {
    add: ({ agreement, host }, fresh) => void add.run(agreement, host, fresh),
    end: () => void connection.exec(trigger),
  };
}

/** Statements by their SQL, prepared once: an import may have a kind for every row. */
interface Statements {
  get(sql: string, parameters: Parameters): unknown;
  /** Whether there is a row; checked once for an agreement and host. */
  any(sql: string, parameters: Parameters): boolean;
  run(sql: string, parameters: Parameters): void;
}

function openStatements(connection: Connection): Statements {
  const prepared = new Map<string, ReturnType<Connection["prepare"]>>();
  const of = (sql: string): ReturnType<Connection["prepare"]> => {
    const known = prepared.get(sql) ?? connection.prepare(sql);
    prepared.set(sql, known);
    return known;
  };
  const found = new Map<string, boolean>();
  return {
    get: (sql, parameters) => of(sql).get(parameters),
    any: (sql, parameters) => {
      const key = JSON.stringify([sql, parameters.agreement, parameters.host]);
      const known = found.get(key) ?? of(sql).get(parameters) !== undefined;
      found.set(key, known);
      return known;
    },
    run: (sql, parameters) => void of(sql).run(parameters),
  };
}

/** The counts, and the number of new rows. */
type Applied = RowCounts & { readonly fresh: number };

function applyOwn(statements: Statements, parameters: Parameters): Applied {
  const barred = anyRevoked(statements, parameters);
  const counts = countOwn(statements, parameters, barred);
  if (counts.added + counts.restored + counts.changed === 0) return counts;
  touch(
    statements,
    `SELECT line.account, ${OWN_OUTCOME} AS outcome FROM staging.line AS line ${LEFT_JOIN_OWN} WHERE line.kind = @kind`,
    "0",
    parameters,
  );
  const bar = barred ? `${BARRED} IS NULL OR ${EARLIEST} > ${BARRED}` : "true";
  statements.run(WRITE_OWN.replace("/*bar*/", bar), parameters);
  return counts;
}

function applyPlaces(statements: Statements, parameters: Parameters): Applied {
  const counts = { ...countIn(statements, PLACES, parameters), fresh: 0 };
  if (counts.added + counts.restored + counts.changed === 0) return counts;
  // A place with a later date covers less than before.
  touch(statements, PLACES, "outcome = 'changed'", parameters);
  statements.run(WRITE_PLACES, parameters);
  return counts;
}

/**
 * Stores the buckets of the people for whom something changes. Usually no pull request waits, and then no buckets are
 * read.
 * @param lost SQL for whether a row may take something away
 */
function touch(statements: Statements, met: string, lost: string, parameters: Parameters): void {
  if (!anyOpen(statements, parameters)) return;
  statements.run(
    `INSERT OR IGNORE INTO staging.touched SELECT DISTINCT @agreement, @host, account % 256, ${lost}
FROM (${met}) WHERE outcome IN ('added', 'restored', 'changed')`,
    parameters,
  );
}

/** Reads only rows for which a record exists: in most imports, these are few. */
function countOwn(statements: Statements, parameters: Parameters, barred: boolean): Applied {
  const { rows } = statements.get(
    "SELECT count(*) AS rows FROM staging.line WHERE kind = @kind",
    parameters,
  ) as { rows: number };
  const known = countIn(
    statements,
    `SELECT ${OWN_OUTCOME} AS outcome FROM staging.line AS line ${JOIN_OWN} WHERE line.kind = @kind`,
    parameters,
  );
  const unknown = barred
    ? countIn(
        statements,
        `SELECT CASE ${notAfter(BARRED)} END AS outcome FROM staging.line AS line WHERE line.kind = @kind
  AND NOT EXISTS (SELECT 1 FROM signature AS known WHERE known.agreement = @agreement AND known.host = @host
    AND known.account = line.account AND known.version = @version)`,
        parameters,
      )
    : { revoked: 0, unclear: 0 };
  const { restored, changed, unchanged, kept } = known;
  const revoked = known.revoked + unknown.revoked;
  const unclear = known.unclear + unknown.unclear;
  const fresh = rows - sumOf(known) - unknown.revoked - unknown.unclear;
  return { added: fresh + known.added, restored, changed, unchanged, kept, revoked, unclear, fresh };
}

function sumOf({ added, restored, changed, unchanged, kept, revoked, unclear }: RowCounts): number {
  return added + restored + changed + unchanged + kept + revoked + unclear;
}

function countIn(statements: Statements, met: string, parameters: Parameters): RowCounts {
  return statements.get(`SELECT ${COUNTS} FROM (${met})`, parameters) as RowCounts;
}

/** Usually nobody was revoked, and then the rows need not be checked one by one. */
function anyRevoked(statements: Statements, parameters: Parameters): boolean {
  return statements.any(
    "SELECT 1 FROM revocation WHERE host = @host AND agreement = @agreement LIMIT 1",
    parameters,
  );
}

function anyOpen(statements: Statements, parameters: Parameters): boolean {
  return statements.any(
    "SELECT 1 FROM pull WHERE agreement = @agreement AND host = @host AND closed_at IS NULL LIMIT 1",
    parameters,
  );
}

/** Stores which text was signed, for the staged rows that tell it and are now stored. A file does not change a person's own. */
export function keepDigests(connection: Connection, evidence: Evidence): void {
  connection
    .prepare<[Evidence]>(
      `UPDATE signature SET digest = d.digest
FROM staging.digest AS d JOIN staging.kind AS k ON k.kind = d.kind
WHERE k.entity IS NULL AND signature.agreement = k.agreement AND signature.host = k.host
  AND signature.account = d.account AND signature.version = k.version AND signature.signed_at = d.signed_at
  AND (signature.evidence = 'import' OR ? <> 'import')`,
    )
    .run(evidence);
}
