import { Client } from "pg";

interface Column {
  readonly table: string;
  readonly name: string;
  readonly type: string;
  readonly collation: string | null;
  readonly required: boolean;
  readonly value: string | null;
  readonly identity: string;
}

interface Definition {
  readonly table: string;
  readonly definition: string;
}

const COLUMNS = `SELECT c.relname AS "table", a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type,
  CASE WHEN a.attcollation <> t.typcollation THEN l.collname END AS collation, a.attnotnull AS required,
  pg_get_expr(d.adbin, d.adrelid) AS value, a.attidentity AS identity
FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_type AS t ON t.oid = a.atttypid LEFT JOIN pg_collation AS l ON l.oid = a.attcollation
LEFT JOIN pg_attrdef AS d ON d.adrelid = c.oid AND d.adnum = a.attnum
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' ORDER BY c.relname, a.attnum`;

// That a column must not be null is a separate constraint since PostgreSQL 18; the dump shows it with the column.
const CONSTRAINTS = `SELECT conrelid::regclass::text AS "table", pg_get_constraintdef(oid) AS definition FROM pg_constraint
WHERE connamespace = 'public'::regnamespace AND contype <> 'n' ORDER BY 1, contype DESC, 2`;

const INDEXES = `SELECT i.indrelid::regclass::text AS "table", pg_get_indexdef(i.indexrelid) AS definition
FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid
WHERE c.relnamespace = 'public'::regnamespace
  AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = i.indexrelid) ORDER BY 1, 2`;

const SETTINGS = `SELECT relname AS "table", 'ALTER TABLE ' || relname || ' SET (' || array_to_string(reloptions, ', ') || ')' AS definition
FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND reloptions IS NOT NULL ORDER BY 1`;

const TRIGGERS = `SELECT tgrelid::regclass::text AS "table", pg_get_triggerdef(oid) AS definition FROM pg_trigger
WHERE NOT tgisinternal ORDER BY 1, tgname`;

const FUNCTIONS = `SELECT '' AS "table", pg_get_functiondef(oid) AS definition FROM pg_proc
WHERE pronamespace = 'public'::regnamespace ORDER BY proname`;

/** Writes the schema of a database as SQL, the same for the same schema. */
export async function dumpSchema(url: string): Promise<string> {
  const client = new Client(url);
  await client.connect();
  const rowsOf = async <Row extends object>(text: string): Promise<Row[]> =>
    (await client.query<Row>(text)).rows;
  const columns = await rowsOf<Column>(COLUMNS);
  const constraints = await rowsOf<Definition>(CONSTRAINTS);
  const indexes = await rowsOf<Definition>(INDEXES);
  const settings = await rowsOf<Definition>(SETTINGS);
  const triggers = await rowsOf<Definition>(TRIGGERS);
  const functions = await rowsOf<Definition>(FUNCTIONS);
  await client.end();
  const tables = [...new Set(columns.map(({ table }) => table))];
  const of = (list: readonly Definition[], name: string): readonly string[] =>
    list.filter(({ table }) => table === name).map(({ definition }) => definition);
  const statements = tables.flatMap((table) => [
    `CREATE TABLE ${table} (\n${[
      ...columns.filter((column) => column.table === table).map(printColumn),
      ...of(constraints, table),
    ]
      .map((line) => `  ${line}`)
      .join(",\n")}\n)`,
    ...of(indexes, table),
    ...of(settings, table),
  ]);
  const last = [...functions, ...triggers].map(({ definition }) => definition.trimEnd());
  return [...statements, ...last].map((statement) => `${statement.replaceAll("public.", "")};\n`).join("");
}

function printColumn({ name, type, collation, required, value, identity }: Column): string {
  return [
    `${name} ${type}`,
    collation === null ? "" : ` COLLATE "${collation}"`,
    required ? " NOT NULL" : "",
    value === null ? "" : ` DEFAULT ${value}`,
    identity === "a" ? " GENERATED ALWAYS AS IDENTITY" : "",
  ].join("");
}
