/**
 * The playground's world: a simulated GitHub and Gitee with their people, the real bot between them in a separate
 * process, and the journal of events. It needs free ports on loopback and leaves nothing behind when it stops.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { HostName } from "../../src/account.ts";
import { runCommand, startBotProcess, type BotProcess, type CommandResult } from "../bot-process.ts";
import { clockOffset, setClock } from "../clock.ts";
import { runHere } from "../command.ts";
import { PAGE_COMMANDS } from "./commands.ts";
import { STAGE_DOCUMENT, startHosts, type StageHosts } from "../stage.ts";
import { DatabaseLock } from "./database-lock.ts";
import { History } from "./history.ts";
import { Journal } from "./journal.ts";
import type { Fault } from "../faults.ts";
import { EMPLOYER, SIGNED_BEFORE } from "./people.ts";
import { siteGitee } from "./host/site-gitee.ts";
import { siteGitHub } from "./host/site-github.ts";
import type { SiteHost } from "./host/site-host.ts";
import { compare, type Trial } from "./trial.ts";
import { sentence, SiteRefusal } from "./sentence.ts";
import { setAside } from "./set-aside.ts";

export interface SceneOptions {
  /** Where the configuration and the database are kept; an earlier database there is renamed. */
  readonly folder?: string;
  /** The bot's log level. */
  readonly log?: string;
}

export interface Scene {
  readonly hosts: StageHosts;
  readonly sites: readonly SiteHost[];
  readonly journal: Journal;
  /** The sequence of statuses; an observer of the scene makes it collect them. */
  readonly history: History;
  /** The recent faults and their results; null: none. */
  readonly trial: Trial | null;
  /** The last output of one of the bot's commands, for the page. */
  readonly terminal: { command: string; output: string; code: number | null } | null;
  readonly databaseLock: DatabaseLock;
  /** Null while it is killed. */
  readonly bot: BotProcess | null;
  /** The agreement's version in force, and how long the previous one still counts. */
  readonly agreement: { readonly version: string; readonly graceDays: number };
  site(name: HostName): SiteHost;
  /** Runs one of the bot's commands on its database. */
  command(args: readonly string[], files?: Readonly<Record<string, string>>): Promise<CommandResult>;
  /** Starts a trial of a fault: the statuses from now on belong to it. */
  wentWrong(fault: Fault, host: HostName | null): void;
  /** Ends all faults; in the background, compares the final state with a new check. */
  repaired(): void;
  killBot(): Promise<void>;
  /** Starts it if it is not running. @throws SiteRefusal if it can't start, e.g. because its database is locked */
  startBot(): Promise<void>;
  /** Publishes the agreement's next version and restarts the bot with it. */
  raiseVersion(graceDays: number): Promise<void>;
  /** Moves the clock of the hosts and of the bot, which restarts with it. */
  moveClock(milliseconds: number): Promise<void>;
  /** Moves the clock while the bot runs: what it tries again by then is due, but its timers keep their pace. */
  moveClockOn(milliseconds: number): void;
  stop(): Promise<void>;
}

const DAY = 86_400_000;

