/** What a comment asks for, read afresh from the host: its author is who the host says, its text as it stands now. */
import { agreementFor, type Agreement } from "../records/agreement.ts";
import { parseCommand } from "../report/command.ts";
import { Failure } from "../error.ts";
import type { Comment, Host } from "../ports/host.ts";
import type { World } from "./inspect.ts";
import type { PullRef } from "../pull.ts";
import { pullTask, type Mark, type Route } from "../ports/queue.ts";
import { TEXTS } from "../report/report.ts";

/**
 * Does what a comment commands, if its author may. What comes of it shows when the pull request is checked next.
 * @returns what must be checked again
 */
export async function obey(
  world: World,
  host: Host,
  ref: PullRef,
  commentId: number,
  route: Route,
): Promise<readonly Due[]> {
  const comment = await host.comment(ref, commentId, route);
  if (comment === null) return [];
  const own: Due = { task: pullTask(ref) };
  const command = parseCommand(comment.body);
  switch (command?.kind) {
    case "recheck":
      return [own];
    case "waive": {
      // Any other open pull request may hold the commit as well; no host lists those reliably.
      const all: Due = {
        task: { kind: "repository", host: ref.host, repository: ref.repository },
        bulk: true,
      };
      return (await waive(world, host, ref, comment, command.sha, route)) ? [own, all] : [];
    }
    case "sign":
      return (await sign(world, host, ref, comment, route)) ? [own] : [];
    case undefined:
      return [];
  }
}

type Due = Pick<Mark, "task" | "bulk">;

async function waive(
  world: World,
  host: Host,
  ref: PullRef,
  { author: by, edited }: Comment,
  sha: string,
  route: Route,
): Promise<boolean> {
  // Whoever may write to the repository may edit what a maintainer wrote.
  if (edited) return false;
  const repository = { host: ref.host, id: ref.repository };
  if (!(await host.maintains(by, repository, route))) return false;
  const { pull } = await host.read(ref, route, null);
  const named = pull.commits.filter((commit) => commit.sha.startsWith(sha));
  const [commit] = named;
  // The host may not have shown the commit that is meant.
  if (commit === undefined && pull.gaps.length > 0) throw new Failure("list-cut");
  if (commit === undefined || named.length > 1) return false;
  // Nothing is kept for later: an account that stands behind it now may go one day.
  const people = [commit.author, commit.committer];
  const linked =
    people.every((person) => person === null || person.account !== null) &&
    // A co-author without a login is a number in an address that somebody typed.
    commit.coauthors.every(({ account, login }) => account !== null && login !== null);
  if (linked) return false;
  await world.engine.waivers.add({ repository, commit: commit.sha, by, at: world.now() });
  return true;
}

async function sign(
  world: World,
  host: Host,
  ref: PullRef,
  comment: Comment,
  route: Route,
): Promise<boolean> {
  // An edited comment may not be what its author first wrote: an administrator can edit it, too.
  if (comment.edited) return false;
  const { pull } = await host.read(ref, route, null);
  const agreement = agreementFor(world.agreements, host.name, pull.path);
  if (agreement === null || !agreement.sign.includes("comment") || agreement.document === null) return false;
  if (!isSentence(comment.body, agreement)) return false;
  const row = {
    account: comment.author,
    agreement: agreement.id,
    version: agreement.version,
    signedAt: comment.createdAt,
    entity: null,
  };
  await world.engine.signatures.sign([[row]], { evidence: `comment:${comment.id}` });
  return true;
}

/** Whether a comment is the signing sentence of an agreement, in any language, and nothing else. */
function isSentence(body: string, { title, id, version }: Agreement): boolean {
  const plain = (text: string): string => text.replace(/^>\s?/gm, "").replace(/\s+/g, " ").trim();
  return Object.values(TEXTS).some(
    ({ comment }) => plain(body) === plain(comment.sentence(title, id, version)),
  );
}
