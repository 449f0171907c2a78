import { accountOf, hostOf, numberOf, type Account, type HostName } from "../../account.ts";
import type { Actor } from "../../records/audit.ts";
import type { Signatures } from "../../ports/engine.ts";
import type { Coverage } from "../../records/signature.ts";
import { prepareAppend } from "./audit.ts";
import type { Bell } from "../queue/bell.ts";
import type { Connection } from "../connection/connect.ts";
import type { LogSync } from "../connection/log-sync.ts";
import { COUNT } from "./count.ts";
import { list, PLACE_END, unrestricted } from "./list.ts";
import { notRevoked, PLACE_NOT_REVOKED, prepareRevocations } from "./revocation.ts";
import { sign } from "../import/sign.ts";
import { prepareMarkTouched, touchedBy } from "../queue/wake.ts";
import type { Writer } from "../connection/writer.ts";

export function openSignatures(
  file: string,
  connection: Connection,
  { writer, log }: { readonly writer: Writer; readonly log: LogSync },
  bell: Bell,
  now: () => number,
): Signatures {
  // One query for all accounts of a host: SQLite plans such a query again for each bound value, which takes longer than
  // a lookup.
  const covering = connection.prepare<
    [{ agreement: string; host: HostName; accounts: string; now: number }],
    Coverage & { account: number }
  >(`SELECT account, version, NULL AS entity, NULL AS "from", NULL AS until
FROM json_each(@accounts) AS asked CROSS JOIN signature ON account = asked.value
WHERE agreement = @agreement AND host = @host AND revoked_at IS NULL AND ${notRevoked("signature")} AND ${unrestricted("signature")}
UNION ALL
SELECT m.account, version, entity, from_at, ${PLACE_END} AS until
FROM json_each(@accounts) AS asked CROSS JOIN entity_member AS m ON m.account = asked.value
JOIN entity AS e ON e.id = m.entity
WHERE m.host = @host AND e.agreement = @agreement
  AND (${PLACE_END} IS NULL OR ${PLACE_END} > @now) AND ${PLACE_NOT_REVOKED} AND ${unrestricted("m")}`);
  const revocations = prepareRevocations(connection);
  const wake = prepareMarkTouched(connection);
  const append = prepareAppend(connection);
  const count = connection.prepare<
    [{ now: number }],
    { host: HostName; agreement: string; signatures: number }
  >(COUNT);

  function change(
    accounts: readonly Account[],
    agreement: string,
    by: Actor,
    act: "revoke" | "revoke undo",
  ): readonly Account[] {
    const at = now();
    const work = act === "revoke" ? revocations.revoke : revocations.undo;
    const done = [...new Set(accounts)].map((account) => ({ account, did: work(account, agreement, at) }));
    const changed = done.flatMap(({ account, did }) => (did === "changed" ? [account] : []));
    wake(
      changed.map((account) => touchedBy(account, agreement, act === "revoke" ? 1 : 0)),
      at,
    );
    for (const { account, did } of done)
      if (did !== null) append({ by, act, details: { agreement } }, account, at);
    return changed;
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
      const outcome = await sign(file, rows, options, log, now);
      if (outcome.marked > 0 && options.dryRun !== true) bell.ring();
      return outcome;
    },
    revoke: async (accounts, agreement, by: Actor = "cli") => {
      const revoked = await writer.write(() => change(accounts, agreement, by, "revoke"));
      if (revoked.length > 0) bell.ring();
      return revoked;
    },
    undoRevoke: async (accounts, agreement, by) => {
      const undone = await writer.write(() => change(accounts, agreement, by, "revoke undo"));
      if (undone.length > 0) bell.ring();
      return undone;
    },
    all: (filter) => list(file, filter, now()),
    count: () => writer.read(() => count.all({ now: now() })),
  };
}
