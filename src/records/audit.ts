/**
 * Port and rules: who changed which kind of record, when. Each line holds the hash of the one before it, so that a
 * line that was changed, removed or moved can be named. No line names a person: a person's lines have a tag in
 * common that only the salt kept with the person's other data can make, and the salt is erased with them.
 */
import type { Account } from "../account.ts";

/**
 * By whom something was done: a person on a page, a person in a comment, the bot by itself, or somebody on the
 * command line, with the tag of their operator key where they have one.
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

/** Counts, ids of agreements and employers, versions, dates, digests: never an account. */
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
  /** The person's tag, in hex; null: it is about no one person. */
  readonly subject: string | null;
  /** The hash of the line before, in hex; 64 zeros before the first. */
  readonly previous: string;
  readonly hash: string;
}

/** Where the lines that are kept begin and end; stands apart from them, so that missing ends are noticed. */
export interface AuditChain {
  /** The first line that is kept, and what stands as its `previous`. */
  readonly first: number;
  readonly before: string;
  /** The last line ever written, and its hash. */
  readonly last: number;
  readonly head: string;
}

/** The first line at which the audit is not what was written. */
export interface AuditFault {
  readonly line: number;
  readonly kind: "changed" | "removed" | "reordered";
  readonly message: string;
}

export interface AuditVerdict {
  /** Null: every line that is kept is as it was written. */
  readonly fault: AuditFault | null;
  readonly lines: number;
  /** The last line and its hash; noted somewhere else, they prove later that nothing before was rewritten. */
  readonly last: number;
  readonly head: string;
}

export interface Audit {
  /** The lines that are kept, the first first; only those about an account where one is given. */
  list(filter?: { readonly account?: Account | undefined }): AsyncIterable<AuditLine>;
  /** @param expected a line and hash noted earlier, which must still be in the chain; null: none was */
  verify(expected: { readonly line: number; readonly hash: string } | null): Promise<AuditVerdict>;
}

/** What stands before the first line. */
export const GENESIS = "0".repeat(64);

/** A line as an engine keeps it: its details as the text of their JSON. */
export type KeptLine = Omit<AuditLine, "details"> & { readonly details: string };

/** Reads a kept line. */
export function lineOf({ details, ...kept }: KeptLine): AuditLine {
  return { ...kept, details: detailsOf(details) };
}

/** What can't be read any more was changed by somebody; its hash will tell. */
function detailsOf(text: string): Details {
  try {
    return JSON.parse(text) as Details;
  } catch {
    return { unreadable: text };
  }
}

/** The bytes whose SHA-256 is a line's hash: canonical JSON of all but its number and the hash itself. */
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
  // The beginning that retention took must be the one that a later line in the chain signs off.
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
