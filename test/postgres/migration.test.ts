import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { accountOf } from "../../src/account.ts";
import { openPostgres } from "../../src/postgres/open.ts";
import { appliedOf, HISTORY } from "../ports/schema-history.ts";
import { dumpSchema } from "./dump.ts";
import { NO_SERVER, useServer } from "./server.ts";

const FOLDER = new URL("../../db/postgres/", import.meta.url);
const ALICE = accountOf("github", 1001);

describe.skipIf(NO_SERVER !== null)("a PostgreSQL database of every schema that was ever committed", () => {
  const server = useServer();

  it.each(HISTORY.map((names) => [names.slice(4).join(" ") || names.length, names] as const))(
    "(%s) is brought up, and what it held counts as before",
    async (_, names) => {
      const url = await server.createDatabase();
      // All in one message: each would take a connection of its own.
      const migrations = appliedOf(names).map(
        ({ version, name, file }) =>
          `${readFileSync(new URL(file, FOLDER), "utf8")};\nINSERT INTO migration VALUES (${version}, '${name}', 0);`,
      );
      await server.query(
        url,
        `CREATE TABLE migration (version bigint PRIMARY KEY, name text NOT NULL, applied_at bigint NOT NULL);
${migrations.join("\n")}
INSERT INTO signature (agreement, host, account, version, signed_at, evidence)
VALUES ('icla', 'github', 1001, '1.0', 5, 'import');
INSERT INTO task (host, repository, key, installation, generation, due_at)
VALUES ('github', 10, 'pull/7', 5, 1, 0)`,
      );
      const engine = await openPostgres(url);
      try {
        expect((await engine.signatures.covered([ALICE], "icla")).get(ALICE)).toMatchObject([
          { version: "1.0" },
        ]);
        expect(await engine.signatures.count()).toEqual([
          { host: "github", agreement: "icla", signatures: 1 },
        ]);
        expect(await engine.queue.depth()).toMatchObject({ due: 1 });
      } finally {
        await engine.close();
      }
      const committed = readFileSync(new URL("schema.sql", FOLDER), "utf8");
      expect(columnsOf(await dumpSchema(url))).toEqual(columnsOf(committed));
    },
  );
});

/** The lines of a dump in any order: a column that was added later comes last, whatever the order in a new database. */
function columnsOf(dump: string): readonly string[] {
  return dump
    .split("\n")
    .filter((line) => !line.startsWith("--"))
    .map((line) => line.replace(/,$/, ""))
    .toSorted();
}
