/** Pull requests on the simulated GitHub, of people who have signed and people who have not, and what they must show. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { runCommand, startBotProcess, type BotProcess } from "../playground/bot-process.ts";
import { startHosts, type StageHosts, type StageOptions } from "../playground/stage.ts";
import type { Pull } from "../playground/github/state/model.ts";
import { commentsOf, csvOf, stateOf } from "../test/whole-way/scene.ts";

export interface Crowd {
  readonly hosts: StageHosts;
  /**
   * Starts a bot, and points the hosts' webhooks to it.
   * @param movable whether it starts with this process's clock, where that was moved
   */
  serve(variables?: Readonly<Record<string, string>>, movable?: boolean): Promise<BotProcess>;
  /** Opens pull requests, half of them by people who have signed. */
  open(count: number): void;
  /** Somebody who has not signed pushes to that many of them. */
  spoil(count: number): void;
  /** Runs a command beside the bot. @throws when it exits with another code than 0 */
  command(...args: readonly string[]): Promise<string>;
  /** Resolves when every pull request shows what it must. @throws after two minutes, or when one was green that must not be */
  right(): Promise<void>;
  /** Ends every bot that still runs, and the hosts. */
  stop(): Promise<void>;
}

const PATIENCE = 120_000;

/** @param options.variables of every bot and command */
export async function withCrowd(
  act: (crowd: Crowd) => Promise<void>,
  options: StageOptions = {},
): Promise<void> {
  const crowd = await gather(options);
  try {
    await act(crowd);
  } finally {
    await crowd.stop();
  }
}

async function gather(options: StageOptions = {}): Promise<Crowd> {
  const hosts = await startHosts({ ...options, variables: { LOG_LEVEL: "warn", ...options.variables } });
  const { github } = hosts;
  const people = Array.from({ length: 6 }, (_, at) => github.user({ login: `person-${at}` }));
  const repository = github.repository({ owner: "octo", name: "hello" });
  const signed = new Set(people.filter((_, at) => at % 2 === 0));
  const pulls: { readonly pull: Pull; wanted: "success" | "failure" }[] = [];
  /** The heads that were pushed over: their answers may be late. */
  const formerHeads = new Set<string>();
  const wrong: string[] = [];
  const add = repository.addStatus.bind(repository);
  repository.addStatus = (status) => {
    const of = pulls.find(({ pull }) => pull.head.sha === status.sha);
    if (status.state === "success" && of?.wanted !== "success" && !formerHeads.has(status.sha))
      wrong.push(`${status.sha} was shown green`);
    return add(status);
  };
  const bots: BotProcess[] = [];
  const crowd: Crowd = {
    hosts,
    async serve(variables = {}, movable = false) {
      const bot = await startBotProcess({ ...hosts.variables, ...variables }, { movable });
      bots.push(bot);
      hosts.announceTo(bot.url);
      return bot;
    },
    open(count) {
      for (let left = count; left > 0; left -= 1) {
        const opener = people[pulls.length % people.length];
        if (opener === undefined) throw new Error("nobody is there");
        const pull = repository.openPull({ opener });
        pulls.push({ pull, wanted: signed.has(opener) ? "success" : "failure" });
      }
    },
    spoil(count) {
      const author = people.find((person) => !signed.has(person));
      if (author === undefined) throw new Error("everybody has signed");
      for (const one of pulls.slice(-count)) {
        formerHeads.add(one.pull.head.sha);
        one.wanted = "failure";
        one.pull.push([{ author }]);
      }
    },
    async command(...args) {
      const { code, stdout, stderr } = await runCommand(hosts.variables, args);
      if (code !== 0) throw new Error(`countersign ${args.join(" ")} exits ${code}: ${stderr}`);
      return stdout;
    },
    async right() {
      const until = performance.now() + PATIENCE;
      for (;;) {
        if (wrong.length > 0) throw new Error(wrong.join("; "));
        const off = pulls.filter(({ pull, wanted }) => stateOf(pull) !== wanted);
        if (off.length === 0) break;
        if (performance.now() > until)
          throw new Error(`${off.length} of ${pulls.length} pull requests do not show what they must`);
        await sleep(100);
      }
      const talkative = pulls.filter(({ pull }) => commentsOf(pull).length > 1);
      if (talkative.length > 0) throw new Error(`${talkative.length} pull requests have two comments`);
    },
    async stop() {
      await Promise.all(bots.map((bot) => bot.end("SIGKILL")));
      await hosts.stop();
    },
  };
  const file = join(hosts.folder, "signed.csv");
  await writeFile(file, csvOf([...signed]));
  await crowd.command("import", file);
  return crowd;
}

/** The one line of a bot's log that says something; @throws when none does */
export async function said(bot: BotProcess, what: RegExp): Promise<string> {
  for (let tries = 0; tries < 300; tries += 1) {
    const line = bot.lines.find((one) => what.test(one));
    if (line !== undefined) return line;
    await sleep(100);
  }
  throw new Error(`the bot's log does not say ${String(what)}:\n${bot.lines.join("\n")}`);
}
