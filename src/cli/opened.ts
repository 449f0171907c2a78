/** Opens what a command uses, by the environment and the configuration file. */
import { statSync } from "node:fs";
import type { HostName } from "../account.ts";
import { examineEnvironment } from "../bot/environment.ts";
import { openHosts, type OpenHosts } from "../bot/hosts.ts";
import { databaseFile, readSettings, worldOf, type BotWorld, type Settings } from "../bot/open.ts";
import { Failure } from "../error.ts";
import type { Engine } from "../ports/engine.ts";
import type { Host } from "../ports/host.ts";
import type { Console } from "./command-line.ts";
import type { Intent, SignatureContext } from "./context.ts";
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

/** Opens everything, acts, and closes the database in any case. */
export async function withOpened<T>(console: Console, act: (opened: Opened) => Promise<T>): Promise<T> {
  const settings = await readSettings(console.variables, console.stderr.isTTY);
  const { environment, configuration } = settings;
  const engine = await openDatabase(environment, console, "write");
  let sharers = 1;
  const sharing = { spending: engine.spending, sharers: () => sharers };
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
    await engine.close();
  }
}

/** Opens what the commands about signatures use. */
export async function openSignatures(
  console: Console,
  intent: Intent = "write",
): Promise<SignatureContext & AsyncDisposable> {
  const file = databaseFile(examineEnvironment(console.variables, false).environment.databaseUrl);
  if (intent === "write" || file === null) return openRights(console, intent);
  const { copyForTrial, placeForTrial } = await import("../sqlite/connection/trial-copy.ts");
  const isNew = intent === "trial" && (statSync(file, { throwIfNoEntry: false })?.size ?? 0) === 0;
  const copy = isNew ? placeForTrial() : copyForTrial(file);
  if (copy === null) return openRights(console, intent);
  try {
    const variables = { ...console.variables, DATABASE_URL: `file:${copy.file}` };
    const context = await openRights({ ...console, variables }, isNew ? "write" : intent);
    return {
      ...context,
      [Symbol.asyncDispose]: async () => {
        await context[Symbol.asyncDispose]();
        copy.remove();
      },
    };
  } catch (error) {
    copy.remove();
    throw error;
  }
}

/** Opens what the commands about agreements, employers and people's rights use. */
export async function openRights(
  console: Console,
  intent: Intent = "write",
): Promise<RightsContext & AsyncDisposable> {
  const settings = await readSettings(console.variables, console.stderr.isTTY);
  const { environment, configuration } = settings;
  const engine = await openDatabase(environment, console, intent);
  const hosts = await hostsBeside(engine, settings, intent);
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
    [Symbol.asyncDispose]: () => engine.close(),
  };
}

async function hostsBeside(
  engine: Engine,
  { environment, configuration }: Settings,
  intent: Intent,
): Promise<OpenHosts["hosts"]> {
  try {
    // A command that only reads books nothing, because it changes nothing.
    const sharing = { ...(intent === "write" && { spending: engine.spending }), sharers: () => 1 };
    return (await openHosts(environment, configuration.agreements, sharing)).hosts;
  } catch (error) {
    await engine.close();
    throw error;
  }
}
