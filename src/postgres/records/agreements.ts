import { recordOf, termsOf, type AgreementRecords, type KeptText } from "../../records/agreement-record.ts";
import { append } from "./audit.ts";
import type { Bell } from "../queue/bell.ts";
import { sql, type Statement } from "../connection/sql.ts";
import { markAgreement } from "../queue/wake.ts";
import type { Writer } from "../connection/writer.ts";

const RECORDS = sql`SELECT id AS agreement, version, language, revision, digest, effective_at AS effective,
  recorded_at AS "recordedAt"
FROM agreement`;

export function openAgreements(writer: Writer, bell: Bell, now: () => number): AgreementRecords {
  return {
    list: async (agreement) => {
      const filter = agreement === undefined ? sql`` : sql`WHERE id = ${agreement}`;
      const rows = await writer.all<KeptText>(
        sql`${RECORDS} ${filter} ORDER BY id, recorded_at, version, language, revision`,
      );
      return rows.map(recordOf);
    },
    find: async (agreement, version, language = null) => {
      const row = await writer.get<KeptText>(last(agreement, version, language ?? ""));
      return row === undefined ? null : recordOf(row);
    },
    record: ({ agreement, version, language = "", digest, effective }, by) =>
      writer.change(async (connection) => {
        const known = await connection.get<KeptText>(last(agreement, version, language));
        if (known?.digest === digest) return recordOf(known);
        const recordedAt = now();
        const revision = known === undefined ? 0 : known.revision + 1;
        await connection.run(sql`INSERT INTO agreement (id, version, language, revision, digest, effective_at, recorded_at)
VALUES (${agreement}, ${version}, ${language}, ${revision}, ${digest}, ${effective}, ${recordedAt})`);
        const text = { agreement, version, ...(language === "" ? {} : { language }) };
        await append(
          connection,
          known === undefined
            ? { by, act: "agreement record", details: { ...text, digest } }
            : { by, act: "agreement revise", details: { ...text, before: known.digest, digest } },
          null,
          recordedAt,
        );
        return recordOf({ agreement, version, language, revision, digest, effective, recordedAt });
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

function last(agreement: string, version: string, language: string): Statement {
  return sql`${RECORDS} WHERE id = ${agreement} AND version = ${version} AND language = ${language}
ORDER BY revision DESC LIMIT 1`;
}
