/** The playground's page in English. */
import type { ActName } from "../acts.ts";
import type { Fault } from "../../faults.ts";
import type { FormProblem } from "../form-problems.ts";
import type { StepName } from "../guide.ts";
import type { EntryKind } from "../journal.ts";
import type { Role } from "../people.ts";
import type { SentenceTexts } from "../sentence.ts";
import type { State } from "../host/site-host.ts";
import { plural } from "../../../src/report/texts/plural.ts";

const FAULT_NAMES = {
  "bad-gateway": "answers 502 three times",
  "lost-delivery": "loses deliveries",
  twice: "sends each delivery twice",
  late: "sends deliveries late and in reverse",
  limit: "limits the rate for 5 seconds",
  slow: "answers two seconds late",
  lag: "shows the old state of what is pushed now, for 15 seconds",
  partial: "answers in part",
  "allow-list": "turns on an IP allow list, for 15 seconds",
  kill: "Kill the bot",
  start: "Start the bot",
  "database-locked": "Lock the database for 8 seconds",
} satisfies Record<Fault, string>;

const FIELDS: Readonly<Record<string, string>> = {
  host: "Host",
  title: "Title",
  opener: "Opened by",
  author: "Commit by",
  coauthor: "Co-author",
  lines: "Lines",
  number: "Pull request",
  as: "As",
  body: "Comment",
  csv: "Signed agreements as CSV",
  grace: "Days of grace",
  days: "Days",
  fault: "Fault",
};

function problemInWords({ field, kind, least, most }: FormProblem): string {
  const name = FIELDS[field] ?? field;
  switch (kind) {
    case "missing":
      return `“${name}” is empty.`;
    case "range":
      return `“${name}” must be a whole number from ${least} to ${most}.`;
    case "length":
      return `“${name}” may have at most ${most} characters.`;
    case "choice":
      return `“${name}” is none of the choices.`;
  }
}

