import type { Pool } from "pg";
import { accountOf, hostOf, numberOf, type Account, type HostName } from "../../account.ts";
import type { Actor } from "../../records/audit.ts";
import type { Signatures } from "../../ports/engine.ts";
import type { Coverage } from "../../records/signature.ts";
import { appendAll } from "./audit.ts";
import type { Bell } from "../queue/bell.ts";
import type { Connection } from "../connection/connect.ts";
import { countOf } from "./count.ts";
import { list, PLACE_END, unrestricted } from "./list.ts";
import { notRevoked, PLACE_NOT_REVOKED, revoke, undo } from "./revocation.ts";
import { sign } from "../import/sign.ts";
import { sql } from "../connection/sql.ts";
import { markTouched } from "../queue/wake.ts";
import type { Writer } from "../connection/writer.ts";

interface AccountRow {
  readonly host: HostName;
  readonly account: number;
}

export function openSignatures(long: Pool, writer: Writer, bell: Bell, now: () => number): Signatures {
  async function change(
    connection: Connection,
    accounts: readonly Account[],
    agreement: string,
    by: Actor,
    act: "revoke" | "revoke undo",
  ): Promise<readonly Account[]> {
    const at = now();
    const wanted = [...new Set(accounts)];
    const undone = act === "revoke" ? [] : await undo(connection, wanted, agreement);
    const { changed, kept } =
      act === "revoke" ? await revoke(connection, wanted, agreement, at) : { changed: undone, kept: undone };
    await appendAll(
      connection,
      kept.map((account) => ({ entry: { by, act, details: { agreement } }, account })),
      at,
    );
    await markTouched(connection, changed, agreement, at, () => act === "revoke");
    return changed;
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
WHERE s.revoked_at IS NULL AND ${notRevoked("s")} AND ${unrestricted("s")}
UNION ALL
SELECT w.host, w.account, e.version, m.entity, m.from_at, ${PLACE_END}
FROM wanted AS w JOIN entity_member AS m ON m.host = w.host AND m.account = w.account
JOIN entity AS e ON e.id = m.entity
WHERE e.agreement = ${agreement} AND (${PLACE_END} IS NULL OR ${PLACE_END} > ${at})
  AND ${PLACE_NOT_REVOKED} AND ${unrestricted("m")}`);
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
      const revoked = await writer.change((connection) =>
        change(connection, accounts, agreement, by, "revoke"),
      );
      if (revoked.length > 0) bell.ring();
      return revoked;
    },
    undoRevoke: async (accounts, agreement, by) => {
      const undone = await writer.change((connection) =>
        change(connection, accounts, agreement, by, "revoke undo"),
      );
      if (undone.length > 0) bell.ring();
      return undone;
    },
    all: (filter) => list(long, filter, now()),
    count: () => writer.all<{ host: HostName; agreement: string; signatures: number }>(countOf(now())),
  };
}
