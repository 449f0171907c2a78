import { Failure } from "../error.ts";

/** How a database is opened, and what that changed. */
export interface OpeningOptions {
  /** Opens the database as it is: makes none, changes no schema, repeats no erasure. */
  readonly asItIs?: boolean;
  /** As {@link OpeningOptions.asItIs}, where this user may only read the database, as is enough for a dry run. */
  readonly trial?: boolean;
  /** Opens the database for the one bot that serves from it; where an engine takes several, this changes nothing. */
  readonly serving?: boolean;
  /** Told what opening the database changed, once it is done. */
  readonly opened?: (opening: Opening) => void;
}

export interface Opening {
  /** The schema before; 0: there was none. */
  readonly from: number;
  /** The schema now. */
  readonly to: number;
  /** The copy that was made before the schema changed; null: none was needed, or the engine makes none. */
  readonly copy: string | null;
  /** How many accounts were erased again, because the file is older than their erasure. */
  readonly erasedAgain: number;
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
