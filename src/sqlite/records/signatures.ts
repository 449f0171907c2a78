import { accountOf, hostOf, numberOf, type Account, type HostName } from "../../account.ts";
import type { Actor } from "../../records/audit.ts";
import type { Signatures } from "../../ports/engine.ts";
import type { Coverage } from "../../records/signature.ts";
import { prepareAppend } from "./audit.ts";
import type { Bell } from "../queue/bell.ts";
import type { Connection } from "../connection/connect.ts";
import { every, list, PLACE_END, unrestricted } from "./list.ts";
import { sign } from "../import/sign.ts";
import { prepareMarkTouched, touchedBy } from "../queue/wake.ts";
import type { Writer } from "../connection/writer.ts";

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
  // One query for all accounts of a host: whenever a value is bound to it, SQLite plans such a query anew, which
  // takes longer than to look an account up.
  const covering = connection.prepare<
    [{ agreement: string; host: HostName; accounts: string; now: number }],
    Coverage & { account: number }
  >(`SELECT account, version, NULL AS entity, NULL AS "from", NULL AS until
FROM json_each(@accounts) AS asked CROSS JOIN signature ON account = asked.value
WHERE agreement = @agreement AND host = @host AND revoked_at IS NULL AND ${unrestricted("signature")}
UNION ALL
SELECT m.account, version, entity, from_at, ${PLACE_END} AS until
FROM json_each(@accounts) AS asked CROSS JOIN entity_member AS m ON m.account = asked.value
JOIN entity AS e ON e.id = m.entity
WHERE m.host = @host AND e.agreement = @agreement
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
  >(
    `SELECT host, agreement, count(*) AS signatures FROM (${every({})}) GROUP BY host, agreement ORDER BY agreement, host`,
  );

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
        const covered = new Map<Account, Coverage[]>();
        for (const [host, some] of Map.groupBy(new Set(accounts), hostOf)) {
          const asked = { agreement, host, accounts: JSON.stringify(some.map(numberOf)), now: now() };
          for (const { account: number, ...way } of covering.all(asked)) {
            const account = accountOf(host, number);
            const ways = covered.get(account);
            if (ways === undefined) covered.set(account, [way]);
            else ways.push(way);
          }
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
    all: (filter) => list(file, filter, now()),
    count: () => writer.read(() => count.all({ now: now() })),
  };
}
