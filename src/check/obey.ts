/** Runs the commands of a comment, which is read again from the host for its author and its current text. */
import { agreementFor, textFor, type Agreement } from "../records/agreement.ts";
import { commandsIn, markedWaivers, mayBeSignature, MARKER, type Command } from "../report/command.ts";
import { signedLanguage } from "../report/signing-sentence.ts";
import type { Language } from "../report/report.ts";
import { Failure } from "../error.ts";
import type { Comment, Host, Reading } from "../ports/host.ts";
import { BEHIND_TRIES, type Hold } from "./hold.ts";
import { policyFor, type World } from "./inspect.ts";
import type { Notice } from "../ports/notices.ts";
import type { PullRef } from "../pull.ts";
import { pullTask, type Mark, type Route } from "../ports/queue.ts";
import { accountsBehind, commitsToWaive } from "../verdict/verdict.ts";

/** The most refusals of one comment that are kept to be answered. */
const MOST_REFUSALS = 100;

/** The result of one part of a comment: null if it asks for nothing, else what was done, or why not. */
type Answer = "checked" | "signed" | "waived" | Omit<Notice, "comment" | "at"> | null;

/**
 * Runs a comment's commands in order, if its author is allowed to. Refusals are stored, so that the next check answers
 * them in the bot's comment.
 * @param hold the comment's task
 * @returns the tasks to check again
 * @throws Failure `host-behind` if the host does not show the comment yet; `superseded` if the lease was lost or the task
 *   was marked again
 */
export async function obey(
  world: World,
  host: Host,
  ref: PullRef,
  commentId: number,
  route: Route,
  hold: Hold,
): Promise<readonly Due[]> {
  const comment = await host.comment(ref, commentId, route);
  // The host may announce a comment a moment before it shows it.
  if (comment === null && hold.taken.attempts < BEHIND_TRIES) throw new Failure("host-behind");
  if (comment === null || comment.body.includes(MARKER)) return [];
  const repository = { host: ref.host, id: ref.repository };
  const reading = once(() => host.read(ref, route, null));
  const maintains = once(() => host.maintains(comment.author, repository, route));
  const asked = { world, host, ref, comment, route, hold, reading, maintains };
  const answers: Answer[] = [];
  for (const command of distinct(commandsIn(comment.lines)))
    answers.push(command.kind === "recheck" ? "checked" : await waive(asked, command.sha));
  const [marked] = markedWaivers(comment.body);
  // Others may not waive in any form, so only a maintainer is told.
  if (marked !== undefined && answers.length === 0 && (await maintains()))
    answers.push({ about: "waive-marked", commit: marked });
  answers.push(await sign(asked));
  const given = answers.filter((answer) => answer !== null);
  if (given.length === 0) return [];
  const at = world.now();
  const notices = given
    .flatMap((answer) => (typeof answer === "string" ? [] : [{ ...answer, at }]))
    .slice(0, MOST_REFUSALS);
  await world.engine.notices.replace(ref, comment.id, notices, hold.taken);
  const own: Due = { task: pullTask(ref) };
  // Other open pull requests may contain a waived commit too, and no host lists them reliably.
  const all: Due = {
    task: { kind: "repository", host: ref.host, repository: ref.repository },
    bulk: true,
  };
  return given.includes("waived") ? [own, all] : [own];
}

/** A waiver repeated in one comment is one waiver. */
function distinct(commands: readonly Command[]): readonly Command[] {
  return [...new Map(commands.map((one) => [one.kind === "waive" ? one.sha : one.kind, one])).values()];
}

type Due = Pick<Mark, "task" | "bulk">;

interface Asked {
  readonly world: World;
  readonly host: Host;
  readonly ref: PullRef;
  readonly comment: Comment;
  readonly route: Route;
  /** Whatever is recorded is recorded under it: a later read by another worker counts. */
  readonly hold: Hold;
  /** Reads the pull request at the first call. */
  readonly reading: () => Promise<Reading>;
  /** Whether the author maintains the repository; asks at the first call. */
  readonly maintains: () => Promise<boolean>;
}

function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | null = null;
  return () => (answer ??= ask());
}

async function waive(
  { world, ref, comment, hold, maintains, reading, host }: Asked,
  sha: string,
): Promise<Answer> {
  const refused = (about: Notice["about"], commit: string | null = sha): Answer => ({
    about,
    commit: commit === "" ? null : commit,
  });
  const repository = { host: ref.host, id: ref.repository };
  const { author: by } = comment;
  if (!(await maintains())) return refused("waive-not-maintainer");
  // Everyone who may write to the repository may edit what a maintainer wrote.
  if (comment.edited) return refused("waive-edited");
  const read = await reading();
  const { commits, gaps } = read.pull;
  const named = commits.filter((commit) => commit.sha.startsWith(sha));
  const [commit] = named;
  // The host may not show the commit yet.
  if (commit === undefined && gaps.length > 0 && hold.taken.attempts < BEHIND_TRIES)
    throw new Failure("list-cut");
  if (commit === undefined) return refused("waive-unknown");
  // Anyone can quickly create a commit with the same first digits, so only the full id names one.
  if (commit.sha !== sha) return refused("waive-short", named.length === 1 ? commit.sha : null);
  // A waiver is not stored for later use: an account that is linked now may be gone one day.
  if (!commitsToWaive(read.pull, policyFor(world, host, read)).has(sha))
    return refused(commit.author.account === null ? "waive-bot" : "waive-linked");
  const waiver = { repository, commit: commit.sha, by, at: world.now() };
  await world.engine.waivers.add(waiver, hold.taken);
  return "waived";
}

async function sign({ world, host, comment, hold, reading }: Asked): Promise<Answer> {
  if (!mayBeSignature(comment.body, comment.lines)) return null;
  const { pull } = await reading();
  const { path } = pull;
  const agreement = agreementFor(world.agreements, host.name, path);
  if (agreement === null || !mayBeSignature(comment.body, comment.lines, agreement)) return null;
  // Others are not asked to sign, so they get no answer; it would take the place of one that matters.
  const isAsked = accountsBehind(pull).includes(comment.author);
  const refused = (about: Notice["about"]): Answer => (isAsked ? { about, commit: null } : null);
  if (!agreement.sign.includes("comment") || agreement.document === null) return refused("sign-on-page");
  const language = signedLanguage(comment.lines, agreement);
  if (language === null) return refused("sign-other-words");
  // An edited comment may not be its author's text: an administrator can edit it, too.
  if (comment.edited) return refused("sign-edited");
  const digest = await digestFor(world, agreement, language);
  const row = {
    account: comment.author,
    agreement: agreement.id,
    version: agreement.version,
    signedAt: comment.createdAt,
    entity: null,
    ...(digest === null ? {} : { digest }),
  };
  await world.engine.signatures.sign([[row]], { evidence: `comment:${comment.id}`, held: hold.taken });
  return "signed";
}

/** The digest of the text that a signing sentence signs: the text in the sentence's language; null: not recorded. */
async function digestFor(
  { engine }: World,
  agreement: Agreement,
  language: Language,
): Promise<string | null> {
  const { id, version } = agreement;
  const text = textFor(agreement, language);
  return (await engine.agreements?.find(id, version, text.language))?.digest ?? null;
}
