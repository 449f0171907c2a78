import { plural } from "../../../../report/texts/plural.ts";

/** What every page has, and the pages that say what is wrong. */
export const site = {
  name: "Contributor agreements",
  skip: "Skip to the content",
  languages: "Language",
  account: "Your data",
  privacy: "Privacy",
  contact: "Contact",
  signIn: (host: string) => `Sign in with ${host}`,
  signOut: "Sign out",
  signedInAs: (login: string) => `Signed in as ${login}`,
  numbered: (host: string, number: number) => `${host} account ${number}`,
  navigation: "Site",
  version: (version: string) => `Version ${version}`,
  cancel: "Cancel",
  home: "The agreements that the projects here ask their contributors to sign.",
  colon: ": ",
};

export const signIn = {
  failed: "The sign-in did not work",
  declined: "The sign-in was canceled, or the host did not confirm it. Nothing was stored.",
  expired: "The sign-in took too long, or it was started in another browser. Please start again.",
  again: "Start again",
};

export const error = {
  notFound: "There is nothing at this address",
  notFoundMore: "The page may have moved, or the link is incomplete.",
  pullNotFound: "No such pull request, or you can't see it",
  pullNotFoundMore:
    "It does not exist, no agreement covers its repository, or it is private. If it is private, sign in with an account that can see it.",
  pullNotYours: "If it is private, the account you are signed in with can't see it.",
  stale: "This form has expired",
  staleMore: "Nothing was done. Go back, load the page again, and send the form once more.",
  tooMany: "Too many requests",
  tooManyMore: "Please wait a minute and try again.",
  busy: "Busy right now",
  busyMore: (seconds: number) =>
    `Many people are looking at pull requests. Please try again in ${plural(seconds, "second")}.`,
  busyLast: (seconds: number) =>
    `Busy right now: this is what was last known. Try again in ${plural(seconds, "second")}.`,
  host: "The host does not answer",
  hostMore: "What you asked for can't be read right now. Please try again in a minute.",
  bug: "Something went wrong here",
  bugMore: "The operator can see it in the log. Please try again.",
  tooLarge: "The form is too large",
  tooLargeMore: "Please send less at once.",
  method: "This address does not support this action",
  methodMore: "Please use the links and buttons of the pages.",
};
