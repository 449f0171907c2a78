import { plural } from "../../../../report/texts/plural.ts";

/** The stored data about a person, and what the person can do with it. */
export const account = {
  heading: "Your data",
  intro: "Everything that is stored here about you, and what you can do about it.",
  signedOut: "Sign in to see what is stored about you.",
  identity: "You",
  identityMore: (until: string) =>
    `Your login is looked up to show it. It is not stored. You are signed in until ${until}.`,
  signatures: "Signatures",
  noSignatures: "No signature of yours is stored.",
  agreement: "Agreement",
  signedOn: "Signed",
  how: "How",
  state: "State",
  evidence: {
    page: "on this site",
    import: "loaded from the project's records",
    comment: (id: string) => `by comment ${id}`,
  },
  counts: "Counts",
  countsUntil: (date: string, version: string) =>
    `Counts before ${date}; please sign version ${version} before that day`,
  outdated: (version: string) => `Does not count: version ${version} is needed`,
  restricted: "Does not count: you restricted the use of your data",
  withdrawn: (date: string) => `Withdrawn on ${date}; does not count`,
  unasked: "Stored; no project here asks for this agreement now",
  signNew: (version: string) => `Sign version ${version}`,
  entity: (entity: string) => `through ${entity}`,
  places: "Employers' rosters",
  noPlaces: "No employer lists you as covered.",
  place: (entity: string, agreement: string) => `${entity}, for ${agreement}`,
  placeSince: (date: string) => `Covers you since ${date}`,
  placeUntil: (date: string) => `Covers you until ${date}`,
  placeFrom: (date: string) => `Covers you from ${date} on`,
  placeEnded: (date: string) => `Ended on ${date}`,
  placeMore: "To leave a roster, ask the employer who put you there.",
  manages: "Rosters that you manage",
  employer: "Sign for a company",
  requests: "Your requests",
  request: {
    withdrawal: (agreement: string, date: string) => `Withdrawal of ${agreement}, requested on ${date}`,
    correction: (agreement: string, date: string) => `Correction of ${agreement}, requested on ${date}`,
  },
  entityRequest: (name: string, agreement: string, date: string) =>
    `Roster for ${name} (${agreement}), requested on ${date}`,
  restrictedSince: (date: string) => `Restricted since ${date}: nothing about you is used`,
  waivers: "Commits for which you waived the requirement",
  acts: "What was done with your data",
  act: {
    sign: "signed",
    import: "loaded",
    revoke: "revoked",
    "revoke undo": "revocation undone",
    waive: "requirement waived for a commit",
    unwaive: "waiver removed",
    withdraw: "withdrawn",
    request: "request sent",
    "request settle": "request settled",
    correct: "corrected",
    restrict: "restricted",
    unrestrict: "restriction lifted",
    erase: "erased",
    "entity add": "roster changed",
    "entity remove": "roster changed",
    "agreement record": "agreement recorded",
    "agreement revise": "agreement revised",
    tidy: "deleted after its retention period",
    "audit expire": "record deleted after its retention period",
  },
  rights: "What you can do",
  download: "Download",
  downloadMore: "Everything above in one JSON file, to keep or to use elsewhere.",
  correct: "Request a correction",
  correctMore: "If a date, a version or an employer above is wrong.",
  withdraw: "Withdraw",
  withdrawMore: "End a signature, from now on.",
  restrict: "Restrict",
  restrictMore: "Keep the data but do not use it, for as long as you want.",
  unrestrict: "Lift the restriction",
  unrestrictMore: "Your signatures count again.",
  erase: "Erase",
  eraseMore: "Remove everything that is stored about you.",
};

export const confirm = {
  withdraw: {
    heading: "Withdraw your signature?",
    what: (agreement: string) => [
      `From now on, your signature of “${agreement}” no longer counts.`,
      "What was contributed and merged before stays under the agreement as you signed it.",
      "Your open pull requests are checked again and ask for a signature. You can sign again at any time.",
    ],
    button: "Withdraw my signature",
  },
  askWithdraw: {
    heading: "Request the withdrawal of your signature?",
    what: (agreement: string) => [
      `The operator of this site ends signatures of “${agreement}”. You can't end one yourself.`,
      "The operator sees your request with your account number. Until the operator grants it, the signature counts.",
    ],
    button: "Send the request",
  },
  correct: {
    heading: "Request a correction?",
    what: (agreement: string) => [
      `The operator learns that something about your signature of “${agreement}” is wrong.`,
      "Please write to the contact address of this site what is wrong, with your account number.",
    ],
    button: "Send the request",
  },
  restrict: {
    heading: "Restrict the use of your data?",
    what: () => [
      "Your signatures stay as they are but are not used. In every check you count as somebody who has not signed.",
      "Your open pull requests turn red until you lift the restriction. Signing again does not change that.",
    ],
    button: "Restrict",
  },
  unrestrict: {
    heading: "Lift the restriction?",
    what: () => ["Your signatures are used again, and your open pull requests are checked again."],
    button: "Lift the restriction",
  },
  erase: {
    heading: "Erase everything about you?",
    what: () => [
      "Every signature, roster place and request of yours is removed from the database. This can't be undone.",
      "A keyed hash of your account number stays, so that an old file or backup does not bring your data back by mistake.",
      "Your open pull requests will ask for a signature. You will be signed out.",
    ],
    button: "Erase everything",
  },
  unmanaged: "Choose an agreement:",
};

export const done = {
  signed: "Thank you. Your signature is recorded.",
  withdrawn: "Your signature is withdrawn. Your open pull requests are being checked again.",
  requested: "Your request is sent to the operator.",
  restricted:
    "The use of your data is restricted. No signature of yours counts until you lift the restriction.",
  unrestricted: "The restriction is lifted. Your signatures count again.",
  erased: "Everything that was stored about you is erased, and you are signed out.",
  left: {
    none: "No copy is left in the files of the database either.",
    "log-held":
      "No page, check or command finds it anymore. The database was being read during the erasure, so old copies of its bytes are still in its files. They are overwritten as soon as possible; the bot tries every ten minutes.",
    server:
      "No page, check or command finds it anymore. The database server overwrites the old bytes over time. Its logs and backups keep them for as long as the operator keeps those.",
  },
  erasedMore: (years: number) =>
    `A keyed hash of your account number stays for ${plural(years, "year")}, so that an old file or backup does not bring your data back by mistake.`,
};
