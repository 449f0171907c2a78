import fc from "fast-check";
import { expect, it } from "vitest";
import { accountOf, HOSTS } from "../../src/account.ts";
import type { SignatureRow } from "../../src/records/signature.ts";
import { list, load, NOTHING, type Store } from "./engine-scene.ts";

type Step =
  | { readonly do: "load" | "try"; readonly rows: readonly SignatureRow[]; readonly replace: string | null }
  | { readonly do: "revoke"; readonly row: SignatureRow };

interface Held {
  readonly row: SignatureRow;
  readonly revokedAt: number | null;
}

const row: fc.Arbitrary<SignatureRow> = fc
  .record({
    host: fc.constantFrom(...HOSTS),
    number: fc.integer({ min: 1, max: 3 }),
    agreement: fc.constantFrom("icla", "other"),
    version: fc.constantFrom("1.0", "2.0"),
    signedAt: fc.integer({ min: 1, max: 30 }),
    entity: fc.constantFrom(null, null, "acme"),
  })
  .map(({ host, number, entity, agreement, version, signedAt }) => ({
    account: accountOf(host, number),
    // One employer has one agreement and version.
    agreement: entity === null ? agreement : "icla",
    version: entity === null ? version : "1.0",
    signedAt,
    entity,
  }));

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constantFrom("load" as const, "load" as const, "try" as const),
    rows: fc.array(row, { maxLength: 6 }),
    replace: fc.constantFrom(null, null, "icla"),
  }),
  fc.record({ do: fc.constant("revoke" as const), row }),
);

/** Holds imports and revocations, in any order, against the plainest list that could do the same. */
export function importProperties(openStore: (now: () => number) => Promise<Store>, runs: number): void {
  it("comes to what a plain list comes to, and counts the same", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const clock = { now: 10 };
        const store = await openStore(() => clock.now);
        try {
          const engine = await store.open();
          const employers = new Set<string>();
          let held: ReadonlyMap<string, Held> = new Map();
          for (const one of steps) {
            clock.now += 2;
            if (one.do === "revoke") {
              const { account, agreement } = one.row;
              await engine.signatures.revoke([account], agreement);
              held = new Map(
                [...held].map(([key, had]) =>
                  had.row.account === account && had.row.agreement === agreement && had.revokedAt === null
                    ? [key, { ...had, revokedAt: clock.now }]
                    : [key, had],
                ),
              );
              continue;
            }
            const named = new Set(one.rows.flatMap(({ entity }) => entity ?? []));
            const { after, counts } = loadInto(held, one.rows, one.replace, clock.now);
            const outcome = await load(engine, one.rows, {
              dryRun: one.do === "try",
              ...(one.replace === null ? {} : { replace: one.replace }),
            });
            const entities = [...named].filter((entity) => !employers.has(entity)).length;
            expect(outcome).toEqual({ ...NOTHING, ...counts, entities });
            if (one.do === "try") continue;
            held = after;
            for (const entity of named) employers.add(entity);
          }
          const found = await list(engine, { revoked: true });
          expect(new Map(found.map((one) => [keyOf(one), [one.signedAt, one.revokedAt]]))).toEqual(
            new Map([...held].map(([key, { row, revokedAt }]) => [key, [row.signedAt, revokedAt]])),
          );
          expect((await list(engine)).length).toBe(found.filter((one) => one.revokedAt === null).length);
        } finally {
          await store.remove();
        }
      }),
      { numRuns: runs },
    );
  }, 60_000);
}

function loadInto(
  before: ReadonlyMap<string, Held>,
  rows: readonly SignatureRow[],
  replace: string | null,
  now: number,
) {
  const after = new Map(before);
  const counts = { added: 0, changed: 0, unchanged: 0, revoked: 0, removed: 0 };
  const latest = new Map<string, SignatureRow>();
  for (const one of rows)
    if (one.signedAt > (latest.get(keyOf(one))?.signedAt ?? 0)) latest.set(keyOf(one), one);
  for (const [key, one] of latest) {
    const had = before.get(key);
    if (had === undefined || (had.revokedAt !== null && one.signedAt > had.revokedAt)) counts.added += 1;
    else if (had.revokedAt !== null) counts.revoked += 1;
    else if (had.row.signedAt === one.signedAt) counts.unchanged += 1;
    else counts.changed += 1;
    if (had === undefined || had.revokedAt === null || one.signedAt > had.revokedAt)
      after.set(key, { row: one, revokedAt: null });
  }
  for (const [key, had] of before)
    if (had.row.agreement === replace && had.revokedAt === null && !latest.has(key)) {
      counts.removed += 1;
      after.set(key, { ...had, revokedAt: now });
    }
  return { after, counts };
}

function keyOf({ account, agreement, version, entity }: Omit<SignatureRow, "signedAt">): string {
  return [agreement, account, version, entity ?? ""].join(" ");
}
