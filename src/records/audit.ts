/**
 * Port and rules: who changed which kind of record, when. Each line holds the hash of the line before it, so that a
 * changed, removed or moved line is found. No line names a person. A person's lines share a tag, which can be computed
 * only with a salt. The salt is stored with the person's other data and erased with them.
 */
import type { Account } from "../account.ts";

/**
 * Who did something: a person on a page, a person in a comment, the bot, or an operator on the command line, with the
 * tag of their operator key if they have one.
 */
export type Actor = "page" | "comment" | "bot" | "cli" | `cli:${string}`;

/** What was done. */
export type Act =
  | "sign"
  | "import"
  | "revoke"
  | "revoke undo"
  | "waive"
  | "unwaive"
  | "withdraw"
  | "request"
  | "request settle"
  | "correct"
  | "restrict"
  | "unrestrict"
  | "erase"
  | "entity add"
  | "entity remove"
  | "agreement record"
  | "agreement revise"
  | "tidy"
  | "audit expire";

/** Counts, ids of agreements and employers, versions, dates and digests, but never an account. */
export type Details = Readonly<Record<string, string | number | null>>;

export interface AuditEntry {
  readonly by: Actor;
  readonly act: Act;
  readonly details: Details;
}

export interface AuditLine extends AuditEntry {
  /** From 1, without a gap. */
  readonly line: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** The person's tag, in hex; null: the line is not about one person. */
  readonly subject: string | null;
  /** The hash of the line before, in hex; 64 zeros before the first. */
  readonly previous: string;
  readonly hash: string;
}

/** The first and last stored line. It is stored separately, so that missing lines at the ends are noticed. */
export interface AuditChain {
  /** The first stored line, and its `previous`. */
  readonly first: number;
  readonly before: string;
  /** The last written line, and its hash. */
  readonly last: number;
  readonly head: string;
}

/** The first line that differs from what was written. */
export interface AuditFault {
  readonly line: number;
  readonly kind: "changed" | "removed" | "reordered";
  readonly message: string;
}

export interface AuditVerdict {
  /** Null: every stored line is as it was written. */
  readonly fault: AuditFault | null;
  readonly lines: number;
  /** The last line and its hash. Copied to another place, they later prove that no earlier line was rewritten. */
  readonly last: number;
  readonly head: string;
}

export interface Audit {
  /** The stored lines, the first one first; with an account, only the lines about it. */
  list(filter?: { readonly account?: Account | undefined }): AsyncIterable<AuditLine>;
  /** @param expected a line and hash from an earlier check, which must still be in the chain; null: not checked */
  verify(expected: { readonly line: number; readonly hash: string } | null): Promise<AuditVerdict>;
}

/** The hash before the first line. */
export const GENESIS = "0".repeat(64);

/** A line's row in an engine, with the details as JSON text. */
export type KeptLine = Omit<AuditLine, "details"> & { readonly details: string };

/** Reads a line's row. */
export function lineOf({ details, ...kept }: KeptLine): AuditLine {
  return { ...kept, details: detailsOf(details) };
}

/** If the details are not JSON, somebody changed them, and the hash does not match. */
function detailsOf(text: string): Details {
  try {
    return JSON.parse(text) as Details;
  } catch {
    return { unreadable: text };
  }
}

/** The bytes whose SHA-256 is a line's hash: canonical JSON of everything except its number and hash. */
export function hashedText(line: Omit<AuditLine, "line" | "hash">): string {
  const { act, at, by, details, previous, subject } = line;
  const sorted = Object.fromEntries(Object.entries(details).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  return JSON.stringify({ act, at, by, details: sorted, previous, subject });
}

/**
 * Follows the chain from its first line to its last.
 * @param sha256 of a text's UTF-8 bytes, in hex
 */
export async function verifyChain(
  lines: AsyncIterable<AuditLine>,
  chain: AuditChain,
  sha256: (text: string) => string,
  expected: { readonly line: number; readonly hash: string } | null,
): Promise<AuditVerdict> {
  let previous = chain.before;
  let next = chain.first;
  let count = 0;
  let fault: AuditFault | null = null;
  let signedOff: { through: number; hash: string } | null = null;
  for await (const line of lines) {
    count += 1;
    fault ??= faultOf(line, next, previous, sha256);
    if (line.line === expected?.line && line.hash !== expected.hash)
      fault ??= changed(line.line, "it has another hash than was noted");
    if (line.act === "audit expire")
      signedOff = { through: Number(line.details["through"]), hash: String(line.details["hash"]) };
    previous = line.hash;
    next = line.line + 1;
  }
  if (fault === null && (next - 1 !== chain.last || previous !== chain.head))
    fault = { line: next, kind: "removed", message: missing(next, chain.last) };
  if (fault === null && expected !== null && expected.line >= next)
    fault = { line: next, kind: "removed", message: `line ${expected.line} was noted and is missing` };
  // A later line of the chain must confirm the beginning that retention removed.
  if (
    fault === null &&
    chain.first > 1 &&
    !(signedOff?.through === chain.first - 1 && signedOff.hash === chain.before)
  )
    fault = {
      line: chain.first,
      kind: "removed",
      message: `no line of the chain signs off that the lines before ${chain.first} went by retention`,
    };
  return { fault, lines: count, last: chain.last, head: chain.head };
}

function faultOf(
  line: AuditLine,
  next: number,
  previous: string,
  sha256: (text: string) => string,
): AuditFault | null {
  if (line.line > next) return { line: next, kind: "removed", message: missing(next, line.line - 1) };
  if (sha256(hashedText(line)) !== line.hash)
    return changed(line.line, "its hash is not that of what it says");
  if (line.previous !== previous)
    return {
      line: line.line,
      kind: "reordered",
      message: `line ${line.line} does not follow the one before it: one of the two was moved, replaced or put in`,
    };
  return null;
}

function changed(line: number, how: string): AuditFault {
  return { line, kind: "changed", message: `line ${line} was changed: ${how}` };
}

function missing(first: number, last: number): string {
  return first >= last ? `line ${first} is missing` : `line ${first} to line ${last} are missing`;
}

/** The row that says where the chain begins and ends, which every database has. */
export function chainOf<T>(chain: T | undefined): T {
  if (chain === undefined) throw new Error("the audit has lost the row that says where it ends");
  return chain;
}
