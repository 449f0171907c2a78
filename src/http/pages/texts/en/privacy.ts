import { plural } from "../../../../report/texts/plural.ts";

const LIST = new Intl.ListFormat("en");

/** How long records are kept, in days. */
export interface PrivacyPeriods {
  readonly ended: number;
  readonly closedPull: number;
  readonly tombstone: number;
  readonly audit: number;
}

const period = (days: number): string =>
  days % 365 === 0 ? plural(days / 365, "year") : plural(days, "day");

export const privacy = {
  heading: "Privacy",
  intro: (name: string) =>
    `${name} runs this site and the bot behind it. This page says what they process, why, and for how long.`,
  controller: "Who is responsible",
  contact: "Contact",
  address: "Address",
  missing: "The operator has not stated this.",
  purpose: "Purpose",
  purposeMore:
    "To determine for each pull request whether every account behind it has signed the contributor agreement of the project, and to be able to prove it later.",
  legalBasis: "Legal basis",
  agreements: "Agreements",
  kept: "What is stored",
  what: "What",
  goes: "Until",
  rows: ({ ended, closedPull, tombstone, audit }: PrivacyPeriods): readonly (readonly [string, string])[] => [
    [
      "A signature: the host and number of your account, the agreement, its version and the digest of the text, the time, how it was given, and your employer's id if you signed through one",
      `you erase it; a withdrawn one for ${period(ended)} after the withdrawal, as evidence for what was contributed before`,
    ],
    [
      "A place on an employer's roster: account number, from and until",
      `${period(ended)} after it ends, or you erase it`,
    ],
    ["A restriction of your data, and since when", "you lift the restriction or erase your data"],
    ["A request to the operator: its kind, the agreement and the time", "it is settled"],
    [
      "A request to sign for a company: the company's name, the agreement, the time and your account number",
      "the operator accepts or declines it, or you erase it",
    ],
    [
      "An open pull request: the number of its repository, its own number, its head commit, the last verdict, and the groups (1 in 256) of account numbers behind it; nobody is named",
      `${period(closedPull)} after it is closed; the groups until it is closed`,
    ],
    [
      "If you are a maintainer who waived the requirement for a commit: repository, commit, your account number and the time",
      "you erase it; the waiver then stays without your number",
    ],
    ["That you manage an employer's roster", "the operator ends it, or you erase it"],
    [
      "A sign-in on this site: a hash of a random number, your account number",
      "you sign out, or a few minutes after half an hour",
    ],
    [
      "After an erasure: a keyed hash of your account number, which prevents old files from restoring your data",
      period(tombstone),
    ],
    [
      "A record of what was done and when, under a salted tag that no longer leads to you after an erasure",
      period(audit),
    ],
  ],
  not: "What is not stored",
  notList: [
    "No name, login, email address or avatar. They are read from the host to show them, and not stored.",
    "No IP address, in no log either; no statistics about visitors.",
    "No access token. The token of a sign-in is used once, to learn your account number, and revoked where the host allows it.",
    "Nothing about people who did none of the above. Who opened a pull request or wrote a commit is not stored.",
  ],
  cookie: "The one cookie",
  cookieMore:
    "It holds a random number for 30 minutes while you sign in and are signed in. It serves nothing else, so no consent is needed. This site loads nothing from other sites.",
  hosts: "Source of the data",
  hostsMore: (hosts: readonly string[]) =>
    `Pull requests, commits and accounts are read from ${LIST.format(hosts)} when a pull request changes or somebody looks at its page. The hosts process this data under their own terms.`,
  rights: "Your rights",
  rightsAtOnce:
    "You can do this yourself, at once: see, download, restrict and erase what is stored about you.",
  /** Between an agreement and its version. */
  comma: ", ",
  withdrawSelf: (agreements: readonly string[]) =>
    `You can withdraw a signature of ${LIST.format(agreements)} yourself, at once.`,
  withdrawAsk: (agreements: readonly string[]) =>
    `You can request the withdrawal of a signature of ${LIST.format(agreements)}. The operator decides about it.`,
  rightsRequest: "A correction is a request to the operator.",
  rightsWhere: "All of this is on the page",
  complain: "Complaints",
  complainMore: "You can complain to the supervisory authority:",
};
