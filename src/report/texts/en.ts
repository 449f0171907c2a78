/** Every sentence of a status line and a comment, in English. The other languages have the same keys. */
const plural = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;

export const en = {
  line: {
    subject: (agreement: string, version: string) => `CLA ${agreement} ${version}: `,
    between: "; ",
    accounts: (covered: number, all: number) => `${covered} of ${plural(all, "account")}`,
    exempt: (count: number) => `${count} of them exempt`,
    unlinked: (count: number) => `${plural(count, "commit")} without an account`,
    unanswered: (count: number) => `no answer about ${plural(count, "account")}`,
    waived: (count: number) => `${plural(count, "commit")} waived`,
    grace: (date: string) => `the new version must be signed by ${date}`,
    lines: "no signature needed for so small a change",
    paths: "no signature needed for these files",
    undecided: (reason: string) => `not decided: ${reason}`,
    uncovered: "no agreement covers this repository",
    queue: (count: number) => `merge queue, ${plural(count, "commit")}`,
    shared: "another pull request with this head is not in order",
  },
  doubt: {
    "no-commits": "the host shows no commits",
    "list-cut": "the host does not show every commit",
    "count-differs": "the host shows fewer commits than it counts",
    "opener-gone": "the account that opened the pull request is gone",
    "look-up-failed": "a look-up failed; it is tried again",
    database: "the signatures can't be read right now; it is tried again",
  },
  comment: {
    heading: "Contributor licence agreement",
    ask: (agreement: string) =>
      `Thank you for this pull request. Before it can be merged, everybody behind it signs the ${agreement}.`,
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
    warning: "asked, but not required",
    sign: "Read and sign it",
    signElsewhere: "Read and sign it there",
    signByComment: "Or write this sentence, and nothing else, in a comment of your own:",
    sentence: (title: string, id: string, version: string) =>
      `I have read the ${title} (${id} ${version}) and I sign it.`,
    unlinked: "Commits that no account stands behind",
    unlinkedWhy: (host: string) =>
      `The email address in these commits belongs to no ${host} account, so nobody can be asked to sign for them.`,
    unlinkedAuthor: "author",
    unlinkedCoauthor: (name: string) => `co-author ${name}`,
    unlinkedCommitter: "committer",
    mend: {
      intro: " Any one of these mends it:",
      link: (url: string) =>
        `If the address is yours, [add it to your account](${url}), then comment \`/check-cla\`.`,
      author: (sha: string) =>
        `Or make yourself its author: \`git rebase --interactive ${sha}^\`, mark it \`edit\`, then \`git commit --amend --no-edit --reset-author\`, \`git rebase --continue\`, and push with \`--force-with-lease\`.`,
      coauthor:
        "For a co-author, correct the address in the `Co-authored-by:` line, or take the line out if it names nobody who can sign.",
      waive: (sha: string) => `A maintainer answers for the commit: \`/cla waive ${sha} reason\``,
    },
    waived: (shas: string) => `A maintainer answered for ${shas}.`,
    signed: (agreement: string) =>
      `Everybody behind this pull request has signed the ${agreement}. Thank you.`,
    exempt: {
      lines: "This pull request changes so few lines that it needs no signature.",
      paths: "This pull request touches only files that need no signature.",
    },
    exemptAccounts: {
      account: (people: string) => `Needs no signature, as this repository's policy says: ${people}.`,
      bot: (people: string) => `Needs no signature, as a known bot: ${people}.`,
      organization: (people: string) =>
        `Needs no signature, as a member of an organisation that the policy exempts: ${people}.`,
    },
    through: (entities: string) => `Covered through an employer: ${entities}.`,
    grace: (date: string, version: string) =>
      `Some have signed an earlier version. It counts until ${date}; please sign version ${version} before then.`,
    undecided: (reason: string) => `Countersign can't decide yet: ${reason}.`,
    policyBroken: (path: string) =>
      `The policy file \`${path}\` has a mistake. Until it is mended, nothing can be decided:`,
    uncovered: "No agreement covers this repository any more, so nothing is checked here.",
    shared: "Another open pull request has the same head commit and is not in order yet.",
    again: "It is checked again by itself when somebody signs. `/check-cla` in a comment checks it now.",
    details: "Commit by commit",
  },
};

export type Texts = typeof en;
