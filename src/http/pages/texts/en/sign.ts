/** The page on which an agreement is read and signed, and the receipt. */
export const sign = {
  about: (pull: string) => `For pull request ${pull}`,
  jump: "Go to the signing box",
  top: "Back to the beginning of the text",
  text: "The text of the agreement",
  scrolls: "Wide table; it scrolls sideways",
  languages: "Read in",
  binding: (language: string) => `The text in ${language} is binding.`,
  bindingThis: "This text is binding.",
  notBinding: (language: string) => `This is a translation. The text in ${language} is binding.`,
  digest: "SHA-256 of this text",
  effective: (date: string) => `In force since ${date}`,
  effectiveFrom: (date: string) => `In force from ${date}`,
  heading: "Sign",
  who: "Sign in first. This site learns your account number, and nothing else: no email address, no repository, no permission to act for you.",
  statement: (title: string, version: string) =>
    `I have read the ${title}, version ${version}, as shown above, and I agree to it.`,
  statementMore: (account: string, language: string | null) =>
    `When you sign, we store your account number (${account}), the agreement, its version, the digest of this text${language === null ? "" : ` (${language})`}, the time, and that you signed on this site. We store nothing else.`,
  button: (name: string) => `I agree and sign as ${name}`,
  already: "You have signed this version.",
  grace: (date: string) => `You signed an earlier version. It counts before ${date}.`,
  alreadyThrough: (entity: string) => `You are covered by ${entity}. You do not need to sign yourself.`,
  restricted:
    "You restricted the use of your data, so no signature of yours counts now. Lift the restriction first; you can then sign.",
  restrictedSigned: "You restricted the use of your data, so your signature does not count now.",
  seeData: "See your data",
  onlyComment:
    "This agreement is signed by a comment on the pull request. Write this sentence, and nothing else:",
  onlyCommentAnywhere:
    "This agreement is signed by a comment. Write this sentence, and nothing else, on your own pull request in the project:",
  nowhere: "This agreement can't be signed on this site. Ask the project how to sign it.",
  elsewhere: "Read and sign this agreement at another address:",
  changed: "The text changed while you were reading. Nothing was signed. Please read it again.",
  noSignIn: "No sign-in is set up on this site. Ask its operator.",
  backToPull: "Back to the pull request",
  otherAccount: (host: string) =>
    `You are signed in with your ${host} account, whose signature does not count here.`,
  otherHost: (host: string) =>
    `The pull request is on ${host}, so sign in there. A signature belongs to one account.`,
  employer: "Do you sign for a company?",
  receipt: {
    heading: "Receipt",
    intro: "This is everything that is stored about this signature.",
    agreement: "Agreement",
    version: "Version",
    language: "Language of the text",
    digest: "SHA-256 of the text",
    noDigest: "not recorded",
    account: "Account number",
    signedAt: "Signed at",
    how: "Signed",
    entity: "Through",
    state: "State on this day",
    operator: "Operator",
    withdraw: "How to withdraw",
    withdrawSelf: (url: string) =>
      `Sign in at ${url} and choose “Withdraw”. It ends the signature from that moment on. What was merged before stays under the agreement.`,
    withdrawAsk: (url: string) =>
      `Sign in at ${url} and choose “Withdraw”. The operator of the site receives your request and decides about it.`,
    print: "To print this page, use the print command of your browser.",
    download: "Download as a text file",
    link: "Receipt",
  },
};
