import { accountOf, type Account, type HostName } from "../account.ts";
import { versionStanding, type Agreement } from "./agreement.ts";

/** The evidence of a signature. A comment is stored by its id, so that it can be read again at the host. */
export type Evidence = "import" | "page" | `comment:${number}`;

/** An account's signature of a version of an agreement. This is the only lasting personal data. */
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
  /** SHA-256 in hex of the signed text; absent: unknown. */
  readonly digest?: string;
  /** Milliseconds since the epoch; null while it counts. */
  readonly revokedAt: number | null;
}

/** One way in which an account is covered now, from the engine. Revoked and restricted ones are not included. */
export interface Coverage {
  readonly version: string;
  /** The employer that covers the account; null for the person's own signature. */
  readonly entity: string | null;
  /** When it begins and ends (a roster's dates), in milliseconds since the epoch; null: no such date. */
  readonly from: number | null;
  readonly until: number | null;
}

/** An account's coverage under an agreement at a given time. */
export type Standing =
  | {
      readonly kind: "signed";
      /** The employers that cover the account; null means the person's own signature. */
      readonly through: readonly (string | null)[];
      /** The deadline for signing a new version, in milliseconds since the epoch; null: nothing to do. */
      readonly graceUntil: number | null;
      /** When this may change without any event; null: never. */
      readonly changesAt: number | null;
    }
  | {
      readonly kind: "unsigned";
      /** Whether the person's own signature is of an earlier version. An employer's is not shown: it would tell who covers them. */
      readonly outdated: boolean;
      readonly changesAt: number | null;
    };

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
    } else if (coverage.entity === null) outdated = true;
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

/** Who revoked a person's signatures: an operator, the person, or an imported file. */
export type RevocationKind = "revoke" | "withdraw" | "file";

/** A person's signatures of an agreement up to a given time do not count. */
export interface Revocation {
  readonly agreement: string;
  readonly kind: RevocationKind;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** A signature in an import, already checked and with the account's number. */
export interface SignatureRow {
  readonly account: Account;
  readonly agreement: string;
  readonly version: string;
  readonly signedAt: number;
  readonly entity: string | null;
  /** The precision of `signedAt`; exact if omitted. */
  readonly precision?: Precision;
  /**
   * If set, the row is not a signature: at this moment, in milliseconds since the epoch, the person revoked their
   * earlier signatures of the agreement; with an entity, their place with it ended.
   */
  readonly revokedAt?: number;
  /** SHA-256 in hex of the signed text; absent: unknown. */
  readonly digest?: string;
}

/** A moment; a time without a zone, read as UTC; a day without a time. */
export const PRECISIONS = ["exact", "zoneless", "day"] as const;
export type Precision = (typeof PRECISIONS)[number];

/** The precision of the row's date, as an index in {@link PRECISIONS}. */
export function doubtOf({ precision }: SignatureRow): number {
  return precision === undefined ? 0 : PRECISIONS.indexOf(precision);
}

const HOUR = 3_600_000;
/** The easternmost zone is this far ahead of UTC: a time read as UTC may be this much too late. */
export const EARLIER = 14 * HOUR;
/** The westernmost zone is this far behind UTC. */
export const LATER = 12 * HOUR;
export const DAY = 24 * HOUR;

/** The latest time that a row's date can mean. */
export function latestOf({
  signedAt,
  precision = "exact",
}: Pick<SignatureRow, "signedAt" | "precision">): number {
  if (precision === "exact") return signedAt;
  return signedAt + LATER + (precision === "day" ? DAY : 0);
}

/** A signature or roster place in an engine's list. */
export interface KeptSignature extends Omit<Signature, "account" | "digest"> {
  readonly host: HostName;
  readonly number: number;
  readonly digest: string | null;
}

/** Reads a listed signature. */
export function signatureOf({ host, number, digest, ...kept }: KeptSignature): Signature {
  return { account: accountOf(host, number), ...kept, ...(digest === null ? {} : { digest }) };
}
