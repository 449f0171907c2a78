import { accountOf, hostOf, numberOf, type Account, type HostName } from "../account.ts";
import type { Actor } from "../audit.ts";
import type { Signatures } from "../engine.ts";
import type { Coverage, Evidence, Signature } from "../signature.ts";
import { prepareAppend } from "./audit.ts";
import type { Bell } from "./bell.ts";
import { connectToRead, type Connection } from "./connect.ts";
import { explain } from "./failure.ts";
import { sign } from "./sign.ts";
import { prepareMarkTouched, touchedBy } from "./wake.ts";
import type { Writer } from "./writer.ts";

interface Key {
  readonly agreement: string;
  readonly host: HostName;
  readonly account: number;
  readonly now: number;
}

export function openSignatures(
  file: string,
  connection: Connection,
  writer: Writer,
  bell: Bell,
  now: () => number,
): Signatures {
  const covering = connection.prepare<
    [Key],
    Coverage
  >(`SELECT version, NULL AS entity, NULL AS "from", NULL AS until
FROM signature WHERE agreement = @agreement AND host = @host AND account = @account AND revoked_at IS NULL
  AND ${unrestricted("signature")}
UNION ALL
SELECT version, entity, from_at, ${PLACE_END} AS until FROM entity_member AS m JOIN entity AS e ON e.id = m.entity
WHERE m.host = @host AND m.account = @account AND e.agreement = @agreement
  AND (${PLACE_END} IS NULL OR ${PLACE_END} > @now) AND ${unrestricted("m")}`);
  const revokeOwn = connection.prepare<[Key]>(`UPDATE signature SET revoked_at = @now
WHERE agreement = @agreement AND host = @host AND account = @account AND revoked_at IS NULL`);
  const endPlaces = connection.prepare<[Key]>(`UPDATE entity_member SET until_at = @now
WHERE host = @host AND account = @account AND (until_at IS NULL OR until_at > @now)
  AND entity IN (SELECT id FROM entity WHERE agreement = @agreement)`);
  const wake = prepareMarkTouched(connection);
  const append = prepareAppend(connection);
  const count = connection.prepare<
    [{ now: number }],
    { host: HostName; agreement: string; signatures: number }
  >(`SELECT host, agreement, count(*) AS signatures FROM (${EVERY}) WHERE revoked_at IS NULL
GROUP BY host, agreement ORDER BY agreement, host`);

  function revoke(accounts: readonly Account[], agreement: string, by: Actor): readonly Account[] {
    const at = now();
    const revoked = [...new Set(accounts)].filter((account) => {
      const key = { agreement, host: hostOf(account), account: numberOf(account), now: at };
      return revokeOwn.run(key).changes + endPlaces.run(key).changes > 0;
    });
    wake(
      revoked.map((account) => touchedBy(account, agreement)),
      at,
    );
    for (const account of revoked) append({ by, act: "revoke", details: { agreement } }, account, at);
    return revoked;
  }

  return {
    covered: (accounts, agreement) =>
      writer.read(() => {
        const at = now();
        const covered = new Map<Account, readonly Coverage[]>();
        for (const account of new Set(accounts)) {
          const key = { agreement, host: hostOf(account), account: numberOf(account), now: at };
          const found = covering.all(key);
          if (found.length > 0) covered.set(account, found);
        }
        return covered;
      }),
    sign: async (rows, options) => {
      const outcome = await sign(file, rows, options, now);
      if (outcome.marked > 0 && options.dryRun !== true) bell.ring();
      return outcome;
    },
    revoke: async (accounts, agreement, by: Actor = "cli") => {
      const revoked = await writer.write(() => revoke(accounts, agreement, by));
      if (revoked.length > 0) bell.ring();
      return revoked;
    },
    all: (filter) => all(file, { ...filter, now: now() }),
    count: () => writer.read(() => count.all({ now: now() })),
  };
}

/** SQL for the end of a roster place `m` of an employer `e`: its own or the whole roster's. */
const PLACE_END = "min(coalesce(m.until_at, e.ended_at), coalesce(e.ended_at, m.until_at))";

function unrestricted(table: string): string {
  return `NOT EXISTS (SELECT 1 FROM subject WHERE subject.host = ${table}.host
  AND subject.account = ${table}.account AND restricted_since IS NOT NULL)`;
}

const EVERY = `SELECT agreement, host, account, version, signed_at, evidence, NULL AS entity, revoked_at
FROM signature WHERE ${unrestricted("signature")}
UNION ALL
SELECT e.agreement, m.host, m.account, e.version, m.from_at, m.evidence, e.id,
  CASE WHEN ${PLACE_END} <= @now THEN ${PLACE_END} END
FROM entity_member AS m JOIN entity AS e ON e.id = m.entity WHERE ${unrestricted("m")}`;

interface Row {
  readonly agreement: string;
  readonly host: HostName;
  readonly account: number;
  readonly version: string;
  readonly signed_at: number;
  readonly evidence: Evidence;
  readonly entity: string | null;
  readonly revoked_at: number | null;
}

/** Reads through a connection of its own: one state from beginning to end, while others read and write. */
async function* all(
  file: string,
  filter: Parameters<Signatures["all"]>[0] & { readonly now: number },
): AsyncGenerator<Signature> {
  const connection = connectToRead(file);
  try {
    const rows = connection
      .prepare<[object], Row>(
        `SELECT * FROM (${EVERY})
WHERE (@agreement IS NULL OR agreement = @agreement) AND (@host IS NULL OR host = @host)
  AND (@revoked OR revoked_at IS NULL)
ORDER BY agreement, host, account, version, entity`,
      )
      .iterate({
        agreement: filter.agreement ?? null,
        host: filter.host ?? null,
        revoked: filter.revoked === true ? 1 : 0,
        now: filter.now,
      });
    for (const row of rows)
      yield {
        account: accountOf(row.host, row.account),
        agreement: row.agreement,
        version: row.version,
        signedAt: row.signed_at,
        evidence: row.evidence,
        entity: row.entity,
        revokedAt: row.revoked_at,
      };
  } catch (error) {
    throw explain(error);
  } finally {
    connection.close();
  }
}