export const en = {
  lang: "en",
  title: "Countersign playground",
  intro: [
    "Countersign checks that every account behind a pull request has signed the contributor license agreement.",
    "Below are a simulated GitHub and a simulated Gitee. Between them runs the real bot: its server, its database, its queue.",
    "Nothing here leaves this machine. Act as anyone, break anything, and watch what the bot shows.",
  ],
  colon: ": ",
  skip: "Skip to the pull requests",
  otherLanguage: "中文",
  reset: "Reset everything",
  live: "Live",
  notLive: "This page does not update by itself without scripts. Reload it to see changes.",
  guide: {
    heading: "Guided tour",
    of: (step: number, all: number) => `Step ${step} of ${all}`,
    next: "Do this step",
    again: "Reset, and start the tour again",
    done: "You have seen the tour. Continue by yourself below.",
    running: "Working…",
    result: "What happened",
    notHeld: "This step did not have its result in time.",
    expected: "It should have been",
  },
  steps: {
    open: {
      title: "A pull request without a signature is red",
      explains:
        "Una has not signed. She opens a pull request on GitHub and one on Gitee. The bot checks each and writes who has to sign.",
      result:
        "Both are red, and one comment on each says what to do. The calls that this took, each of which is in the journal:",
    },
    sign: {
      title: "A signature turns it green by itself",
      explains:
        "An admin loads signed agreements with countersign import. The file holds Una's account numbers. No webhook is needed.",
      result: "The import marked the two open pull requests, and the running bot checked them.",
    },
    impostor: {
      title: "A login is not an account",
      explains:
        "Rita signed when her login was rio. She renamed her account; somebody else took the free login. Both open a pull request.",
      result: "Rita is green, and the new rio is red: only the host's account number counts.",
    },
    doubt: {
      title: "Doubt is never green",
      explains:
        "GitHub answers with 502 while Sam, who signed, opens a pull request. The bot retries until it knows.",
      result: "There was no green status before GitHub answered. Then it turned green by itself.",
    },
    loss: {
      title: "Nothing is lost",
      explains:
        "The bot is killed. While it is down Una, who has signed, opens a pull request: the delivery fails. Then the bot starts.",
      result: "The bot asked GitHub which deliveries failed, and checked the pull request.",
    },
    version: {
      title: "A new version comes with a grace period",
      explains:
        "The foundation publishes version 2.0 with 30 days of grace. The clock then moves forward by 31 days.",
      result:
        "During the grace period everything stayed green. After it, everybody is asked to sign version 2.0.",
    },
  } satisfies Record<StepName, { title: string; explains: string; result: string }>,
  people: {
    heading: "People",
    note: "You can act as any of them.",
    says: {
      signed: "has signed: green",
      unsigned: "has not signed: red, until you sign as her",
      renamed: "signed under another login: still green, the number counts",
      impostor: "took the login of somebody who signed: red",
      bot: "Dependabot on GitHub, a bot that writes its own updates: exempt. On Gitee an ordinary account",
      unlinked:
        "commits with an email address that no account has: red, until the address is linked or the commit waived",
      coauthor: "named in a Co-authored-by line, has not signed: red on GitHub",
      employee: "is on the roster of an employer that signed: green",
      restricted: "signed, then restricted the use of her data: looks unsigned until she lifts it",
      maintainer: "maintains both repositories: may waive a commit and merge",
    } satisfies Record<Role, string>,
  },
  pulls: {
    heading: (title: string) => `Pull requests on ${title}`,
    none: "There is no pull request yet. Open one.",
    open: "Open a pull request",
    opener: "Opened by",
    author: "Commit by",
    coauthor: "Co-author",
    nobody: "nobody",
    title: "Title",
    lines: "Lines",
    exemptsSmall: "The policy exempts changes of one line.",
    exemptsNothing: "The policy exempts no change, however small.",
    by: (login: string) => `opened by ${login}`,
    view: "View on the host",
    sign: "Sign on the real page: sign in there as the person",
    details: "Details",
    comments: (count: number) => `${count} ${count === 1 ? "comment" : "comments"}`,
    history: "The status so far:",
    cost: (deliveries: number, reads: number, writes: number) =>
      `${deliveries} ${deliveries === 1 ? "delivery" : "deliveries"}, ${plural(reads, "read")}, ${plural(writes, "write")}`,
    act: "Act on it",
    as: "As",
    comment: "Comment",
    edited: "edited",
    queue: {
      waiting: "In the merge queue. The check of its group:",
      merged: "The merge queue merged it. The check of its group:",
      removed: "The merge queue removed it. The check of its group:",
    },
    state: { open: "open", closed: "closed", merged: "merged" },
    verdict: {
      success: "green",
      failure: "red",
      error: "error",
      pending: "pending",
      none: "no verdict yet",
    } satisfies Record<State, string>,
    protected: {
      github:
        "The default branch requires the check, from this app: a red pull request can't be merged or added to the merge queue.",
      gitee: "The default branch requires the check: a red pull request can't be merged.",
    },
  },
  acts: {
    open: "Open",
    push: "Push",
    "force-push": "Force-push",
    comment: "Comment",
    "check-cla": "/check-cla",
    waive: "Waive the last commit",
    "sign-by-comment": "Sign by comment",
    "by-hand": "Set green by hand",
    merge: "Merge",
    enqueue: "Add to the merge queue",
    close: "Close",
    reopen: "Reopen",
    import: "Import",
    revoke: "Revoke",
    restrict: "Restrict",
    unrestrict: "Lift the restriction",
    erase: "Erase",
    "exempt-small": "Exempt one changed line",
    "exempt-nothing": "Exempt no change",
    version: "Publish the next version",
    clock: "Move the clock",
    sweep: "Sweep",
    stats: "Statistics",
    fault: "Break it",
    recover: "Repair everything",
  } satisfies Record<ActName, string>,
  admin: {
    heading: "The bot",
    running: "The bot is running.",
    killed: "The bot is killed. Start it again below.",
    pages: "Its pages",
    version: (version: string, grace: number) =>
      `Agreement icla ${version}${grace > 0 ? `, ${grace} days of grace for earlier versions` : ""}`,
    time: "The clock says",
    importing: "Signed agreements as CSV",
    importNote: "Runs countersign import on this text.",
    person: "Person",
    host: "Host",
    days: "Days",
    grace: "Days of grace",
    terminal: "Last command",
    exit: (code: number | null) => `exit code ${code ?? "none"}`,
  },
  faults: {
    heading: "What can go wrong",
    note: "Cause a fault, then do something above: open a pull request, push, comment. A status says error or nothing while the bot does not know; it is never green by mistake.",
    now: "What goes wrong now",
    before: "What went wrong",
    over: "(over)",
    meanwhile: "What the statuses said meanwhile",
    nothing: "No status changed yet.",
    repair: "Press “Repair everything” to compare the end state.",
    running:
      "Everything works again. Waiting until it is quiet, then checking every open pull request again…",
    same: "The end state is the same: a fresh check of every open pull request found the same verdicts.",
    differs: "The end state differs: a fresh check found other verdicts. That is a bug; please report it.",
    names: FAULT_NAMES,
  },
  journal: {
    heading: "Journal",
    note: "Each delivery and each call to a host, newest first.",
    kinds: {
      act: "person",
      delivery: "delivery",
      read: "read",
      write: "write",
      command: "command",
      fault: "fault",
    } satisfies Record<EntryKind, string>,
    empty: "Nothing happened yet.",
  },
  sentences: {
    opens: (who, title) => `${who} opens a pull request: ${title}`,
    pushes: (who) => `${who} pushes a commit`,
    "force-pushes": (who) => `${who} force-pushes`,
    comments: (who, line) => `${who} comments: ${line}`,
    closes: (who) => `${who} closes it`,
    reopens: (who) => `${who} reopens it`,
    "by-hand": () => "Somebody sets the status or label to green by hand",
    "by-hand-untold": () =>
      "The merge is still refused, because the branch accepts the check only from this app. GitHub does not tell the bot of a status that somebody else sets, so the next check corrects it, at the latest the regular sweep every six hours: press /check-cla or Sweep, or move the clock.",
    merged: () => "The pull request is merged",
    queued: () => "The maintainer adds it to the merge queue",
    publishes: (version) => `The foundation publishes icla ${version}`,
    "clock-moves": (days) => `The clock moves forward by ${days} ${days === 1 ? "day" : "days"}`,
    "clock-moves-to-retries": (minutes) =>
      `The clock moves forward by ${minutes} minutes, so that the bot tries again now`,
    fault: (fault) => FAULT_NAMES[fault],
    works: () => "Everything works again",
    story: (seed) => `The story of seed ${seed} begins`,
    swept: (host) => `The regular sweep of ${host}`,
    "exempts-small": () => "The maintainer changes the policy: one changed line needs no signature",
    "exempts-nothing": () => "The maintainer changes the policy: every change needs signatures",
    "form-invalid": (problems) => problems.map(problemInWords).join(" "),
    "everything-new": () => "Everything starts again.",
    "bot-ended": () => "The bot ended by itself",
    "bot-not-started": () => "The bot can't start now. Is its database locked? Try again in a few seconds.",
    "nothing-to-sign": () => "The bot asks nobody to sign here: there is no sentence to write.",
    "no-queue": (host) => `${host} has no merge queue.`,
    "no-fault": (host) => `${host} does not have this fault.`,
    "no-pull": (host, pull) => `There is no pull request ${pull} on ${host}.`,
    "pull-not-open": (pull, state) => `Pull request ${pull} is ${state}.`,
    "pull-not-closed": (pull, state) => `Pull request ${pull} is ${state}.`,
    "queue-refused": (host, pull, reason) => `${host} does not add ${pull} to the merge queue: ${reason}`,
    "merge-refused": (host, pull, reason) => `${host} refuses the merge of ${pull}: ${reason}`,
  } satisfies SentenceTexts,
  costs: {
    heading: "What the same work costs other bots",
    bot: "Bot",
    calls: "Calls for an unsigned pull request",
    again: "Calls when nothing changed",
    source: "Source",
    own: "the journal on this page; the first pull request on Gitee also creates the labels",
    count: (reads: number, writes: number) => `${plural(reads, "read")}, ${plural(writes, "write")}`,
    more: {
      job: ", and one job of GitHub Actions",
      server: ", and one call to its signing server for each address",
    },
  },
} as const;

/** The type of the page's texts: English defines it, each language implements it. */
export type Texts = Widen<typeof en>;

type Widen<T> = T extends string
  ? string
  : T extends (...given: infer G) => string
    ? (...given: G) => string
    : T extends readonly (infer E)[]
      ? readonly Widen<E>[]
      : { readonly [K in keyof T]: Widen<T[K]> };
