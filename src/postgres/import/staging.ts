/**
 * Holds the rows of an import until all are read, in temporary tables. Only this connection sees them, and they are not
 * logged. So the real tables are locked only while the rows are applied, and a file of any size needs the memory of one
 * batch.
 */
import { hostOf, numberOf } from "../../account.ts";
import { collectKinds, type Kind } from "../../records/row-kind.ts";
import { doubtOf, type SignatureRow } from "../../records/signature.ts";
import type { Connection } from "../connection/connect.ts";
import { sql } from "../connection/sql.ts";

export interface Staging {
  add(rows: readonly SignatureRow[]): Promise<void>;
  /** All rows are staged. Returns their kinds in the stored order of signatures. */
  end(): Promise<readonly Kind[]>;
}

/** Rows that come in small batches are sent together. */
const TOGETHER = 1_000;

export async function openStaging(connection: Connection): Promise<Staging> {
  await connection.exec(`CREATE TEMPORARY TABLE staged_row (kind integer NOT NULL, account bigint NOT NULL,
  signed_at bigint NOT NULL, doubt integer NOT NULL);
CREATE TEMPORARY TABLE staged_digest (kind integer NOT NULL, account bigint NOT NULL, signed_at bigint NOT NULL,
  digest text NOT NULL);
CREATE TEMPORARY TABLE staged_revoked (agreement text COLLATE "C" NOT NULL, host text COLLATE "C" NOT NULL,
  account bigint NOT NULL, at bigint NOT NULL, PRIMARY KEY (agreement, host, account));
CREATE TEMPORARY TABLE staged_left (entity text COLLATE "C" NOT NULL, host text COLLATE "C" NOT NULL,
  account bigint NOT NULL, at bigint NOT NULL, PRIMARY KEY (entity, host, account));
CREATE TEMPORARY TABLE staged_kind (kind integer PRIMARY KEY, agreement text COLLATE "C" NOT NULL,
  host text COLLATE "C" NOT NULL, version text COLLATE "C" NOT NULL, entity text COLLATE "C");
CREATE TEMPORARY TABLE staged_missing (host text COLLATE "C" NOT NULL, account bigint NOT NULL,
  version text COLLATE "C" NOT NULL, signed_at bigint NOT NULL);
CREATE TEMPORARY TABLE staged_touched (agreement text COLLATE "C" NOT NULL, host text COLLATE "C" NOT NULL,
  bucket bigint NOT NULL, lost boolean NOT NULL, PRIMARY KEY (agreement, host, bucket, lost))`);
  const kinds = collectKinds();
  let unsent: SignatureRow[] = [];

  async function send(): Promise<void> {
    const rows = unsent;
    unsent = [];
    await connection.run(sql`INSERT INTO staged_row SELECT * FROM unnest(${rows.map((row) => kinds.of(row))}::integer[],
  ${rows.map(({ account }) => numberOf(account))}::bigint[], ${rows.map(({ signedAt }) => signedAt)}::bigint[],
  ${rows.map(doubtOf)}::integer[])`);
    // Few files tell which text was signed.
    const read = rows.filter(({ digest }) => digest !== undefined);
    if (read.length > 0)
      await connection.run(sql`INSERT INTO staged_digest SELECT * FROM unnest(${read.map((row) => kinds.of(row))}::integer[],
  ${read.map(({ account }) => numberOf(account))}::bigint[], ${read.map(({ signedAt }) => signedAt)}::bigint[],
  ${read.map(({ digest = "" }) => digest)}::text[])`);
  }

  async function sendRevoked(rows: readonly SignatureRow[]): Promise<void> {
    if (rows.length === 0) return;
    await connection.run(sql`INSERT INTO staged_revoked AS known
SELECT agreement, host, account, max(at) FROM unnest(${rows.map(({ agreement }) => agreement)}::text[],
  ${rows.map(({ account }) => hostOf(account))}::text[], ${rows.map(({ account }) => numberOf(account))}::bigint[],
  ${rows.map(({ revokedAt }) => revokedAt ?? 0)}::bigint[]) AS t (agreement, host, account, at)
GROUP BY agreement, host, account
ON CONFLICT (agreement, host, account) DO UPDATE SET at = greatest(known.at, excluded.at)`);
  }

  async function sendLeft(rows: readonly SignatureRow[]): Promise<void> {
    if (rows.length === 0) return;
    await connection.run(sql`INSERT INTO staged_left AS known
SELECT entity, host, account, max(at) FROM unnest(${rows.map(({ entity }) => entity ?? "")}::text[],
  ${rows.map(({ account }) => hostOf(account))}::text[], ${rows.map(({ account }) => numberOf(account))}::bigint[],
  ${rows.map(({ revokedAt }) => revokedAt ?? 0)}::bigint[]) AS t (entity, host, account, at)
GROUP BY entity, host, account
ON CONFLICT (entity, host, account) DO UPDATE SET at = greatest(known.at, excluded.at)`);
  }

  return {
    add: async (all) => {
      const revoked = all.filter(({ revokedAt }) => revokedAt !== undefined);
      const rows = revoked.length === 0 ? all : all.filter(({ revokedAt }) => revokedAt === undefined);
      await sendRevoked(revoked.filter(({ entity }) => entity === null));
      await sendLeft(revoked.filter(({ entity }) => entity !== null));
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
      // If rows differ only in the date, the latest counts.
      await connection.exec(`CREATE TEMPORARY TABLE staged_line AS
SELECT kind, account, latest >> 2 AS signed_at, (latest & 3)::integer AS doubt FROM (
  SELECT kind, account, max(signed_at << 2 | doubt) AS latest FROM staged_row GROUP BY kind, account) AS lines;
DROP TABLE staged_row;
ANALYZE staged_line;
ANALYZE staged_kind`);
      return sorted;
    },
  };
}
