import { afterEach, beforeEach } from "vitest";
import { accountOf, bucketOf, type Account, type HostName } from "../../src/account.ts";
import type { Engine, PullRecord, SignOutcome } from "../../src/ports/engine.ts";
import type { PullRef } from "../../src/pull.ts";
import { pullTask, type Mark, type Taken, type Task } from "../../src/ports/queue.ts";
import type { Signature, SignatureRow } from "../../src/records/signature.ts";

/** A separate store for an engine, initially empty. */
export interface Store {
  /** Opens an engine on it, as each process does. */
  open(): Promise<Engine>;
  /** Restricts the processing of an account. */
  restrict(account: Account): Promise<void>;
  /** Keeps the tombstone of an erased account. */
  bury(account: Account): Promise<void>;
  /** Closes every engine that was opened and removes the store. */
  remove(): Promise<void>;
}

/** The tools of a test of the contract. */
export interface Scene {
  readonly engine: Engine;
  readonly store: Store;
  /** The engine's clock, in milliseconds since the epoch; it moves only when a test moves it. */
  readonly clock: { now: number };
}

/** Gives each test an engine on an empty store. */
export function sceneForEach(openStore: (now: () => number) => Promise<Store>): () => Scene {
  let current: Scene;
  beforeEach(async () => {
    const clock = { now: START };
    const store = await openStore(() => clock.now);
    current = { clock, store, engine: await store.open() };
  });
  afterEach(() => current.store.remove());
  return () => current;
}

export const START = Date.UTC(2026, 0, 15);
export const DAY = 86_400_000;

export const alice = accountOf("github", 1001);
export const bob = accountOf("github", 2002);
/** Another person: the same number, on the other host. */
export const geeAlice = accountOf("gitee", 1001);

export function pullRef(number: number, repository = 10, host: HostName = "github"): PullRef {
  return { host, repository, number };
}

/** An open pull request whose people are `accounts`. */
export function pullRecord(
  ref: PullRef,
  accounts: readonly Account[],
  more: Partial<PullRecord> = {},
): PullRecord {
  return {
    ref,
    head: `head-of-${ref.number}`,
    agreement: "icla",
    verdict: "unsigned",
    buckets: accounts.map((account) => bucketOf(account)),
    comment: null,
    ...more,
  };
}

export function mark(ref: PullRef, installation: number | null = 1): Mark {
  return { task: pullTask(ref), route: { installation, handle: null } };
}

export function take(
  engine: Engine,
  options: { limit?: number; leaseMs?: number; skip?: readonly number[] } = {},
): Promise<readonly Taken[]> {
  return engine.queue.take({ limit: 100, leaseMs: 30_000, skip: [], ...options });
}

export async function takeOne(engine: Engine): Promise<Taken> {
  const [taken] = await take(engine, { limit: 1 });
  if (taken === undefined) throw new Error("nothing was due");
  return taken;
}

/** Does all due tasks and returns them. */
export async function drain(engine: Engine): Promise<readonly Task[]> {
  const taken = await take(engine);
  for (const one of taken) await engine.queue.done(one, null);
  return taken.map(({ task }) => task);
}

export function row(account: Account, signedAt: number, more: Partial<SignatureRow> = {}): SignatureRow {
  return { account, agreement: "icla", version: "1.0", signedAt, entity: null, ...more };
}

export function load(
  engine: Engine,
  rows: readonly SignatureRow[],
  options: Omit<Parameters<Engine["signatures"]["sign"]>[1], "evidence"> = {},
): Promise<SignOutcome> {
  return engine.signatures.sign([rows], { evidence: "import", ...options });
}

export async function list(
  engine: Engine,
  filter: Parameters<Engine["signatures"]["all"]>[0] = {},
): Promise<readonly Signature[]> {
  return Array.fromAsync(engine.signatures.all(filter));
}

export const NOTHING: SignOutcome = {
  added: 0,
  restored: 0,
  changed: 0,
  unchanged: 0,
  kept: 0,
  revoked: 0,
  unclear: 0,
  erased: 0,
  ended: 0,
  removed: 0,
  held: 0,
  entities: 0,
  marked: 0,
};

/** The stored data about an account without any. */
export const NOTHING_HELD = {
  signatures: [],
  places: [],
  revocations: [],
  manages: [],
  waivers: [],
  requests: [],
  restrictedSince: null,
  sessions: [],
  acts: [],
};
