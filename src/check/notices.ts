import type { Host } from "../ports/host.ts";
import type { Notice } from "../ports/notices.ts";
import type { Route } from "../ports/queue.ts";
import type { Pull } from "../pull.ts";
import type { Finding } from "../verdict/finding.ts";
import type { ShownNotice } from "../report/notices.ts";
import type { World } from "./inspect.ts";

/** Each costs a call to learn who wrote the comment now. */
const MOST_SHOWN = 3;

/**
 * The comments of a pull request that still need an answer, newest first: the host still shows them, and their problem
 * is open. Costs nothing if nothing was refused.
 */
export async function noticesOf(
  world: World,
  host: Host,
  pull: Pull,
  finding: Finding,
  route: Route,
): Promise<readonly ShownNotice[]> {
  if (finding.kind !== "judged" || finding.judgement.verdict !== "unsigned") return [];
  const shown: ShownNotice[] = [];
  for (const notice of await world.engine.notices.of(pull.ref)) {
    if (shown.length === MOST_SHOWN) break;
    if (!isOpen(notice, finding)) continue;
    const comment = await host.comment(pull.ref, notice.comment, route);
    if (comment === null) continue;
    const isSignature = notice.about.startsWith("sign-");
    const stillToSign = finding.judgement.signers.some(
      ({ account, standing }) => account === comment.author && standing.kind === "missing",
    );
    if (isSignature && !stillToSign) continue;
    shown.push({ about: notice.about, commit: notice.commit, login: comment.login });
  }
  return shown;
}

/** A waiver that was refused matters while the pull request has a commit without a linked account. */
function isOpen({ about, commit }: Notice, finding: Finding): boolean {
  if (about.startsWith("sign-") || finding.kind !== "judged") return true;
  const { unlinked } = finding.judgement;
  const isWaived = (sha: string): boolean => unlinked.some((part) => part.commit === sha && part.waived);
  return commit === null || !isWaived(commit);
}
