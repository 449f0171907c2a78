import { plural } from "../../../../report/texts/plural.ts";

/** An employer's roster, for the accounts that manage it, and the request for one. */
export const entity = {
  heading: (name: string) => `Roster of ${name}`,
  intro: (agreement: string, version: string) =>
    `The accounts that this employer covers under “${agreement}”, version ${version}.`,
  id: "Employer's id",
  members: (count: number) => plural(count, "member"),
  none: "Nobody is on the roster.",
  account: "Account",
  from: "From",
  until: "Until",
  always: "–",
  ended: "ended",
  search: "Find by login or account number",
  searchButton: "Find",
  searchNone: (query: string) => `“${query}” is not on this roster.`,
  showAll: "Show the whole roster",
  page: (page: number, pages: number) => `Page ${page} of ${pages}`,
  previous: "Previous",
  next: "Next",
  pages: "Pages of the roster",
  remove: "Remove",
  removeWhom: (account: string) => `Remove ${account}`,
  removeHeading: (account: string) => `Remove ${account} from the roster?`,
  removeMore: (employer: string) =>
    `From now on, ${employer} no longer covers this account. Its open pull requests are checked again.`,
  add: "Add members",
  addMore:
    "Write one login or account number a line, or choose a CSV file with a column “login”. You see who was found before anybody is added. Only account numbers are stored.",
  logins: "Logins",
  file: "Or a file (CSV or text, at most 60 kB)",
  nothing: "Write at least one login, or choose a file.",
  host: "Host",
  addButton: "Look them up",
  previewHeading: "Add these accounts?",
  found: (count: number) => `${plural(count, "account")} found`,
  foundMore: "Only these are added.",
  alreadyThere: (count: number) => `${plural(count, "account is", "accounts are")} on the roster already`,
  unknown: (count: number, host: string) => `${plural(count, "login is", "logins are")} not known on ${host}`,
  unknownMore: "Correct them below and look them up again, or continue without them.",
  tooMany: (limit: number) => `At most ${limit} accounts at once. Please split the list.`,
  addFound: (count: number) => `Add ${plural(count, "account")}`,
  again: "Look up again",
  done: {
    added:
      "The accounts that a roster can cover are on it now. If one is missing below, please ask the operator of this site.",
    already: "The accounts were on the roster already.",
    removed: "The account is no longer on the roster.",
    requested:
      "Your request is sent to the operator. You manage the roster as soon as the operator accepts it.",
  },
  signIn: "Sign in with an account that manages this roster.",
  request: {
    heading: "Sign for a company",
    intro:
      "A company can cover its people: it signs the agreement once and keeps a roster of their accounts. Request it here. The operator of this site checks the request and gets in touch where needed. After that you manage the roster.",
    signIn: "Sign in to request a roster. Your account will manage it.",
    name: "Name of the company",
    agreement: "Agreement",
    bind: "I am authorized to sign the agreement for this company.",
    stored: (account: string) =>
      `We store the company's name, the agreement, the time and your account number (${account}), so that the operator can decide.`,
    button: "Send the request",
    faultName: "Write the company's name, with 1 to 100 characters.",
    faultBind: "Confirm that you are authorized to sign for the company.",
    pending: "Your requests",
  },
};
