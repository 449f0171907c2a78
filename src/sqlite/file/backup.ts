import { closeSync, openSync, rmSync } from "node:fs";
import { Failure } from "../../error.ts";
import { connectAsItIs, type Connection } from "../connection/connect.ts";
import { otherSchema } from "../../ports/opening.ts";
import { explain } from "../connection/failure.ts";
import { stateOf } from "../connection/migrate.ts";

/**
 * Writes a consistent copy, readable only by its owner, while others use the database.
 * @throws Failure `refused` if the target exists or can't be written
 */
export async function backup(connection: Connection, target: string): Promise<void> {
  try {
    closeSync(openSync(target, "wx", 0o600));
  } catch (error) {
    const exists = error instanceof Error && "code" in error && error.code === "EEXIST";
    throw new Failure(
      "refused",
      exists
        ? "the backup file already exists: choose another name, or remove it first"
        : "the backup's file can't be written: check its folder and who may write there",
    );
  }
  try {
    await connection.backup(target);
  } catch (error) {
    rmSync(target, { force: true });
    throw explain(error);
  }
}

/**
 * Backs up a database as it is, with this version's schema or an earlier one.
 * @returns the schema version of the copy
 * @throws Failure `database-unreachable`, `refused`
 */
export async function backupFile(file: string, target: string): Promise<number> {
  const connection = connectAsItIs(file);
  try {
    const { from, to } = stateOf(connection);
    if (from > to) throw otherSchema(from, to);
    await backup(connection, target);
    return from;
  } catch (error) {
    throw explain(error);
  } finally {
    connection.close();
  }
}
