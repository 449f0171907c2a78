import { Failure } from "../error.ts";

/** Options for opening a database, and what the opening changed. */
export interface OpeningOptions {
  /** Opens an existing database without changing it: no new file, no schema change, no repeated erasure. */
  readonly asItIs?: boolean;
  /** Like {@link OpeningOptions.asItIs}, for a dry run: writes are possible, and none of them stays. */
  readonly trial?: boolean;
  /** Opens the database for the one bot that serves from it; where an engine takes several, this changes nothing. */
  readonly serving?: boolean;
  /** Called with a sentence about a risk in the database's address. */
  readonly warned?: (sentence: string) => void;
  /** Called with the changes that opening the database made. */
  readonly opened?: (opening: Opening) => void;
}

export interface Opening {
  /** The schema version before; 0: no schema. */
  readonly from: number;
  /** The schema version now. */
  readonly to: number;
  /** The copy from before the schema change; null: it was not needed, or the engine makes no copies. */
  readonly copy: string | null;
  /** How many accounts were erased again because the file is older than their erasure. */
  readonly erasedAgain: number;
}

/** A file of `db/ENGINE/`, or a row of the table `migration`. */
export interface Migration {
  readonly version: number;
  readonly name: string;
}

/** The migrations among the files of a folder, in order. Numbers may have gaps, and a missing number is never reused. */
export function migrationsOf(files: readonly string[]): readonly Migration[] {
  return files
    .filter((name) => /^[0-9]{4}_.+\.sql$/.test(name))
    .toSorted()
    .map((name) => ({ version: Number(name.slice(0, 4)), name }));
}

/** How a database's schema compares with this program's. */
export interface SchemaState {
  /** Every migration up to this one was applied; 0: none. Greater than `to`: a newer program wrote the database. */
  readonly from: number;
  /** The program's last migration; 0: it has none. */
  readonly to: number;
  /** The migrations that the database lacks, in order. */
  readonly missing: readonly Migration[];
  /** The applied migrations whose number was another one when they were applied, as they are named now. */
  readonly renumbered: readonly (Migration & { readonly before: number })[];
}

/**
 * Compares a database's migrations with the program's. A migration is identified by its name without the number,
 * because migrations of branches that were merged got other numbers than they had in a database before.
 * @throws Failure `refused` for a migration that this program does not have
 */
export function schemaState(applied: readonly Migration[], known: readonly Migration[]): SchemaState {
  const to = known.at(-1)?.version ?? 0;
  const titles = new Map(known.map((migration) => [titleOf(migration), migration]));
  const foreign = applied.filter((migration) => !titles.has(titleOf(migration)));
  const newest = Math.max(0, ...foreign.map(({ version }) => version));
  if (newest > to) return { from: newest, to, missing: [], renumbered: [] };
  if (foreign.length > 0)
    throw new Failure(
      "refused",
      `this version does not have the database's migration ${foreign[0]?.name}: run the Countersign that wrote the database, or check DATABASE_URL`,
    );
  const done = new Map(applied.map((migration) => [titleOf(migration), migration]));
  const missing = known.filter((migration) => !done.has(titleOf(migration)));
  const end = known.findIndex((migration) => migration === missing[0]);
  return {
    from: missing.length === 0 ? to : (known[end - 1]?.version ?? 0),
    to,
    missing,
    renumbered: known.flatMap((migration) => {
      const before = done.get(titleOf(migration));
      return before === undefined || before.name === migration.name
        ? []
        : [{ ...migration, before: before.version }];
    }),
  };
}

function titleOf({ name }: Migration): string {
  return name.replace(/^\d+_/, "");
}

/** Why a database of another schema is refused, and what to do: `refused` for a newer one, else `database-schema`. */
export function otherSchema(found: number, known: number): Failure {
  if (found > known)
    return new Failure(
      "refused",
      `the database was written by a newer Countersign (schema ${found}, this one knows ${known}): run that version`,
    );
  return new Failure(
    "database-schema",
    found === 0
      ? "there is no database yet: check DATABASE_URL, or make one with countersign migrate; the bot makes it when it starts"
      : `the database has schema ${found}, and this version needs ${known}: run countersign migrate, or start the bot, which does it`,
  );
}
