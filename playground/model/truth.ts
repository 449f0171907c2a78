/**
 * The expected state of a host in its simplest form: a pull request is green if its opener and everybody in its commits
 * have a valid signature. It does not use the bot's code; a property test compares the two.
 */

/** A person by index; null: a commit's author without an account. */
export type Someone = number | null;

export interface Commit {
  readonly id: string;
  readonly author: Someone;
  readonly coauthor: number | null;
}

export interface Pull {
  readonly repository: number;
  readonly opener: number;
  commits: readonly Commit[];
  open: boolean;
  /** Whether a delivery reported it to the bot. */
  told: boolean;
}

/** What the repository's policy file asks of co-authors; `broken`: it can't be read; `none`: there is none. */
export type Policy = "require" | "ignore" | "broken" | "none";

export interface Repository {
  covered: boolean;
  policy: Policy;
  readonly waived: Set<string>;
}

export interface Signature {
  readonly person: number;
  readonly version: number;
  readonly at: number;
}

export interface Truth {
  /** The version of the agreement in force. */
  version: number;
  /** Until when signatures of earlier versions count. */
  graceUntil: number;
  signatures: Signature[];
  /** When a person's signatures were revoked last; those signed later count. */
  readonly revoked: Map<number, number>;
  /** When a person was erased last; until they sign again by themselves no import brings them back. */
  readonly erased: Set<number>;
  readonly restricted: Set<number>;
  readonly repositories: Repository[];
  readonly pulls: Pull[];
  /** Whether pull requests with one head show one status, which must be true of all of them. */
  readonly sharedHeads: boolean;
  /** What is asked of co-authors where there is no policy. */
  readonly coauthorsByDefault: "require" | "ignore";
}

export type Display = "green" | "red" | "error";

export function hasSigned(truth: Truth, person: number, now: number): boolean {
  if (truth.restricted.has(person)) return false;
  return truth.signatures.some(
    (signature) =>
      signature.person === person &&
      signature.at > (truth.revoked.get(person) ?? -Infinity) &&
      (signature.version === truth.version || now < truth.graceUntil),
  );
}

/** The verdict on a single pull request, without others that share its head. */
export function deserves(truth: Truth, pull: Pull, now: number, commits = pull.commits): Display {
  const repository = truth.repositories[pull.repository];
  if (repository === undefined || !repository.covered || repository.policy === "broken") return "error";
  const policy = repository.policy === "none" ? truth.coauthorsByDefault : repository.policy;
  const signed = (person: number): boolean => hasSigned(truth, person, now);
  const covered = commits.every(
    ({ id, author, coauthor }) =>
      (author === null ? repository.waived.has(id) : signed(author)) &&
      (coauthor === null || policy === "ignore" || signed(coauthor)),
  );
  return signed(pull.opener) && covered ? "green" : "red";
}

export function headOf(commits: readonly Commit[]): string {
  return commits.at(-1)?.id ?? "";
}

/** The expected state of a pull request once everything is quiet. */
export function expected(truth: Truth, pull: Pull, now: number): Display {
  const own = deserves(truth, pull, now);
  return own === "green" && twins(truth, pull).some((twin) => deserves(truth, twin, now) !== "green")
    ? "red"
    : own;
}

function twins(truth: Truth, pull: Pull): readonly Pull[] {
  if (!truth.sharedHeads) return [];
  const head = headOf(pull.commits);
  return truth.pulls.filter(
    (other) =>
      other !== pull && other.open && other.repository === pull.repository && headOf(other.commits) === head,
  );
}

/** Whether a commit may be green: by the events that the bot received, no signature is missing. */
export function mayBeGreen(truth: Truth, pull: Pull, commits: readonly Commit[], now: number): boolean {
  if (deserves(truth, pull, now, commits) !== "green") return false;
  const head = headOf(commits);
  return !truth.pulls.some(
    (other) =>
      truth.sharedHeads &&
      other !== pull &&
      other.told &&
      other.open &&
      other.repository === pull.repository &&
      headOf(other.commits) === head &&
      deserves(truth, other, now) !== "green",
  );
}
