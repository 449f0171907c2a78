import { readFileSync } from "node:fs";
import { afterAll, expect, it } from "vitest";
import type { HostName } from "../../src/account.ts";
import { openHosts } from "../../src/bot/hosts.ts";
import { readSettings } from "../../src/bot/open.ts";
import type { Stage, StageOptions } from "../../playground/stage.ts";
import type { Capabilities } from "../../src/ports/host.ts";
import type { Person, Stand, StandRepository } from "./host-stand.ts";
import { run, signatureOf, stageForTest, type Ran } from "../whole-way/scene.ts";

/** The running bot at one host, where Alice has signed and Bob has not. */
export interface HostScene {
  readonly stage: Stage;
  readonly stand: Stand;
  readonly capabilities: Capabilities;
  readonly alice: Person;
  readonly bob: Person;
  readonly hello: StandRepository;
  /** Records that accounts of this host have signed, and waits for the result. */
  readonly sign: (...people: readonly Person[]) => Promise<void>;
  /** Resolves when every delivery has arrived and everything due is done. */
  readonly settled: () => Promise<void>;
  /** A command beside the running bot. */
  readonly run: (...args: readonly string[]) => Promise<Ran>;
}

export interface ScenarioOptions {
  /** The policy file of the repository. */
  readonly policy?: string;
  readonly stage?: StageOptions;
  /** The required capabilities of the host; without them the scenario is declared as impossible there. */
  readonly needs?: Partial<Record<keyof typeof DIFFERENCES, boolean>>;
}

/** The capability that one host lacks, and its wording in `docs/gitee.md`. */
export const DIFFERENCES = {
  resolvesCoauthors: "Gitee resolves none, and only a host may say who owns an address",
  wellKnownBots: "no Gitee bot is listed",
  removesFormerLabels: "in addition to the status; labels with earlier names stay",
  sharedHeads: "labels and check runs belong to the pull request",
} as const satisfies Partial<Record<keyof Capabilities, string>>;

/** Declares a scenario of the contract for the host that is tested. */
export type Scenario = (
  title: string,
  act: (scene: HostScene) => Promise<void>,
  options?: ScenarioOptions,
) => void;

/**
 * Declares the scenarios of one host, and prints at the end which ones ran and which ones are impossible there.
 * @param standOf the host of a stage
 */
export function scenariosOf(
  name: HostName,
  capabilities: Capabilities,
  standOf: (stage: Stage) => Stand,
): Scenario {
  const ran: string[] = [];
  const left: string[] = [];
  const declared: string[] = [];
  afterAll(() => {
    const lines = [
      `${name}: ${ran.length} of ${declared.length} scenarios of the host contract ran`,
      ...ran.map((title) => `  + ${title}`),
      ...left.map((line) => `  - ${line}`),
    ];
    process.stdout.write(`${lines.join("\n")}\n`);
  });

  return (title, act, options = {}) => {
    declared.push(title);
    const keys = Object.keys(options.needs ?? {}) as (keyof typeof DIFFERENCES)[];
    const lacking = keys.filter((key) => options.needs?.[key] !== capabilities[key]);
    if (lacking.length > 0) {
      const reasons = lacking.map((key) => `${key} is ${String(capabilities[key])}`);
      left.push(`${title}: ${reasons.join(", ")}`);
      return;
    }
    it.each([title])("%s", async () => {
      const scene = await openScene(standOf, options);
      await act(scene);
      const { github, gitee } = scene.stage;
      // Requests that a host would reject as invalid, or with a token in the URL.
      expect([...github.violations, ...gitee.violations]).toEqual([]);
      ran.push(title);
    });
  };
}

async function openScene(
  standOf: (stage: Stage) => Stand,
  { policy, stage: stageOptions }: ScenarioOptions,
): Promise<HostScene> {
  const stage = await stageForTest(stageOptions);
  const stand = standOf(stage);
  const { environment, configuration } = await readSettings(stage.variables, false);
  const { hosts } = await openHosts(environment, configuration.agreements);
  const capabilities = hosts.get(stand.host)?.capabilities;
  if (capabilities === undefined) throw new Error(`${stand.host} is off`);
  const alice = stand.person("alice");
  const bob = stand.person("bob");
  const hello = stand.repository(policy === undefined ? {} : { policy });
  const sign: HostScene["sign"] = async (...people) => {
    const rows = people.map((one) => signatureOf(one, stand.host));
    await stage.bot.engine.signatures.sign([rows], { evidence: "import" });
    await stage.settled();
  };
  await sign(alice);
  return {
    stage,
    stand,
    capabilities,
    alice,
    bob,
    hello,
    sign,
    settled: () => stage.settled(),
    run: (...args) => run(stage.variables, args),
  };
}

/** Whether `docs/gitee.md` tells of a difference, in these words. */
export function isDocumented(difference: string): boolean {
  const text = readFileSync(new URL("../../docs/gitee.md", import.meta.url), "utf8");
  return text.replace(/\s+/g, " ").includes(difference);
}
