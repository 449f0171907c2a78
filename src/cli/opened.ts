/** Opens what a command uses, by the environment and the configuration file. */
import { statSync } from "node:fs";
import type { HostName } from "../account.ts";
import { openHosts, type OpenHosts } from "../bot/hosts.ts";
import {
  databaseFile,
  openEngine,
  readSettings,
  worldOf,
  type BotWorld,
  type Settings,
} from "../bot/open.ts";
import { Failure } from "../error.ts";
import type { Engine } from "../ports/engine.ts";
import type { Host } from "../ports/host.ts";
import type { Console } from "./command-line.ts";
import type { Intent } from "./context.ts";
import type { TrialCopy } from "../sqlite/connection/trial-copy.ts";
import { openDatabase } from "./database/open-database.ts";
import { operatorOf } from "./operator.ts";
import type { RightsContext } from "./rights/rights-context.ts";

/** Everything that a command about pull requests uses. */
export interface Opened {
  readonly settings: Settings;
  readonly engine: Engine;
  readonly hosts: ReadonlyMap<HostName, Host>;
  readonly world: BotWorld;
  /** Installations that get no requests now, as with {@link OpenHosts.paused}. */
  readonly paused: OpenHosts["paused"];
  /** Called with the number of processes that share the hosts' limits from now on. */
  readonly share: (processes: number) => void;
  /** @throws Failure `configuration` when the host is off */
  host(name: HostName): Host;
}

/**
 * Opens everything, acts, and closes the database in any case.
 * @param intent a trial works before there is a database, too
 */
export async function withOpened<T>(
  console: Console,
  act: (opened: Opened) => Promise<T>,
  intent: Intent = "write",
): Promise<T> {
  const settings = await readSettings(console.variables, console.stderr.isTTY);
  const { environment, configuration } = settings;
  const { engine, close } = await openFor(settings, console, intent);
  let sharers = 1;
  // A command that only reads books nothing, because it changes nothing.
  const sharing = { ...(intent === "write" && { spending: engine.spending }), sharers: () => sharers };
  try {
    const open = await openHosts(environment, configuration.agreements, sharing);
    return await act({
      settings,
      engine,
      hosts: open.hosts,
      world: worldOf(settings, engine, open),
      paused: open.paused,
      share: (processes) => (sharers = processes),
      host(name) {
        const host = open.hosts.get(name);
        if (host === undefined)
          throw new Failure(
            "configuration",
            `${name} is not configured; countersign doctor says what is missing`,
          );
        return host;
      },
    });
  } finally {
    await close();
  }
}

/** Opens the database, or for a command that changes nothing a copy or a new one if this user or time needs that. */
async function openFor(
  { environment }: Settings,
  console: Console,
  intent: Intent,
): Promise<{ engine: Engine; close: () => Promise<void> }> {
  const file = databaseFile(environment.databaseUrl);
  const copy = file === null || intent === "write" ? null : await placeFor(file, intent);
  if (copy === null) {
    const engine = await openDatabase(environment, console, intent);
    return { engine, close: () => engine.close() };
  }
  try {
    const instead = { ...environment, databaseUrl: `file:${copy.file}` };
    const engine = copy.isNew ? await openEngine(instead) : await openDatabase(instead, console, intent);
    return {
      engine,
      close: async () => {
        await engine.close();
        copy.remove();
      },
    };
  } catch (error) {
    copy.remove();
    throw error;
  }
}

/** @returns null: the database itself is opened */
async function placeFor(file: string, intent: Intent): Promise<(TrialCopy & { isNew: boolean }) | null> {
  const { copyForTrial, placeForTrial } = await import("../sqlite/connection/trial-copy.ts");
  const isNew = intent === "trial" && (statSync(file, { throwIfNoEntry: false })?.size ?? 0) === 0;
  const copy = isNew ? placeForTrial() : copyForTrial(file);
  return copy === null ? null : { ...copy, isNew };
}

/** Opens what the commands about signatures, agreements, employers and people's rights use. */
export async function openRights(
  console: Console,
  intent: Intent = "write",
): Promise<RightsContext & AsyncDisposable> {
  const settings = await readSettings(console.variables, console.stderr.isTTY);
  const { environment, configuration } = settings;
  const { engine, close } = await openFor(settings, console, intent);
  const hosts = await hostsBeside(engine, settings, intent, close);
  return {
    engine,
    agreements: configuration.agreements,
    hosts,
    by: operatorOf(environment.operator),
    input: console.stdin,
    output: console.stdout,
    errors: console.stderr,
    isTerminal: console.stdin.isTTY && console.stderr.isTTY,
    now: Date.now,
    [Symbol.asyncDispose]: close,
  };
}

async function hostsBeside(
  engine: Engine,
  { environment, configuration }: Settings,
  intent: Intent,
  close: () => Promise<void>,
): Promise<OpenHosts["hosts"]> {
  try {
    const sharing = { ...(intent === "write" && { spending: engine.spending }), sharers: () => 1 };
    return (await openHosts(environment, configuration.agreements, sharing)).hosts;
  } catch (error) {
    await close();
    throw error;
  }
}
