import { plural } from "./plural.ts";

/** Every sentence of a status line and a comment, in English. The other languages have the same keys. */

export const en = {
  /** What is wrong with a policy file: the sentence of its reader is English already. */
  problem: (message: string) => message,
  line: {
    subject: (agreement: string, version: string) => `CLA ${agreement} ${version}: `,
    between: "; ",
    accounts: (covered: number, all: number) => `${covered} of ${plural(all, "account")}`,
    unlinked: (count: number) => `${plural(count, "commit")} without an account`,
    unanswered: (count: number) => `no answer about ${plural(count, "account")}`,
    waived: (count: number) => `${plural(count, "commit")} waived`,
    grace: (date: string) => `the new version must be signed before ${date}`,
    lines: "no signature needed for a small change",
    paths: "no signature needed for these files",
    undecided: (reason: string) => `not decided: ${reason}`,
    uncovered: "no agreement covers this repository",
    queue: (count: number) => `merge queue, ${plural(count, "commit")}`,
    shared: "another pull request with this head has not passed",
    queuePending: "the merge queue does not say yet which pull requests this is made of",
    queueUnexplained: "the merge queue does not say which pull requests this is made of",
    queueUnread: "the host does not show this merge group yet; the bot retries",
    queueRefused: "the host does not show this merge group; countersign doctor says why",
    mixedRuns: "another pull request has this head, and this server mixes up their checks; push a commit",
    noCheckRun: "the app can't write check runs here; grant it checks: write",
  },
  doubt: {
    "no-commits": "the host shows no commits",
    "list-cut": "the host does not show every commit",
    "count-differs": "the host shows fewer commits than it counts",
    "opener-gone": "the account that opened the pull request is gone",
    "look-up-failed": "a lookup failed; the bot retries",
    "lookup-unfinished":
      "many people are named here; the bot looks them up in several steps, at least a minute apart",
    continues: "the bot still looks something up, and continues at once",
    "too-many-people": "more people are named here than the bot looks up for one pull request; split it",
    "too-large": "it has more commits and co-authors than the bot reads of one pull request; split it",
    "pull-unreadable": "the host can't show this pull request, not even in small parts; split it",
    "permission-missing": "the app lacks a permission; countersign doctor says which",
    "ip-not-allowed": "the organization's IP allow list does not have the bot's address; an owner can add it",
    "sso-required": "the organization's single sign-on does not admit the app; an owner can approve it",
    "repository-blocked":
      "the host has blocked or disabled this repository; its owner can contact the support",
    "account-blocked": "the repository's owner has blocked the bot; the owner can unblock it",
    "head-behind": "the host does not show the newest change yet; the bot retries",
    database: "the signatures can't be read right now; the bot retries",
  },
  comment: {
    heading: "Contributor License Agreement",
    ask: (agreement: string) =>
      `Thank you for this pull request. Before it can be merged, everyone who contributed to it must sign the ${agreement}.`,
    document: (link: string, version: string) => `${link} (version ${version})`,
    note: (notes: string) => ` (${notes})`,
    and: ", ",
    between: "; ",
    after: ": ",
    missing: "Still to sign",
    unanswered: "No answer yet about",
    roles: {
      opener: "opened this pull request",
      author: "author",
      coauthor: "co-author",
      committer: "committer",
    },
    commits: (shas: string, more: number) => `in ${shas}${more > 0 ? ` and ${more} more` : ""}`,
    more: (count: number) => `and ${count} more`,
    outdated: "signed an earlier version, which no longer counts",
    warning: "requested, but not required",
    sign: "Read and sign it",
    signElsewhere: "Read and sign it on the project's site",
    signByComment: "Or post a comment with only this sentence:",
    signOnlyByComment: "To sign it, post a comment with only this sentence:",
    texts: "Its texts:",
    text: (link: string, { binding, digest }: { binding: boolean; digest: string | null }) =>
      `${link}${binding ? ", the binding one" : ""}${digest === null ? "" : `, SHA-256 ${digest}`}`,
    sentence: (title: string, id: string, version: string) =>
      `I have read the ${title} (${id} ${version}) and I sign it.`,
    unlinked: "Commits without a linked account",
    unlinkedWhy: (host: string) =>
      `The email address in these commits is not linked to a ${host} account, so the bot can't tell who must sign.`,
    unlinkedCoauthorWhy: (host: string) =>
      `${host} links no \`Co-authored-by:\` line to an account, so the bot can't tell who must sign.`,
    unlinkedAuthor: "author",
    unlinkedCoauthor: (name: string) => `co-author ${name}`,
    unlinkedCommitter: "committer",
    fix: {
      intro: " To fix this, do one of the following:",
      link: (url: string) =>
        `If the address is yours, [add it to your account](${url}) and comment \`/check-cla\`.`,
      author: (sha: string) =>
        `Make yourself the author: run \`git rebase --interactive ${sha}^\`, mark the commit \`edit\`, run \`git commit --amend --no-edit --reset-author\` and \`git rebase --continue\`, and push with \`--force-with-lease\`.`,
      introOptional: " Nothing here blocks the merge. To settle it anyway, do one of the following:",
      coauthorOwnPull: (host: string) =>
        `${host} does not say which account a \`Co-authored-by:\` line means. The co-author can open a pull request of their own with their part, sign and comment \`/check-cla\` there. Here, the line must then be removed from the commit message.`,
      coauthorAddress: (domain: string) =>
        `Let the line name the co-author's private address, \`NUMBER+LOGIN@user.noreply.${domain}\` in their email settings. The co-author then signs, and this pull request is checked again.`,
      coauthorRemove: (sha: string) =>
        `Remove the line from the commit message: run \`git rebase --interactive ${sha}^\`, mark the commit \`reword\`, delete the line, and push with \`--force-with-lease\`.`,
      coauthor:
        "For a co-author, correct the address in the `Co-authored-by:` line, or remove the line if it names nobody who can sign.",
      waive: (sha: string) =>
        `A maintainer waives the requirement for the commit: \`/cla waive ${sha} reason\``,
      waiveEach: "A maintainer waives the requirement with a comment that has a line for each commit:",
    },
    automated: "Commits by bots or coding assistants",
    automatedWhy: "A bot can't sign, and anyone can commit under its address, so do one of the following:",
    automatedFix: {
      opener: (account: string) =>
        `A maintainer adds the bot that opened the pull request to \`exempt.accounts\` in the policy file: ${account}. Whatever it submits then needs no signature.`,
      coauthor: (sha: string) =>
        `If the bot is named in a \`Co-authored-by:\` line, remove the line: run \`git rebase --interactive ${sha}^\`, mark the commit \`reword\`, delete the line, and push with \`--force-with-lease\`.`,
      author: (sha: string) =>
        `If you take responsibility for the change, make yourself the author: run \`git rebase --interactive ${sha}^\`, mark the commit \`edit\`, run \`git commit --amend --no-edit --reset-author\` and \`git rebase --continue\`, and push with \`--force-with-lease\`.`,
      policy: (account: string) =>
        `A maintainer adds the account to \`exempt.authors\` in the policy file${account === "" ? "" : `: ${account}`}.`,
    },
    merges: (who: string, shas: string) =>
      `${who} merged another branch into this pull request (${shas}), for example with "Update branch", and has not signed. To fix this, ${who} signs, or the contributor removes the merge: merge or rebase in the contributor's own name, and push with \`--force-with-lease\`.`,
    somebody: "Somebody",
    reason: "reason",
    fullId: "FULL_COMMIT_ID",
    notices: {
      "waive-short": (who: string, command: string) =>
        `${who}'s waiver does not count because it does not name the full commit id. Copy this: ${command}`,
      "waive-edited": (who: string, sha: string) =>
        `${who}'s waiver of ${sha} does not count because the comment was edited. Post a new comment.`,
      "waive-not-maintainer": (who: string, sha: string) =>
        `${who}'s waiver of ${sha} does not count because only a maintainer of the repository can waive.`,
      "waive-linked": (who: string, sha: string) =>
        `${who}'s waiver of ${sha} does not count because the commit is linked to an account, which must sign.`,
      "waive-bot": (who: string, sha: string) =>
        `${who}'s waiver of ${sha} does not count because the commit names a bot's account, and only a commit without an account can be waived. A maintainer adds the account to \`exempt.authors\` in the policy file, or a person who signs becomes the author.`,
      "waive-unknown": (who: string, sha: string) =>
        `${who}'s waiver of ${sha} does not count because this pull request has no such commit.`,
      "waive-marked": (who: string, sha: string) =>
        `${who}'s waiver of ${sha} does not count because the command is in a list or in code. Post it as plain text, on a line of its own.`,
      "sign-edited": (who: string) =>
        `${who}'s comment does not count as a signature because it was edited. Post the sentence in a new comment.`,
      "sign-other-words": (who: string) =>
        `${who}'s comment does not count as a signature because it is not the exact sentence, or the sentence is in a quotation or a code block. Post a new comment with only the sentence.`,
      "sign-on-page": (who: string) =>
        `${who}'s comment does not count as a signature because this agreement is not signed by comment. Use the link.`,
    },
    waived: (shas: string) => `A maintainer waived the requirement for ${shas}.`,
    signed: (agreement: string) =>
      `Everyone who contributed to this pull request has signed the ${agreement}. Thank you.`,
    signedRequired: (agreement: string) =>
      `Everyone who must sign the ${agreement} for this pull request has done so. Thank you.`,
    exempt: {
      lines: "This small change needs no signature.",
      paths: "This pull request changes only files that need no signature.",
    },
    grace: (date: string, version: string) =>
      `Some have signed an earlier version. It counts before ${date}; please sign version ${version} before then.`,
    undecided: (reason: string) => `Countersign can't decide yet: ${reason}.`,
    policyBroken: (path: string) =>
      `The policy file \`${path}\` has a mistake. The bot can't decide until it is fixed:`,
    uncovered: "No agreement covers this repository anymore, so the bot checks nothing here.",
    shared: "Another open pull request has the same head commit and has not passed this check yet.",
    again: "The bot checks again when somebody signs. To check now, comment `/check-cla`.",
    details: "Details for each commit",
    statusLimit:
      "The host accepts no more statuses for this commit, so its status may be out of date. Push another commit to get a new one.",
    staleCheck:
      "**Don't go by a green check run on this commit.** It is out of date, and the host does not let the bot replace it. It does not count for another commit, so push one. `countersign doctor` tells an administrator which permission is missing.",
    redCheck:
      "**A red check run on this commit may be out of date**: everybody has signed, but the host does not let the bot replace it. An administrator of the repository can merge, or run `countersign doctor` to see which permission is missing.",
    refusedLabels: (signed: string, unsigned: string) =>
      `**The labels of this pull request may be wrong or missing**: the host refuses to set or remove ${signed} or ${unsigned}. A maintainer can choose other names under \`labels\` in the policy file (on Gitee, 2 to 20 characters), or give the bot's account the right to change labels.`,
    missingCheck:
      "The policy requires a check run, which the bot can't write in this repository. `countersign doctor` tells an administrator what is missing.",
  },
};

export type Texts = typeof en;
