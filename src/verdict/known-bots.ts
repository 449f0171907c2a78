/** The list itself; `well-known.ts` answers questions about it. */
import { accountOf, type Account } from "../account.ts";

interface Known {
  /** For the reader of this file. Only a name that ends in `[bot]` is ever used, and only as a claim. */
  readonly name: string;
  /** Where the number or address was read. */
  readonly source: string;
}

export interface Bot extends Known {
  readonly account: Account;
  /**
   * `own`: it writes its own content (dependency updates, formatting), so its own pull requests need no signature.
   * `carrier`: it can carry other people's text, so only `exempt.accounts` exempts it.
   */
  readonly writes: "own" | "carrier";
  /** User accounts under which this bot commits in its own pull requests. */
  readonly authors: readonly Account[];
}

export interface Agent extends Known {
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
  bot(66853113, "pre-commit-ci[bot]", "noreply address in commit trailers, e.g. in autoware's change logs"),
  bot(198982749, "Copilot", "noreply address of the coding agent's commits (copilot-swe-agent[bot])"),
  bot(
    31301654,
    "imgbot[bot]",
    "noreply address of its commits; its source commits as ImgBotApp <ImgBotHelp@gmail.com>, whose number is in " +
      "the avatar address of a published list of contributors",
    { authors: [31427850] },
  ),
  bot(19733683, "snyk-bot", "`id` of the account in a captured answer of GitHub's API"),
  bot(23717796, "depfu[bot]", "noreply address of its commits; a published list of bots' numbers"),
  bot(23040076, "greenkeeper[bot]", "noreply address of its commits of 2018-2020"),
  bot(62050782, "deepsource-autofix[bot]", "noreply address in commit trailers"),
  bot(43047562, "scala-steward", "noreply address that repositories give its workflow"),
  bot(41898282, "github-actions[bot]", "noreply address that workflows commit with", { writes: "carrier" }),
  bot(
    46447321,
    "allcontributors[bot]",
    "noreply address of its commits; it commits what a comment tells it to",
    {
      writes: "carrier",
    },
  ),
  bot(37929162, "mergify[bot]", "noreply address in commit trailers", { writes: "carrier" }),
];

