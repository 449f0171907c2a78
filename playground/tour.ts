/** The playground's scripted tour: what the maintainer and the contributor see, and whether it came out right. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runCommandLine, type Commands, type Console } from "../src/cli/command-line.ts";
import { withSignatures } from "../src/cli/signatures/signature-command.ts";
import type { Stage } from "./stage.ts";

/** The commands that the tour gives, as an admin would type them. */
const COMMANDS: Commands = new Map([
  ["import", withSignatures(async () => (await import("../src/cli/signatures/import.ts")).declareImport)],
]);

/** A pull request as the tour looks at it, on either host. */
interface Shown {
  readonly name: string;
  readonly url: string;
  /** What the maintainer sees. */
  readonly verdict: () => string;
  readonly green: () => boolean;
  /** What the contributor reads. */
  readonly comment: () => string | null;
}

/**
 * Plays the tour and prints it.
 * @returns what did not come out right; nothing when all did
 */
export async function playTour(stage: Stage, console: Console): Promise<readonly string[]> {
  const wrong: string[] = [];
  const say = (line = ""): void => void console.stdout.write(`${line}\n`);
  const expectGreen = (pull: Shown, green: boolean): void => {
    if (pull.green() !== green) wrong.push(`${pull.name} should ${green ? "" : "not "}be in order`);
  };
  const see = (pull: Shown, green: boolean): void => {
    say(`  ${pull.green() ? "✓" : "✗"} ${pull.name}  ${pull.verdict()}`);
    expectGreen(pull, green);
  };
  const read = (pull: Shown): void => {
    const comment = pull.comment();
    if (comment === null) wrong.push(`${pull.name} should have a comment`);
    for (const line of plain(comment ?? "").split("\n")) say(`    │ ${line}`);
  };

  say("Four people open pull requests. Nobody has signed anything yet.");
  const cast = openPulls(stage);
  await stage.settled();
  for (const pull of cast.all) see(pull, pull === cast.bot);
  say();
  say(`What the contributor reads on ${cast.alone.name}:`);
  read(cast.alone);
  say();
  say(`And on ${cast.unlinked.name}, where a commit's email belongs to no account:`);
  read(cast.unlinked);
  say();
  say("An admin loads the signatures that the foundation has on paper:");
  const file = join(stage.folder, "signed.csv");
  await writeFile(file, cast.csv);
  say(`  $ countersign import signed.csv`);
  const code = await runCommandLine(
    ["import", file],
    COMMANDS,
    { ...console, variables: stage.variables },
    "",
  );
  if (code !== 0) wrong.push(`import should exit 0, not ${code}`);
  await stage.settled();
  say();
  say("The running bot re-checks what that may have changed. No webhook is needed:");
  for (const pull of cast.all) see(pull, pull !== cast.unlinked && pull !== cast.pair);
  say();
  say("The co-author signs by the sentence that the bot's comment gives:");
  cast.coauthorSigns();
  await stage.settled();
  see(cast.pair, true);
  say();
  say("A maintainer answers for the commit that no account stands behind:");
  cast.maintainerWaives();
  await stage.settled();
  see(cast.unlinked, true);
  if (stage.github.violations.length > 0)
    wrong.push(`GitHub refused ${JSON.stringify(stage.github.violations)}`);
  if (stage.gitee.violations.length > 0)
    wrong.push(`Gitee refused ${JSON.stringify(stage.gitee.violations)}`);
  return wrong;
}

interface Cast {
  readonly alone: Shown;
  readonly pair: Shown;
  readonly unlinked: Shown;
  readonly bot: Shown;
  readonly all: readonly Shown[];
  readonly csv: string;
  coauthorSigns(): void;
  maintainerWaives(): void;
}

function openPulls({ github, gitee }: Stage): Cast {
  const maintainer = github.user({ login: "maya" });
  const [alice, bob, carol] = ["alice", "bob", "carol"].map((login) => github.user({ login }));
  if (alice === undefined || bob === undefined || carol === undefined) throw new Error("unreachable");
  const dependabot = github.user({ login: "dependabot[bot]", id: 49_699_333, type: "Bot" });
  const hello = github.repository({ owner: "octo", name: "hello", files: { "README.md": "# Hello\n" } });
  hello.addCollaborator(maintainer, "maintain");
  const alone = hello.openPull({ opener: alice, title: "Say hello in French", commits: [{ author: alice }] });
  const pair = hello.openPull({
    opener: bob,
    title: "Greet by name",
    commits: [{ author: bob, coauthors: [carol] }],
  });
  const unlinked = hello.openPull({
    opener: bob,
    title: "Mend a typing error",
    commits: [{ author: bob }, { author: { name: "Bob at work", email: "bob@laptop.local" } }],
  });
  const bot = hello.openPull({
    opener: dependabot,
    title: "Bump left-pad",
    commits: [{ author: dependabot }],
  });
  const mei = gitee.user({ login: "mei" });
  const nihao = gitee.repository({ owner: "octo", name: "nihao", files: { "README.md": "# 你好\n" } });
  const chinese = nihao.openPull({ opener: mei, title: "修正文档中的错别字", commits: [{ author: mei }] });

  type GitHubPull = typeof alone;
  const onGitHub = (pull: GitHubPull): Shown => {
    const status = (): { state: string; description: string | null } | undefined =>
      hello.statusesOf(pull.head.sha).find(({ context }) => context === "license/cla");
    return {
      name: `github ${hello.fullName}#${pull.number}`,
      url: `${github.url}/${hello.fullName}/pull/${pull.number}`,
      green: () => status()?.state === "success",
      verdict: () => `license/cla: ${status()?.description ?? "no status"}`,
      comment: () => pull.comments.find(({ viaApp }) => viaApp)?.body ?? null,
    };
  };
  const giteeShown: Shown = {
    name: `gitee octo/nihao#${chinese.number}`,
    url: `${gitee.url}/octo/nihao/pulls/${chinese.number}`,
    green: () => chinese.labels.includes("cla/yes") && !chinese.labels.includes("cla/no"),
    verdict: () => chinese.labels.join(", ") || "no label",
    comment: () => chinese.comments[0]?.body ?? null,
  };
  const shown = {
    alone: onGitHub(alone),
    pair: onGitHub(pair),
    unlinked: onGitHub(unlinked),
    bot: onGitHub(bot),
  };
  return {
    ...shown,
    all: [...Object.values(shown), giteeShown],
    csv: `host,account_id,agreement,version,signed_at\n${[
      ["github", alice.id],
      ["github", bob.id],
      ["gitee", mei.id],
    ]
      .map(([host, id]) => `${host},${id},icla,1.0,2025-03-01\n`)
      .join("")}`,
    coauthorSigns() {
      const comment = shown.pair.comment() ?? "";
      const sentence = /^> (.+)$/m.exec(comment)?.[1] ?? "";
      pair.comment(carol, sentence);
    },
    maintainerWaives() {
      const sha = unlinked.commits.at(-1)?.sha.slice(0, 7) ?? "";
      unlinked.comment(maintainer, `/cla waive ${sha} the laptop is Bob's, I saw it`);
    },
  };
}

/** A comment without its markup, for the terminal. */
function plain(markdown: string): string {
  return markdown
    .replace(/<!--.*?-->\n*/g, "")
    .replace(/^#+ /gm, "")
    .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replaceAll(/\*\*|`/g, "")
    .replaceAll(/\n{2,}/g, "\n")
    .trim();
}
