import { accountOf, type Account, type HostName } from "../account.ts";
import { versionStanding, type Agreement } from "./agreement.ts";

/** How a signature came to be known. A comment is kept by its id, so that it can be read again at the host. */
export type Evidence = "import" | "page" | `comment:${number}`;

/** That an account signed a version of an agreement. The only lasting personal data there are. */
export interface Signature {
  readonly account: Account;
  /** The agreement's id. */
  readonly agreement: string;
  readonly version: string;
  /** Milliseconds since the epoch. */
  readonly signedAt: number;
  readonly evidence: Evidence;
  /** The id of the employer whose corporate agreement covers the account; null for a person's own signature. */
  readonly entity: string | null;
  /** SHA-256 in hex of the text that was signed; absent: it is not known. */
  readonly digest?: string;
  /** Milliseconds since the epoch; null while it counts. */
  readonly revokedAt: number | null;
}

/** One way in which an account is covered now, as the engine finds it: revoked and restricted ones are left out. */
export interface Coverage {
  readonly version: string;
  /** The employer through which it holds; null for a signature of the person's own. */
  readonly entity: string | null;
  /** When it begins and ends by itself (a roster's dates), in milliseconds since the epoch; null: it does not. */
  readonly from: number | null;
  readonly until: number | null;
}

/** What an account's coverage amounts to under an agreement at a moment. */
export type Standing =
  | {
      readonly kind: "signed";
      /** The employers through which it holds; null stands for the person's own signature. */
      readonly through: readonly (string | null)[];
      /** When a new version must have been signed, in milliseconds since the epoch; null: nothing to do. */
      readonly graceUntil: number | null;
      /** When this may change by the passing of time alone; null: never. */
      readonly changesAt: number | null;
    }
  | { readonly kind: "unsigned"; readonly outdated: boolean; readonly changesAt: number | null };

/** @param now milliseconds since the epoch */
export function standingOf(coverages: readonly Coverage[], agreement: Agreement, now: number): Standing {
  const moments: number[] = [];
  const full: (string | null)[] = [];
  const grace: { entity: string | null; until: number }[] = [];
  let outdated = false;
  for (const coverage of coverages) {
    if (coverage.from !== null && coverage.from > now) {
      moments.push(coverage.from);
      continue;
    }
    if (coverage.until !== null && coverage.until <= now) continue;
    if (coverage.until !== null) moments.push(coverage.until);
    const version = versionStanding(agreement, coverage.version, now);
    if (version.kind === "counts") full.push(coverage.entity);
    else if (version.kind === "grace") {
      grace.push({ entity: coverage.entity, until: version.until });
      moments.push(version.until);
    } else outdated = true;
  }
  const changesAt = moments.length === 0 ? null : Math.min(...moments);
  if (full.length > 0) return { kind: "signed", through: full, graceUntil: null, changesAt };
  if (grace.length === 0) return { kind: "unsigned", outdated, changesAt };
  return {
    kind: "signed",
    through: grace.map(({ entity }) => entity),
    graceUntil: Math.max(...grace.map(({ until }) => until)),
    changesAt,
  };
}

/** What took a person's signatures back: an operator, the person, or a file that was imported. */
export type RevocationKind = "revoke" | "withdraw" | "file";

/** That what a person signed of an agreement up to a moment does not count. */
export interface Revocation {
  readonly agreement: string;
  readonly kind: RevocationKind;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** A signature as an import asks for it; already checked, its account known by number. */
export interface SignatureRow {
  readonly account: Account;
  readonly agreement: string;
  readonly version: string;
  readonly signedAt: number;
  readonly entity: string | null;
  /** How exactly `signedAt` is known; exactly when it is left out. */
  readonly precision?: Precision;
  /**
   * Set: the row is no signature. It says that the person took back, at this moment in milliseconds since the epoch,
   * what they had signed of the agreement until then.
   */
  readonly revokedAt?: number;
  /** SHA-256 in hex of the text that was signed; absent: it is not known. */
  readonly digest?: string;
}

/** A moment; a time whose zone is not known and is read as UTC; a day of which the time is not known. */
export const PRECISIONS = ["exact", "zoneless", "day"] as const;
export type Precision = (typeof PRECISIONS)[number];

/** How exactly the row's date is known, as its place in {@link PRECISIONS}. */
export function doubtOf({ precision }: SignatureRow): number {
  return precision === undefined ? 0 : PRECISIONS.indexOf(precision);
}

const HOUR = 3_600_000;
/** The easternmost zone is this far ahead of UTC: what is read as UTC may have happened so much earlier. */
export const EARLIER = 14 * HOUR;
/** The westernmost zone is this far behind UTC. */
export const LATER = 12 * HOUR;
export const DAY = 24 * HOUR;

/** A signature or roster place as an engine lists it. */
export interface KeptSignature extends Omit<Signature, "account" | "digest"> {
  readonly host: HostName;
  readonly number: number;
  readonly digest: string | null;
}

/** Reads a listed signature. */
export function signatureOf({ host, number, digest, ...kept }: KeptSignature): Signature {
  return { account: accountOf(host, number), ...kept, ...(digest === null ? {} : { digest }) };
}
