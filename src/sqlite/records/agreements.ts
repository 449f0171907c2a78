import { termsOf, type AgreementRecord, type AgreementRecords } from "../../records/agreement-record.ts";
import { prepareAppend } from "./audit.ts";
import type { Bell } from "../queue/bell.ts";
import type { Connection } from "../connection/connect.ts";
import { prepareMarkBulk } from "../queue/wake.ts";
import type { Writer } from "../connection/writer.ts";

const RECORDS = `SELECT id AS agreement, version, revision, digest, effective_at AS effective, recorded_at AS recordedAt
FROM agreement`;

export function openAgreements(
  connection: Connection,
  writer: Writer,
  bell: Bell,
  now: () => number,
): AgreementRecords {
  const list = connection.prepare<[{ id: string | null }], AgreementRecord>(
    `${RECORDS} WHERE @id IS NULL OR id = @id ORDER BY id, recorded_at, version, revision`,
  );
  const last = connection.prepare<[string, string], AgreementRecord>(
    `${RECORDS} WHERE id = ? AND version = ? ORDER BY revision DESC LIMIT 1`,
  );
  const insert = connection.prepare<[AgreementRecord]>(
    `INSERT INTO agreement (id, version, revision, digest, effective_at, recorded_at)
VALUES (@agreement, @version, @revision, @digest, @effective, @recordedAt)`,
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
    list: (agreement) => writer.read(() => list.all({ id: agreement ?? null })),
    find: (agreement, version) => writer.read(() => last.get(agreement, version) ?? null),
    record: ({ agreement, version, digest, effective }, by) =>
      writer.write(() => {
        const known = last.get(agreement, version);
        if (known?.digest === digest) return known;
        const recordedAt = now();
        const revision = known === undefined ? 0 : known.revision + 1;
        const record: AgreementRecord = { agreement, version, revision, digest, effective, recordedAt };
        insert.run(record);
        append(
          known === undefined
            ? { by, act: "agreement record", details: { agreement, version, digest } }
            : { by, act: "agreement revise", details: { agreement, version, before: known.digest, digest } },
          null,
          recordedAt,
        );
        return record;
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
