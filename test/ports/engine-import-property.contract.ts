import fc from "fast-check";
import { expect, it } from "vitest";
import { accountOf, HOSTS, hostOf } from "../../src/account.ts";
import { Failure } from "../../src/error.ts";
import type { Evidence, SignatureRow } from "../../src/records/signature.ts";
import { list, load, NOTHING, type Store } from "./engine-scene.ts";

type Step =
  | { readonly do: "load" | "try"; readonly rows: readonly SignatureRow[]; readonly replace: string | null }
  | { readonly do: "revoke"; readonly row: SignatureRow }
  | { readonly do: "undo"; readonly row: SignatureRow }
  | { readonly do: "page"; readonly row: SignatureRow };

interface Held {
  readonly row: SignatureRow;
  readonly evidence: Evidence;
  readonly revokedAt: number | null;
  readonly by: "revoke" | "file" | "replace" | null;
}

/** A plain list of what is held, and of who was revoked. */
interface Model {
  readonly held: Map<string, Held>;
  readonly revoked: Map<string, number>;
  readonly byFile: Map<string, number>;
}

const row: fc.Arbitrary<SignatureRow> = fc
  .record({
    host: fc.constantFrom(...HOSTS),
    number: fc.integer({ min: 1, max: 3 }),
    agreement: fc.constantFrom("icla", "other"),
    version: fc.constantFrom("1.0", "2.0"),
    signedAt: fc.integer({ min: 1, max: 30 }),
    entity: fc.constantFrom(null, null, "acme"),
    precision: fc.constantFrom("exact" as const, "exact" as const, "exact" as const, "day" as const),
    isRevocation: fc.constantFrom(false, false, false, false, true),
  })
  .map(({ host, number, entity, agreement, version, signedAt, precision, isRevocation }) => ({
    account: accountOf(host, number),
    // One employer has one agreement and version.
    agreement: entity === null ? agreement : "icla",
    version: entity === null ? version : "1.0",
    signedAt,
    entity: isRevocation ? null : entity,
    precision,
    ...(isRevocation && { revokedAt: signedAt }),
  }));

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constantFrom("load" as const, "load" as const, "try" as const),
    rows: fc.array(row, { maxLength: 6 }),
    replace: fc.constantFrom(null, null, "icla"),
  }),
  fc.record({ do: fc.constant("revoke" as const), row }),
  fc.record({ do: fc.constant("undo" as const), row }),
  fc.record({ do: fc.constant("page" as const), row }),
);

