/**
 * Where the rows of an import wait until all of them are there: temporary tables, which only this connection sees and
 * which are written to no log, so that the locks on the real ones are held only while they are applied, and a file of
 * any size needs the memory of one batch.
 */
import { numberOf } from "../../account.ts";
import { collectKinds, type Kind } from "../../records/row-kind.ts";
import type { SignatureRow } from "../../records/signature.ts";
import type { Connection } from "../connection/connect.ts";
import { sql } from "../connection/sql.ts";

export interface Staging {
  add(rows: readonly SignatureRow[]): Promise<void>;
  /** Every row is there. Returns their kinds in the order in which signatures are kept. */
  end(): Promise<readonly Kind[]>;
}

/** Rows that come in small batches are sent together. */
const TOGETHER = 5_000;

export async function openStaging(connection: Connection): Promise<Staging> {
  await connection.exec(`CREATE TEMPORARY TABLE staged_row (kind integer NOT NULL, account bigint NOT NULL,
  signed_at bigint NOT NULL);
CREATE TEMPORARY TABLE staged_kind (kind integer PRIMARY KEY, agreement text COLLATE "C" NOT NULL,
  host text COLLATE "C" NOT NULL, version text COLLATE "C" NOT NULL, entity text COLLATE "C");
CREATE TEMPORARY TABLE staged_touched (agreement text COLLATE "C" NOT NULL, host text COLLATE "C" NOT NULL,
  bucket bigint NOT NULL, PRIMARY KEY (agreement, host, bucket))`);
  const kinds = collectKinds();
  let unsent: SignatureRow[] = [];

  async function send(): Promise<void> {
    const rows = unsent;
    unsent = [];
    await connection.run(sql`INSERT INTO staged_row SELECT * FROM unnest(${rows.map((row) => kinds.of(row))}::integer[],
  ${rows.map(({ account }) => numberOf(account))}::bigint[], ${rows.map(({ signedAt }) => signedAt)}::bigint[])`);
  }

  return {
    add: async (rows) => {
      for (let at = 0; at < rows.length; at += TOGETHER) {
        unsent.push(...rows.slice(at, at + TOGETHER));
        if (unsent.length >= TOGETHER) await send();
      }
    },
    end: async () => {
      if (unsent.length > 0) await send();
      const sorted = kinds.sorted();
      await connection.run(sql`INSERT INTO staged_kind SELECT * FROM unnest(${sorted.map(({ kind }) => kind)}::integer[],
  ${sorted.map(({ agreement }) => agreement)}::text[], ${sorted.map(({ host }) => host)}::text[],
  ${sorted.map(({ version }) => version)}::text[], ${sorted.map(({ entity }) => entity)}::text[])`);
      // Of rows that differ in nothing but the date, the latest counts.
      await connection.exec(`CREATE TEMPORARY TABLE staged_line AS
SELECT kind, account, max(signed_at) AS signed_at FROM staged_row GROUP BY kind, account;
DROP TABLE staged_row;
ANALYZE staged_line;
ANALYZE staged_kind`);
      return sorted;
    },
  };
}
