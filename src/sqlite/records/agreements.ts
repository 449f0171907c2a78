import { recordOf, termsOf, type AgreementRecords, type KeptText } from "../../records/agreement-record.ts";
import { prepareAppend } from "./audit.ts";
import type { Bell } from "../queue/bell.ts";
import type { Connection } from "../connection/connect.ts";
import { prepareMarkBulk } from "../queue/wake.ts";
import type { Writer } from "../connection/writer.ts";

const RECORDS = `SELECT id AS agreement, version, language, revision, digest, effective_at AS effective, recorded_at AS recordedAt
FROM agreement`;

export function openAgreements(
  connection: Connection,
  writer: Writer,
  bell: Bell,
  now: () => number,
): AgreementRecords {
  const list = connection.prepare<[{ id: string | null }], KeptText>(
    `${RECORDS} WHERE @id IS NULL OR id = @id ORDER BY id, recorded_at, version, language, revision`,
  );
  const last = connection.prepare<[string, string, string], KeptText>(
    `${RECORDS} WHERE id = ? AND version = ? AND language = ? ORDER BY revision DESC LIMIT 1`,
  );
  const insert = connection.prepare<[KeptText]>(
    `INSERT INTO agreement (id, version, language, revision, digest, effective_at, recorded_at)
VALUES (@agreement, @version, @language, @revision, @digest, @effective, @recordedAt)`,
  );
  const terms = connection
    .prepare<[string], string>("SELECT terms FROM agreement_terms WHERE id = ?")
    .pluck();
  const keepTerms = connection.prepare<[string, string]>(
    "INSERT INTO agreement_terms (id, terms) VALUES (?, ?) ON CONFLICT DO UPDATE SET terms = excluded.terms",
  );
  const mark = prepareMarkBulk<{ agreement: string }>(
    connection,
    "SELECT host, repository, number FROM pull WHERE agreement = @agreement AND closed_at IS NULL",
  );
  const append = prepareAppend(connection);

  return {
    list: (agreement) => writer.read(() => list.all({ id: agreement ?? null }).map(recordOf)),
    find: (agreement, version, language = null) =>
      writer.read(() => {
        const row = last.get(agreement, version, language ?? "");
        return row === undefined ? null : recordOf(row);
      }),
    record: ({ agreement, version, language = "", digest, effective }, by) =>
      writer.write(() => {
        const known = last.get(agreement, version, language);
        if (known?.digest === digest) return recordOf(known);
        const recordedAt = now();
        const revision = known === undefined ? 0 : known.revision + 1;
        const row: KeptText = { agreement, version, language, revision, digest, effective, recordedAt };
        insert.run(row);
        const text = { agreement, version, ...(language === "" ? {} : { language }) };
        append(
          known === undefined
            ? { by, act: "agreement record", details: { ...text, digest } }
            : { by, act: "agreement revise", details: { ...text, before: known.digest, digest } },
          null,
          recordedAt,
        );
        return recordOf(row);
      }),
    enforce: async (agreement) => {
      const marked = await writer.write(() => {
        const wanted = termsOf(agreement);
        if (terms.get(agreement.id) === wanted) return 0;
        keepTerms.run(agreement.id, wanted);
        return mark({ agreement: agreement.id, now: now() });
      });
      if (marked > 0) bell.ring();
      return marked;
    },
  };
}