/** Holds imports and revocations, in any order, against the plainest list that could do the same. */
export function importProperties(openStore: (now: () => number) => Promise<Store>, runs: number): void {
  it("does what a plain list does, and counts the same", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const clock = { now: 10 };
        const store = await openStore(() => clock.now);
        try {
          const engine = await store.open();
          const employers = new Set<string>();
          const answers: [string, boolean][] = [];
          const expected: [string, boolean][] = [];
          let model: Model = { held: new Map(), revoked: new Map(), byFile: new Map() };
          for (const one of steps) {
            clock.now += 2;
            if (one.do === "revoke" || one.do === "undo") {
              const { account, agreement } = one.row;
              const { signatures } = engine;
              const done =
                one.do === "revoke"
                  ? await signatures.revoke([account], agreement)
                  : await signatures.undoRevoke([account], agreement, "cli");
              const wanted =
                one.do === "revoke" ? revokeIn(model, one.row, clock.now) : undoIn(model, one.row);
              answers.push([one.do, done.length > 0]);
              expected.push([one.do, wanted]);
              continue;
            }
            if (one.do === "page") {
              const signed: SignatureRow = { ...personsOwn(one.row), signedAt: clock.now };
              await engine.signatures.sign([[signed]], { evidence: "page" });
              model = loadInto(model, [signed], null, clock.now, "page").after;
              continue;
            }
            const { after, counts } = loadInto(model, one.rows, one.replace, clock.now, "import");
            const loading = load(engine, one.rows, {
              dryRun: one.do === "try",
              ...(one.replace === null ? {} : { replace: one.replace }),
            });
            if (one.do === "load" && one.replace !== null && leavesNone(counts)) {
              answers.push(["refused", await loading.then(() => false, isRefusal)]);
              expected.push(["refused", true]);
              continue;
            }
            const { held: _, ...outcome } = await loading;
            // An employer of whom no row counts is not added.
            const named = new Set([...after.held.values()].flatMap(({ row: { entity } }) => entity ?? []));
            const entities = [...named].filter((entity) => !employers.has(entity)).length;
            const { held: __, ...nothing } = NOTHING;
            expect(outcome).toEqual({ ...nothing, ...counts, entities });
            if (one.do === "try") continue;
            model = after;
            for (const entity of named) employers.add(entity);
          }
          expect(answers).toEqual(expected);
          const found = await list(engine, { revoked: true });
          expect(
            new Map(found.map((one) => [keyOf(one), [one.signedAt, one.revokedAt, one.evidence]])),
          ).toEqual(
            new Map(
              [...model.held].map(([key, { row, revokedAt, evidence }]) => [
                key,
                [row.signedAt, revokedAt, evidence],
              ]),
            ),
          );
          const counted = Map.groupBy(await list(engine), (one) => `${hostOf(one.account)} ${one.agreement}`);
          const counts = await engine.signatures.count();
          expect(new Map(counts.map((one) => [`${one.host} ${one.agreement}`, one.signatures]))).toEqual(
            new Map([...counted].map(([key, some]) => [key, some.length])),
          );
          expect((await list(engine)).map(keyOf).toSorted()).toEqual(
            [...model.held]
              .filter(([, had]) => had.revokedAt === null)
              .map(([key]) => key)
              .toSorted(),
          );
        } finally {
          await store.remove();
        }
      }),
      { numRuns: runs },
    );
  }, 120_000);
}

function isRefusal(error: unknown): boolean {
  return error instanceof Failure && error.code === "refused";
}

/** Whether a replace would end something, and no row of its file counts. */
function leavesNone(counts: ReturnType<typeof loadInto>["counts"]): boolean {
  const { added, restored, changed, unchanged, kept, revoked, unclear, ended, removed } = counts;
  return added + restored + changed + unchanged + kept === 0 && revoked + unclear > 0 && ended + removed > 0;
}

function personsOwn({ account, agreement, version, signedAt }: SignatureRow): SignatureRow {
  return { account, agreement, version, signedAt, entity: null };
}

function revokeIn({ held, revoked }: Model, { account, agreement }: SignatureRow, now: number): boolean {
  let something = false;
  for (const [key, had] of held) {
    if (had.row.account !== account || had.row.agreement !== agreement) continue;
    if (had.revokedAt === null || had.by === "replace") something = true;
    if (had.revokedAt === null) held.set(key, { ...had, revokedAt: now, by: "revoke" });
  }
  revoked.set(personOf({ account, agreement }), now);
  return something;
}

function undoIn(model: Model, { account, agreement }: SignatureRow): boolean {
  const person = personOf({ account, agreement });
  if (!model.revoked.delete(person) && !model.byFile.delete(person)) return false;
  const byFile = model.byFile.get(person) ?? 0;
  for (const [key, had] of model.held)
    if (had.row.account === account && had.row.agreement === agreement)
      if (had.by === "revoke" || had.by === "file")
        if (had.evidence !== "import" || had.row.signedAt > byFile)
          model.held.set(key, { ...had, revokedAt: null, by: null });
  return true;
}

