import { plural } from "../../../../report/texts/plural.ts";

/** The page of a pull request. */
export const pull = {
  heading: (number: number) => `Pull request #${number}`,
  open: (host: string) => `Go back to the pull request on ${host}`,
  signed: "Everybody has signed",
  signedMore: "Nothing is left to do here. Thank you!",
  signedWhoMust: "Everybody who must sign has signed",
  grace: (people: number, version: string, date: string) =>
    `Everybody has signed. ${plural(people, "person needs", "people need")} to sign version ${version} before ${date}`,
  unneeded: "No signature needed",
  waived: (commits: number) =>
    `A maintainer waived the requirement for ${plural(commits, "commit")} without a linked account.`,
  backports: (commits: number) =>
    `${plural(commits, "commit repeats or reverts a commit", "commits repeat or revert commits")} of a protected branch, so the authors do not sign again.`,
  asked: (people: number) =>
    `${plural(people, "more person is", "more people are")} asked to sign, but the pull request does not wait for them.`,
  askedCommits: (commits: number) =>
    `${plural(commits, "commit names", "commits name")} somebody without a linked account. The pull request does not wait for them.`,
  unsigned: (people: number, commits: number, byBots: number) =>
    [
      people > 0 ? `${plural(people, "person", "people")} must still sign` : "",
      byBots > 0 ? `${plural(byBots, "commit")} by a bot or assistant` : "",
      commits > 0 ? `${plural(commits, "commit")} without a linked account` : "",
    ]
      .filter(Boolean)
      .join(", "),
  unknown: "Not decided yet",
  unknownMore: "As long as anything is uncertain, the pull request does not count as signed.",
  reading: "The pull request is being read",
  readingMore: "It is large. This takes a few seconds.",
  readingAgain: "Look again",
  otherHost: (host: string, pullHost: string) =>
    `You are signed in with your ${host} account. This pull request is on ${pullHost}.`,
  broken: "The policy file has a mistake",
  brokenMore: "Nothing can be decided until a maintainer fixes it:",
  problem: (line: number | null, field: string | null) =>
    [line === null ? "" : `line ${line}`, field === null || field === "" ? "" : `key ${field}`]
      .filter(Boolean)
      .join(", "),
  shared: "Another pull request with the same head commit has not passed",
  closed: "This pull request is closed",
  closedMore: "Nobody needs to do anything here. This is what a check would say now:",
  agreement: "Agreement",
  you: "You",
  youMissing: "You must still sign.",
  youGrace: (version: string, date: string) => `Please sign version ${version} before ${date}.`,
  youSigned: "You have signed.",
  youThanks: "Thank you. Your signature is recorded, and this pull request is being checked again.",
  youUnneeded: "This pull request does not need your signature.",
  youRestricted: "You restricted the use of your data, so your signature does not count now.",
  lift: "Lift the restriction",
  readAndSign: "Read and sign the agreement",
  read: "Read the agreement",
  signElsewhere: "Read and sign the agreement there",
  signInToSign: (host: string) => `Sign in with ${host} to sign`,
  byComment:
    "To sign, write this sentence, and nothing else, in a comment on the pull request, from your own account:",
  byCommentToo: "You can also sign without this site. Write this sentence, and nothing else, in a comment:",
  writeComment: (host: string) => `Write the comment on ${host}`,
  receipt: "Your receipt",
  people: "People",
  peopleMore:
    "The people who opened the pull request or wrote part of its commits. Those who must still sign come first.",
  allCommits: (count: number) => `All ${count} commits`,
  commitsOf: (name: string) => `Commits of ${name}`,
  inCommits: (count: number) => plural(count, "commit"),
  noMessage: "no message",
  backport: "repeats or reverts a commit of a protected branch; its author does not sign again",
  filter: "Find by login, name or commit",
  filterButton: "Find",
  onlyMissing: "Only people who must still sign",
  filterAll: (count: number) => `Show all ${plural(count, "person", "people")}`,
  nobody: "Nobody matches.",
  more: (count: number) => `and ${count} more`,
  nextPage: "More people",
  notices: "Comments that did not count",
  unlinked: "Commits without a linked account",
  standing: {
    covered: "Signed or exempt",
    signed: "Signed",
    through: (entity: string) => `Covered by ${entity}`,
    grace: (date: string) => `Signed; sign the new version before ${date}`,
    missing: "Not signed yet",
    outdated: "Signed an earlier version",
    restricted: "Does not count: restricted",
    unknown: "No answer yet",
    bot: "Bot, does not need to sign",
    exempt: "Does not need to sign",
    organization: "Member of an exempt organization",
    unlinked: "No linked account",
    automated: "Bot, can't sign",
    waived: "Waived by a maintainer",
    warning: "requested, but not required",
  },
  unnamed: "no name given",
  updating: "This page updates itself while it is open.",
};
