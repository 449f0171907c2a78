import { Failure } from "../error.ts";

/** Options for opening a database, and what the opening changed. */
export interface OpeningOptions {
  /** Opens an existing database without changing it: no new file, no schema change, no repeated erasure. */
  readonly asItIs?: boolean;
  /** Like {@link OpeningOptions.asItIs}, for a user with read-only access; enough for a dry run. */
  readonly trial?: boolean;
  /** Opens the database for the one bot that serves from it; where an engine takes several, this changes nothing. */
  readonly serving?: boolean;
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

/** A file of `db/ENGINE/`. */
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

/** The schema version after all migrations; 0 if there are none. */
export function lastVersion(migrations: readonly Migration[]): number {
  return migrations.at(-1)?.version ?? 0;
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
