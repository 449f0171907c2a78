import type { Pool } from "pg";
import { accountOf, hostOf, numberOf, type Account, type HostName } from "../../account.ts";
import type { Actor } from "../../records/audit.ts";
import type { Signatures } from "../../ports/engine.ts";
import type { Coverage } from "../../records/signature.ts";
import { appendAll } from "./audit.ts";
import type { Bell } from "../queue/bell.ts";
import type { Connection } from "../connection/connect.ts";
import { every, list, PLACE_END, unrestricted } from "./list.ts";
import { sign } from "../import/sign.ts";
import { sql } from "../connection/sql.ts";
import { markTouched } from "../queue/wake.ts";
import type { Writer } from "../connection/writer.ts";

interface AccountRow {
  readonly host: HostName;
  readonly account: number;
}

export function openSignatures(long: Pool, writer: Writer, bell: Bell, now: () => number): Signatures {
  async function revoke(
    connection: Connection,
    accounts: readonly Account[],
    agreement: string,
    by: Actor,
  ): Promise<readonly Account[]> {
    const at = now();
    const wanted = [...new Set(accounts)];
    const theirs = sql`(SELECT * FROM unnest(${wanted.map(hostOf)}::text[], ${wanted.map(numberOf)}::bigint[]))`;
    const own = await connection.all<AccountRow>(sql`UPDATE signature SET revoked_at = ${at}
WHERE agreement = ${agreement} AND (host, account) IN ${theirs} AND revoked_at IS NULL RETURNING host, account`);
    const places = await connection.all<AccountRow>(sql`UPDATE entity_member SET until_at = ${at}
WHERE (host, account) IN ${theirs} AND (until_at IS NULL OR until_at > ${at})
  AND entity IN (SELECT id FROM entity WHERE agreement = ${agreement})
RETURNING host, account`);
    const changed = new Set([...own, ...places].map(({ host, account }) => accountOf(host, account)));
    const revoked = wanted.filter((account) => changed.has(account));
    await appendAll(
      connection,
      revoked.map((account) => ({ entry: { by, act: "revoke", details: { agreement } }, account })),
      at,
    );
    await markTouched(connection, revoked, agreement, at);
    return revoked;
  }

  return {
    covered: async (accounts, agreement) => {
      const at = now();
      const wanted = [...new Set(accounts)];
      const rows = await writer.all<AccountRow & Coverage>(sql`WITH wanted AS (
  SELECT * FROM unnest(${wanted.map(hostOf)}::text[], ${wanted.map(numberOf)}::bigint[]) AS t (host, account)
)
SELECT w.host, w.account, s.version, NULL AS entity, NULL::bigint AS "from", NULL::bigint AS until
FROM wanted AS w JOIN signature AS s ON s.agreement = ${agreement} AND s.host = w.host AND s.account = w.account
WHERE s.revoked_at IS NULL AND ${unrestricted("s")}
UNION ALL
SELECT w.host, w.account, e.version, m.entity, m.from_at, ${PLACE_END}
FROM wanted AS w JOIN entity_member AS m ON m.host = w.host AND m.account = w.account
JOIN entity AS e ON e.id = m.entity
WHERE e.agreement = ${agreement} AND (${PLACE_END} IS NULL OR ${PLACE_END} > ${at}) AND ${unrestricted("m")}`);
      const covered = new Map<Account, Coverage[]>();
      for (const { host, account: number, ...coverage } of rows) {
        const account = accountOf(host, number);
        const known = covered.get(account);
        if (known === undefined) covered.set(account, [coverage]);
        else known.push(coverage);
      }
      return covered;
    },
    sign: async (rows, options) => {
      const outcome = await sign(long, rows, options, now);
      if (outcome.marked > 0 && options.dryRun !== true) bell.ring();
      return outcome;
    },
    revoke: async (accounts, agreement, by: Actor = "cli") => {
      const revoked = await writer.change((connection) => revoke(connection, accounts, agreement, by));
      if (revoked.length > 0) bell.ring();
      return revoked;
    },
    all: (filter) => list(long, filter, now()),
    count: () =>
      writer.all<{ host: HostName; agreement: string; signatures: number }>(
        sql`SELECT host, agreement, count(*) AS signatures FROM (${every({}, now())}) AS counted
GROUP BY host, agreement ORDER BY agreement, host`,
      ),
  };
}
