/**
 * The table of all foreseen failures: what to say, and whether a retry can help. Any other error than a {@link Failure}
 * is a bug: its place in the program is logged, and contributors see nothing of it.
 */
export const FAILURES = {
  "host-unreachable": { retry: "later", says: "the host did not answer" },
  "host-refused": { retry: "later", says: "the host answered with an error" },
  "host-answer": { retry: "later", says: "the host's answer did not have the documented form" },
  "host-limit": { retry: "later", says: "the host's rate limit is used up" },
  "host-credentials": {
    retry: "later",
    says: "the host did not accept the bot's credentials",
    advice: "countersign doctor says which",
  },
  "permission-missing": {
    retry: "daily",
    says: "the host refused the bot a permission that it needs",
    advice: "countersign doctor says which; grant and accept it at the host",
  },
  "installation-suspended": {
    retry: "never",
    says: "the installation is suspended",
    advice: "unsuspend it in the account's settings; then the bot checks everything",
  },
  "repository-archived": {
    retry: "never",
    says: "the repository is archived and accepts no writes",
    advice: "unarchive it; then the bot checks it again",
  },
  "ip-not-allowed": {
    retry: "later",
    says: "the organization's IP allow list does not have this machine's address",
    advice:
      "ask an owner of the organization to add the address with which this machine reaches the host to the IP allow list",
  },
  "sso-required": {
    retry: "daily",
    says: "the organization's single sign-on does not admit the app",
    advice: "ask an owner of the organization to install or approve the app again under its single sign-on",
  },
  "repository-blocked": {
    retry: "daily",
    says: "the host has blocked or disabled the repository",
    advice: "ask the repository's owner to contact the host's support",
  },
  "account-blocked": {
    retry: "daily",
    says: "the repository's owner has blocked the bot, or the account that it answers",
    advice: "ask the owner to remove the block in the settings of the account or organization",
  },
  "status-limit": {
    retry: "daily",
    says: "the host accepts no more statuses for this commit and context",
    advice: "push another commit, for instance an empty one",
  },
  "pull-unreadable": {
    retry: "later",
    says: "the host could not show the pull request, not even in small parts",
    advice: "split the pull request, or wait until the host has recovered",
  },
  "host-behind": { retry: "later", says: "the host does not show yet what its delivery reported" },
  // A host may announce something shortly before it shows it.
  "not-found": { retry: "briefly", says: "the host does not show it to the bot, or it is gone" },
  "conversation-locked": { retry: "never", says: "the conversation is locked" },
  "head-moving": { retry: "later", says: "the head kept moving while it was read" },
  superseded: { retry: "later", says: "a newer event arrived meanwhile, and the check is repeated" },
  paced: {
    retry: "later",
    says: "it waits for its turn within the host's limits",
    advice: "the bot continues by itself; a command has to be run again at the time that it names",
  },
  unfinished: {
    retry: "later",
    says: "it needs more calls than one check may make, and continues in a minute",
  },
  "list-cut": { retry: "later", says: "the host did not show every commit" },
  "database-schema": { retry: "never", says: "the database's schema does not match this version" },
  "database-unreachable": { retry: "later", says: "the database did not answer" },
  "policy-broken": { retry: "never", says: "the repository's policy file has a mistake" },
  "agreement-document": { retry: "never", says: "the agreement has no readable document" },
  bug: { retry: "later", says: "Countersign had an internal error; its log says where" },
  configuration: { retry: "never", says: "the configuration has a mistake" },
  input: { retry: "never", says: "the input has a mistake" },
  refused: { retry: "never", says: "it was refused" },
  usage: { retry: "never", says: "the command was not understood" },
} as const satisfies Record<
  string,
  { retry: "later" | "daily" | "briefly" | "never"; says: string; advice?: string }
>;

export type FailureCode = keyof typeof FAILURES;

/** What an operator can do about a failure, if that is always the same; null if the message says it. */
export function adviceOf(code: FailureCode): string | null {
  const entry = FAILURES[code];
  return "advice" in entry ? entry.advice : null;
}

/** A foreseen failure. Its message may be shown to people: it contains no token, name, login or email. */
export class Failure extends Error {
  readonly code: FailureCode;
  /** When a retry makes sense by the host's answer, in milliseconds since the epoch; null if the host named no time. */
  readonly retryAt: number | null;

  /** @param detail what was wrong and what to do; the table's sentence if omitted. */
  constructor(
    code: FailureCode,
    detail: string = FAILURES[code].says,
    options: { retryAt?: number | null; cause?: unknown } = {},
  ) {
    super(detail, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "Failure";
    this.code = code;
    this.retryAt = options.retryAt ?? null;
  }
}

/** A request that was not sent, because the host asked to wait before. It refused nothing, so nothing has failed. */
export class HostWait extends Failure {
  override readonly retryAt: number;

  constructor(detail: string, until: number) {
    super("host-limit", detail);
    this.retryAt = until;
  }
}

/** The result; null if the work failed in a foreseen way. A bug is thrown on. @param but failures that are thrown, too */
export async function unlessFailed<T>(work: Promise<T>, but: readonly FailureCode[] = []): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Failure && !but.includes(error.code)) return null;
    throw error;
  }
}

/** One thing that is wrong with an input, and where. */
export interface Problem {
  /** File name or "standard input"; null if the input has no name. */
  readonly file: string | null;
  /** Line from 1; null if the input has no lines. */
  readonly line: number | null;
  /** The number of the entry from 1, if several share a line. */
  readonly item?: number;
  /** The key, column or field, e.g. `require.coauthors`; null for the whole. */
  readonly field: string | null;
  readonly message: string;
}

/** Prints a problem as `file:line: field: message`, without the unknown parts. */
export function printProblem(problem: Problem): string {
  const place = [problem.file, problem.line].filter((part) => part !== null).join(":");
  const item = problem.item === undefined ? null : `item ${problem.item}`;
  return [place, item, problem.field, problem.message]
    .filter((part) => part !== null && part !== "")
    .join(": ");
}

/** All problems of one input. */
export class Problems extends Failure {
  readonly problems: readonly Problem[];

  constructor(code: FailureCode, problems: readonly Problem[]) {
    super(code, problems.map(printProblem).join("\n"));
    this.problems = problems;
  }
}