export async function openScene(options: SceneOptions = {}): Promise<Scene> {
  setClock(0);
  if (options.folder !== undefined) await setAside(options.folder);
  const hosts = await startHosts({
    configuration: configurationOf("1.0", 0),
    ...(options.folder === undefined ? {} : { folder: options.folder }),
    variables: { LOG_LEVEL: options.log ?? "warn" },
  });
  const sites = [siteGitHub(hosts.github), siteGitee(hosts.gitee)];
  const siteNamed = (name: HostName): SiteHost => {
    const site = sites.find((each) => each.name === name);
    if (site === undefined) throw new RangeError(`there is no ${name} here`);
    return site;
  };
  const journal = new Journal(hosts, (name, call) => siteNamed(name).pullOfCall(call));

  const history = new History();
  const databaseLock = new DatabaseLock(hosts.folder);
  let trial: Trial | null = null;
  let bot: BotProcess | null = null;
  let terminal: Scene["terminal"] = null;
  let agreement = { version: "1.0", graceDays: 0 };

  let isOver = false;
  let last: Promise<unknown> = Promise.resolve();
  /** Starts and stops of the bot are done one after the other, whatever is pressed meanwhile. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const next = last.then(work, work);
    last = next.catch(() => undefined);
    return next;
  };
  const begin = async (): Promise<void> => {
    if (isOver || bot !== null) return;
    const started = await startBotProcess(hosts.variables, { movable: true }).catch(() => {
      throw new SiteRefusal(sentence("bot-not-started"));
    });
    bot = started;
    hosts.announceTo(started.url);
    const watch = async (): Promise<void> => {
      await started.ended;
      if (bot !== started) return;
      bot = null;
      journal.note("fault", sentence("bot-ended"));
    };
    void watch();
  };
  /** @returns whether it ran */
  const finish = async (signal: "SIGTERM" | "SIGKILL"): Promise<boolean> => {
    const running = bot;
    bot = null;
    await running?.end(signal);
    return running !== null;
  };

  const scene: Scene = {
    hosts,
    sites,
    journal,
    history,
    databaseLock,
    get trial() {
      return trial;
    },
    wentWrong(fault, host) {
      history.collect(sites);
      const before = trial === null || trial.same !== null || trial.running ? [] : trial.faults;
      if (before.length === 0) history.mark();
      trial = { faults: [...before, { fault, host }], same: null, running: false };
    },
    repaired() {
      if (trial === null || trial.same !== null || trial.running) return;
      const running: Trial = { ...trial, running: true };
      trial = running;
      const settle = async (): Promise<void> => {
        const same = await compare(scene, running).catch(() => null);
        if (trial === running) trial = { ...running, same, running: false };
      };
      void settle();
    },
    get terminal() {
      return terminal;
    },
    get bot() {
      return bot;
    },
    get agreement() {
      return agreement;
    },
    site: siteNamed,
    async command(args, files = {}) {
      for (const [name, text] of Object.entries(files)) await writeFile(join(hosts.folder, name), text);
      const paths = args.map((arg) => (arg in files ? join(hosts.folder, arg) : arg));
      // SQLite waits for its lock without giving up the thread, on which the lock itself would end.
      const result = databaseLock.isHeld
        ? await runCommand(hosts.variables, paths, { movable: true })
        : await runHere(PAGE_COMMANDS, hosts.variables, paths);
      const output = `${result.stdout}${result.stderr}`.replaceAll(`${hosts.folder}/`, "");
      terminal = { command: `countersign ${args.join(" ")}`, output, code: result.code };
      journal.note("command", terminal.command);
      return result;
    },
    killBot: () => inTurn(async () => void (await finish("SIGKILL"))),
    startBot: () => inTurn(begin),
    raiseVersion: (graceDays) =>
      inTurn(async () => {
        const version = `${Number(agreement.version.split(".")[0]) + 1}.0`;
        const wasRunning = await finish("SIGTERM");
        agreement = { version, graceDays };
        journal.note("act", sentence("publishes", version));
        const effective = new Date(Date.now()).toISOString();
        await writeFile(
          join(hosts.folder, "countersign.yml"),
          configurationOf(version, graceDays, `    effective: "${effective}"\n`),
        );
        await writeFile(
          join(hosts.folder, "cla", `icla-${version}.md`),
          `${STAGE_DOCUMENT}\nVersion ${version} says the same in fewer words.\n`,
        );
        if (wasRunning) await begin();
      }),
    moveClock: (milliseconds) =>
      inTurn(async () => {
        // A bot's timers keep the real pace, so it restarts and finds the work that is due now.
        const wasRunning = await finish("SIGTERM");
        setClock(clockOffset() + milliseconds);
        if (wasRunning) await begin();
      }),
    moveClockOn(milliseconds) {
      setClock(clockOffset() + milliseconds);
      bot?.setClock(clockOffset());
      journal.note("act", sentence("clock-moves-to-retries", milliseconds / 60_000));
    },
    stop: () =>
      inTurn(async () => {
        isOver = true;
        trial = null;
        databaseLock.release();
        await finish("SIGTERM");
        await hosts.stop();
        setClock(0);
      }),
  };

  try {
    const prepare = async (...args: readonly string[]) => {
      const { code, stderr } = await runHere(PAGE_COMMANDS, hosts.variables, args);
      if (code !== 0) throw new Error(`countersign ${args.join(" ")}: ${stderr}`);
    };
    const signed = join(hosts.folder, "signed-before.csv");
    await writeFile(signed, signedBefore(sites));
    await prepare("import", signed);
    for (const { name, numberOf } of sites)
      await prepare("subject", "restrict", `${name}:${numberOf("restricted")}`);
    await scene.startBot();
  } catch (error) {
    await scene.stop();
    throw error;
  }
  return scene;
}

function signedBefore(sites: readonly SiteHost[]): string {
  const rows = sites.flatMap(({ name, numberOf }) => [
    ...SIGNED_BEFORE.map((role) => `${name},${numberOf(role)},icla,1.0,2025-03-01,`),
    `${name},${numberOf("employee")},icla,1.0,2025-03-01,${EMPLOYER}`,
  ]);
  return `host,account_id,agreement,version,signed_at,entity\n${rows.join("\n")}\n`;
}

function configurationOf(version: string, graceDays: number, more = ""): string {
  return `agreements:
  - id: icla
    title: Individual Contributor License Agreement
    version: "${version}"
    document: cla/icla-${version}.md
    repositories: ["github:octo/*", "gitee:octo/*"]
    sign: [page, comment]
    grace_days: ${graceDays}
${more}instance:
  name: Example Foundation
  url: https://example.com
  contact: privacy@example.com
`;
}

/** Days, in milliseconds. */
export function days(count: number): number {
  return count * DAY;
}