export const AGENTS: readonly Agent[] = [
  agent("GitHub Copilot", {
    accounts: [175728472, 198982749, 223556219],
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
  }),
  agent("GitHub Copilot Autofix", {
    accounts: [62310815, 223894421],
    addresses: [
      noreply(62310815, "github-advanced-security[bot]"),
      noreply(223894421, "github-code-quality[bot]"),
    ],
    source: "`Co-authored-by: Copilot Autofix powered by AI` in published change logs",
  }),
  agent("CodeRabbit", {
    accounts: [136622811],
    addresses: [noreply(136622811, "coderabbitai[bot]")],
    source: "trailers of its review suggestions, e.g. in flashinfer's change log",
  }),
  agent("Claude", {
    accounts: [81847, 209825114],
    addresses: ["noreply@anthropic.com", noreply(81847, "claude"), noreply(209825114, "claude[bot]")],
    source:
      "anthropics/claude-code#29999 for the trailer; noreply addresses of github.com/claude and its app",
  }),
  agent("Cursor", {
    accounts: [199161495, 206951365],
    addresses: [
      "cursoragent@cursor.com",
      noreply(199161495, "cursoragent"),
      noreply(206951365, "cursor[bot]"),
    ],
    source:
      "block/aittributor#15 for the trailer; noreply addresses in commit trailers and of its app's commits",
  }),
  agent("Codex", {
    accounts: [199175422],
    addresses: ["noreply@openai.com", "codex@openai.com", noreply(199175422, "chatgpt-codex-connector[bot]")],
    source:
      "openai/codex#11617 for the trailer; noreply address of its app in commit trailers; codex@openai.com in " +
      "published commit hooks",
  }),
  agent("Gemini Code Assist", {
    accounts: [176961590],
    addresses: [noreply(176961590, "gemini-code-assist[bot]")],
    source: "noreply address in the trailers of its suggested changes",
  }),
  agent("Gemini CLI", {
    accounts: [218195315],
    addresses: [noreply(218195315, "gemini-cli")],
    source: "`Co-authored-by: gemini-cli` in published projects",
  }),
  agent("Jules", {
    accounts: [161369871],
    addresses: [noreply(161369871, "google-labs-jules[bot]")],
    source: "noreply address of its commits",
  }),
  agent("Devin", {
    accounts: [158243242],
    addresses: [noreply(158243242, "devin-ai-integration[bot]"), "devin@devin.ai"],
    source: "noreply address in its trailers; devin@devin.ai in published lists of agents' addresses",
  }),
  agent("Factory Droid", {
    accounts: [138933559],
    addresses: [noreply(138933559, "factory-droid[bot]")],
    source: "`Co-authored-by: factory-droid[bot]` in published projects",
  }),
  agent("Amazon Q Developer", {
    accounts: [208079219],
    addresses: [noreply(208079219, "amazon-q-developer[bot]")],
    source: "noreply address in published lists of agents' addresses",
  }),
  agent("Kilo Code", {
    accounts: [240665456],
    addresses: [noreply(240665456, "kiloconnect[bot]"), noreply(240665456, "kilo-code-bot[bot]")],
    source: "Kilo's own tests of its trailer and its change logs",
  }),
  agent("Qwen Code", {
    addresses: ["qwen-coder@alibabacloud.com"],
    source: "its default trailer; published lists of agents' addresses",
  }),
  agent("GLM", {
    addresses: ["noreply@z.ai"],
    source: "`Co-authored-by: GLM` in published projects; published lists of agents' addresses",
  }),
  agent("Trae", {
    addresses: ["noreply@trae.ai", "noreply@bytedance.com"],
    source: "`Co-authored-by: TRAE Agent` and, for the second, `TRAE CLI` in published projects",
  }),
  agent("Warp", {
    addresses: ["agent@warp.dev", "oz-agent@warp.dev"],
    source: "`Co-Authored-By: Warp` and `Co-Authored-By: Oz` in published projects",
  }),
  agent("opencode", {
    accounts: [219766164],
    addresses: ["noreply@opencode.ai", noreply(219766164, "opencode-agent[bot]")],
    source: "`Co-authored-by: opencode` and `Co-authored-by: opencode-agent[bot]` in published projects",
  }),
  agent("Junie", {
    accounts: [247260674],
    addresses: ["junie@jetbrains.com", noreply(247260674, "junie-agent")],
    source:
      "JetBrains/junie-github-action, src/constants/github.ts; `Co-authored-by: Junie` in published projects for the " +
      "first address",
  }),
  agent("aider", {
    addresses: ["noreply@aider.chat", "aider@aider.chat"],
    source: "Aider-AI/aider, aider/website/docs/git.md; trailers of published commits for the second",
  }),
  agent("OpenHands", {
    addresses: ["openhands@all-hands.dev"],
    source: "the identity that OpenHands gives git in its sandbox, and its commits",
  }),
  agent("Amp", { addresses: ["amp@ampcode.com"], source: "trailers of its commits" }),
];

function bot(
  number: number,
  name: string,
  source: string,
  more: { readonly writes?: Bot["writes"]; readonly authors?: readonly number[] } = {},
): Bot {
  return {
    name,
    account: accountOf("github", number),
    writes: more.writes ?? "own",
    authors: github(more.authors ?? []),
    source,
  };
}

function agent(
  name: string,
  more: {
    readonly accounts?: readonly number[];
    readonly addresses: readonly string[];
    readonly source: string;
  },
): Agent {
  return { name, accounts: github(more.accounts ?? []), addresses: more.addresses, source: more.source };
}

function github(numbers: readonly number[]): readonly Account[] {
  return numbers.map((number) => accountOf("github", number));
}