function loadInto(
  before: Model,
  rows: readonly SignatureRow[],
  replace: string | null,
  now: number,
  evidence: Evidence,
) {
  const after: Model = {
    held: new Map(before.held),
    revoked: new Map(before.revoked),
    byFile: new Map(before.byFile),
  };
  const counts = {
    added: 0,
    restored: 0,
    changed: 0,
    unchanged: 0,
    kept: 0,
    revoked: 0,
    unclear: 0,
    ended: 0,
    removed: 0,
  };
  const latest = new Map<string, SignatureRow>();
  for (const one of rows.filter(({ revokedAt }) => revokedAt === undefined))
    if (one.signedAt > (latest.get(keyOf(one))?.signedAt ?? 0)) latest.set(keyOf(one), one);
    else if (one.signedAt === latest.get(keyOf(one))?.signedAt) latest.set(keyOf(one), vaguer(one, latest));
  const toldOf = new Map<string, number>();
  for (const { account, agreement, revokedAt = 0 } of rows) {
    const person = personOf({ account, agreement });
    // An end that is announced counts from now on.
    const at = Math.min(revokedAt, now);
    if (at > (toldOf.get(person) ?? 0)) toldOf.set(person, at);
  }
  for (const [person, at] of toldOf) {
    const theirs = [...after.held].filter(([, { row }]) => personOf(row) === person);
    after.byFile.set(person, Math.max(at, after.byFile.get(person) ?? 0));
    for (const [key, had] of theirs)
      if (had.revokedAt === null && had.evidence === "import" && had.row.signedAt <= at) {
        counts.ended += 1;
        after.held.set(key, { ...had, revokedAt: at, by: "file" });
      }
  }
  for (const [key, one] of latest) {
    const had = after.held.get(key);
    const person = personOf(one);
    // A file does not stop people from signing here.
    const byFile = evidence === "import" ? (after.byFile.get(person) ?? 0) : 0;
    const byHand = after.revoked.get(person) ?? 0;
    const barred = Math.max(byHand, byFile);
    const outcome = outcomeOf(one, had, barred, evidence);
    counts[outcome] += 1;
    if (!["added", "restored", "changed"].includes(outcome)) continue;
    const keeps =
      outcome === "restored" &&
      had !== undefined &&
      had.evidence !== "import" &&
      evidence === "import" &&
      had.row.signedAt > byHand;
    after.held.set(key, {
      row: keeps ? had.row : one,
      evidence: keeps ? had.evidence : evidence,
      revokedAt: null,
      by: null,
    });
  }
  for (const [key, had] of after.held)
    if (had.row.agreement === replace && had.revokedAt === null && !latest.has(key)) {
      counts.removed += 1;
      after.held.set(key, { ...had, revokedAt: now, by: "replace" });
    }
  return { after, counts };
}

function outcomeOf(one: SignatureRow, had: Held | undefined, barred: number, evidence: Evidence) {
  // A day may have begun so much earlier than it reads that it is never certainly after anything here.
  const barring = (end: number): "revoked" | "unclear" | null =>
    one.precision === "day" && end > 0 ? "unclear" : one.signedAt <= end ? "revoked" : null;
  const bar = barring(barred);
  if (bar !== null) return bar;
  if (had === undefined) return "added";
  if (had.revokedAt !== null) {
    if (had.by === "replace") return "restored";
    return (one.entity === null ? null : barring(had.revokedAt)) ?? "added";
  }
  if (had.row.signedAt === one.signedAt) return "unchanged";
  return evidence === "import" && had.evidence !== "import" ? "kept" : "changed";
}

/** Of rows with the same date, it does not matter which one is kept, as long as it is the same in every engine. */
function vaguer(one: SignatureRow, latest: ReadonlyMap<string, SignatureRow>): SignatureRow {
  const other = latest.get(keyOf(one)) ?? one;
  return one.precision === "day" ? one : other;
}

function personOf({ account, agreement }: Pick<SignatureRow, "account" | "agreement">): string {
  return `${account} ${agreement}`;
}

function keyOf({
  account,
  agreement,
  version,
  entity,
}: Pick<SignatureRow, "account" | "agreement" | "version" | "entity">): string {
  return [agreement, account, version, entity ?? ""].join(" ");
}
