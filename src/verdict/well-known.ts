/**
 * Accounts that are known everywhere and sign nothing: bots that open pull requests, and coding assistants that
 * commits name as co-authors. By number or exact address only; each with where it was read. A list that is wrong
 * by one number opens the gate to a stranger, so what public material does not establish stays out, and so do
 * bots whose commits carry other people's work (translations): `exempt.accounts` adds those an operator vouches
 * for. No bot of Gitee's is established.
 */
import { accountOf, type Account } from "../account.ts";
import type { Person } from "../pull.ts";

interface Known {
  /** For the reader of this file; never compared. */
  readonly name: string;
  readonly source: string;
}

interface Bot extends Known {
  readonly account: Account;
}

interface Agent extends Known {
  readonly accounts: readonly Account[];
  /** In lower case. */
  readonly addresses: readonly string[];
}

/** GitHub gives an account the address `NUMBER+LOGIN@users.noreply.github.com`; its commits carry it. */
function noreply(number: number, login: string): string {
  return `${number}+${login}@users.noreply.github.com`;
}

export const BOTS: readonly Bot[] = [
  bot(49699333, "dependabot[bot]", "noreply address in the trailers of its squashed commits, e.g. z3's"),
  bot(27856297, "dependabot-preview[bot]", "noreply address in commit trailers of 2019-2021"),
  bot(29139614, "renovate[bot]", "noreply address of its commits; `user.id` of a captured webhook"),
  bot(41898282, "github-actions[bot]", "noreply address that workflows commit with"),
  bot(66853113, "pre-commit-ci[bot]", "noreply address in commit trailers, e.g. in autoware's change logs"),
  bot(198982749, "Copilot", "noreply address of the coding agent's commits (copilot-swe-agent[bot])"),
  bot(46447321, "allcontributors[bot]", "noreply address of its commits"),
  bot(37929162, "mergify[bot]", "noreply address in commit trailers"),
  bot(31301654, "imgbot[bot]", "noreply address of its commits; a published list of bots' numbers"),
  bot(19733683, "snyk-bot", "`id` of the account in a captured answer of GitHub's API"),
  bot(23717796, "depfu[bot]", "noreply address of its commits; a published list of bots' numbers"),
  bot(23040076, "greenkeeper[bot]", "noreply address of its commits of 2018-2020"),
  bot(62050782, "deepsource-autofix[bot]", "noreply address in commit trailers"),
  bot(43047562, "scala-steward", "noreply address that repositories give its workflow"),
];

export const AGENTS: readonly Agent[] = [
  {
    name: "GitHub Copilot",
    accounts: github(175728472, 198982749, 223556219),
    addresses: [
      noreply(175728472, "copilot"),
      noreply(198982749, "copilot"),
      noreply(198982749, "copilot-swe-agent[bot]"),
      noreply(223556219, "copilot"),
      "copilot@github.com",
    ],
    source:
      "trailers of suggested changes, of the coding agent and of the command line; microsoft/vscode#309951 for " +
      "the editor's two",
  },
  {
    name: "Claude",
    accounts: github(81847, 209825114),
    addresses: ["noreply@anthropic.com", noreply(81847, "claude"), noreply(209825114, "claude[bot]")],
    source:
      "anthropics/claude-code#29999 for the trailer; noreply addresses of github.com/claude and its app",
  },
  {
    name: "Cursor",
    accounts: github(199161495, 206951365),
    addresses: [
      "cursoragent@cursor.com",
      noreply(199161495, "cursoragent"),
      noreply(206951365, "cursor[bot]"),
    ],
    source:
      "block/aittributor#15 for the trailer; noreply addresses in commit trailers and of its app's commits",
  },
  {
    name: "Codex",
    accounts: github(199175422),
    addresses: ["noreply@openai.com", noreply(199175422, "chatgpt-codex-connector[bot]")],
    source: "openai/codex#11617 for the trailer; noreply address of its app in commit trailers",
  },
  {
    name: "Gemini Code Assist",
    accounts: github(176961590),
    addresses: [noreply(176961590, "gemini-code-assist[bot]")],
    source: "noreply address in the trailers of its suggested changes",
  },
  {
    name: "Jules",
    accounts: github(161369871),
    addresses: [noreply(161369871, "google-labs-jules[bot]")],
    source: "noreply address of its commits",
  },
  {
    name: "Devin",
    accounts: github(158243242),
    addresses: [noreply(158243242, "devin-ai-integration[bot]")],
    source: "noreply address in its trailers",
  },
  {
    name: "aider",
    accounts: [],
    addresses: ["noreply@aider.chat", "aider@aider.chat"],
    source: "Aider-AI/aider, aider/website/docs/git.md; trailers of published commits for the second",
  },
  {
    name: "OpenHands",
    accounts: [],
    addresses: ["openhands@all-hands.dev"],
    source: "the identity that OpenHands gives git in its sandbox, and its commits",
  },
  {
    name: "Amp",
    accounts: [],
    addresses: ["amp@ampcode.com"],
    source: "trailers of its commits",
  },
];

const bots = new Set<Account>(BOTS.map(({ account }) => account));
const agents = new Set<Account>(AGENTS.flatMap(({ accounts }) => accounts));
const addresses = new Set<string>(AGENTS.flatMap((agent) => agent.addresses));

/** Whether the account is a bot whose own pull requests need no signature. */
export function isWellKnownBot(account: Account): boolean {
  return bots.has(account);
}

/** Whether a co-author is a coding assistant. The address must be the very same; case in it does not matter. */
export function isWellKnownAgent(person: Person): boolean {
  if (person.account !== null && agents.has(person.account)) return true;
  return person.email !== null && addresses.has(person.email.toLowerCase());
}

function bot(number: number, name: string, source: string): Bot {
  return { name, account: accountOf("github", number), source };
}

function github(...numbers: readonly number[]): readonly Account[] {
  return numbers.map((number) => accountOf("github", number));
}
