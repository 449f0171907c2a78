import { termsOf, type AgreementRecord, type AgreementRecords } from "../../records/agreement-record.ts";
import { append } from "./audit.ts";
import type { Bell } from "../queue/bell.ts";
import { sql, type Statement } from "../connection/sql.ts";
import { markAgreement } from "../queue/wake.ts";
import type { Writer } from "../connection/writer.ts";

const RECORDS = sql`SELECT id AS agreement, version, revision, digest, effective_at AS effective,
  recorded_at AS "recordedAt"
FROM agreement`;

export function openAgreements(writer: Writer, bell: Bell, now: () => number): AgreementRecords {
  return {
    list: (agreement) => {
      const filter = agreement === undefined ? sql`` : sql`WHERE id = ${agreement}`;
      return writer.all<AgreementRecord>(
        sql`${RECORDS} ${filter} ORDER BY id, recorded_at, version, revision`,
      );
    },
    find: async (agreement, version) => (await writer.get<AgreementRecord>(last(agreement, version))) ?? null,
    record: ({ agreement, version, digest, effective }, by) =>
      writer.change(async (connection) => {
        const known = await connection.get<AgreementRecord>(last(agreement, version));
        if (known?.digest === digest) return known;
        const recordedAt = now();
        const revision = known === undefined ? 0 : known.revision + 1;
        await connection.run(sql`INSERT INTO agreement (id, version, revision, digest, effective_at, recorded_at)
VALUES (${agreement}, ${version}, ${revision}, ${digest}, ${effective}, ${recordedAt})`);
        await append(
          connection,
          known === undefined
            ? { by, act: "agreement record", details: { agreement, version, digest } }
            : { by, act: "agreement revise", details: { agreement, version, before: known.digest, digest } },
          null,
          recordedAt,
        );
        return { agreement, version, revision, digest, effective, recordedAt };
      }),
    enforce: async (agreement) => {
      const marked = await writer.change(async (connection) => {
        const wanted = termsOf(agreement);
        const changed =
          await connection.run(sql`INSERT INTO agreement_terms (id, terms) VALUES (${agreement.id}, ${wanted})
ON CONFLICT (id) DO UPDATE SET terms = excluded.terms WHERE agreement_terms.terms <> excluded.terms`);
        return changed === 0 ? 0 : markAgreement(connection, agreement.id, now());
      });
      if (marked > 0) bell.ring();
      return marked;
    },
  };
}

function last(agreement: string, version: string): Statement {
  return sql`${RECORDS} WHERE id = ${agreement} AND version = ${version} ORDER BY revision DESC LIMIT 1`;
}
