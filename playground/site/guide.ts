/** The guided tour: six steps that act on the page and wait for the expected result on the hosts. */
import { act } from "./acts.ts";
import { days, type Scene } from "./scene.ts";
import type { NewPull } from "./host/site-host.ts";
import { LOGINS } from "./people.ts";
import { settled } from "./settled.ts";
import { cardOf, endIn, openOn, type At } from "./watch.ts";

export const STEPS = ["open", "sign", "impostor", "doubt", "loss", "version"] as const;
export type StepName = (typeof STEPS)[number];

export interface Outcome {
  /** Whether the promised result was reached. */
  readonly held: boolean;
  /** The pull requests that the step opened. */
  readonly opened: readonly At[];
}

export interface Guide {
  /** How many steps are done. */
  readonly done: number;
  /** The outcome of the last step; null: there was none. */
  readonly outcome: Outcome | null;
  /** Does the next step; while a step runs, waits for that one instead. */
  next(scene: Scene): Promise<void>;
}

export function startGuide(): Guide {
  let done = 0;
  let outcome: Outcome | null = null;
  let running: Promise<void> | null = null;
  const step = async (scene: Scene): Promise<void> => {
    const name = STEPS[done];
    if (name === undefined) return;
    // A step fails, for example, when its command meets a locked database.
    outcome = await PERFORM[name](scene).catch(() => ({ held: false, opened: [] }));
    done += 1;
  };
  return {
    get done() {
      return done;
    },
    get outcome() {
      return outcome;
    },
    next(scene) {
      running ??= step(scene).finally(() => {
        running = null;
      });
      return running;
    },
  };
}

const BY_UNA: NewPull = { title: "", opener: "unsigned", author: "unsigned", coauthor: null, lines: 3 };

const PERFORM: Readonly<Record<StepName, (scene: Scene) => Promise<Outcome>>> = {
  async open(scene) {
    const opened = scene.sites.map((site) =>
      openOn(scene, site.name, { ...BY_UNA, title: "Say hello in French" }),
    );
    return { held: await endIn(scene, "failure", opened), opened };
  },
  async sign(scene) {
    const rows = scene.sites.map(
      ({ name, numberOf }) => `${name},${numberOf("unsigned")},icla,${scene.agreement.version},2025-06-01`,
    );
    await act(scene, "import", {
      csv: `host,account_id,agreement,version,signed_at\n${rows.join("\n")}\n`,
    });
    const waiting = scene.sites.flatMap(({ name, pulls }) =>
      pulls()
        .filter(({ opener, state }) => opener === "una" && state === "open")
        .map(({ number }) => ({ host: name, number })),
    );
    return { held: await endIn(scene, "success", waiting), opened: [] };
  },
  async impostor(scene) {
    const renamed = openOn(scene, "github", {
      ...BY_UNA,
      title: "Rita's work",
      opener: "renamed",
      author: "renamed",
    });
    const taken = openOn(scene, "github", {
      ...BY_UNA,
      title: "Not Rita's",
      opener: "impostor",
      author: "impostor",
    });
    const ends = [await endIn(scene, "success", [renamed]), await endIn(scene, "failure", [taken])];
    return { held: ends.every(Boolean), opened: [renamed, taken] };
  },
  async doubt(scene) {
    const { requests } = scene.hosts.github;
    const before = requests.length;
    await act(scene, "fault", { fault: "bad-gateway", host: "github" });
    const pull = openOn(scene, "github", {
      ...BY_UNA,
      title: "Sam's work",
      opener: "signed",
      author: "signed",
    });
    const ended = await endIn(scene, "success", [pull]);
    const calls = requests.slice(before);
    const refused = calls.findLastIndex(({ status }) => status === 502);
    const written = calls.findIndex(
      ({ route, status }) => route.endsWith("/statuses/{sha}") && status === 201,
    );
    return { held: ended && refused !== -1 && refused < written, opened: [pull] };
  },
  async loss(scene) {
    const { deliveries } = scene.hosts.github;
    await act(scene, "fault", { fault: "kill" });
    const before = deliveries.log.length;
    const pull = openOn(scene, "github", { ...BY_UNA, title: "While the bot was down" });
    await deliveries.settled();
    const wasLost = deliveries.log.slice(before).every(({ statusCode }) => statusCode >= 500);
    await act(scene, "fault", { fault: "start" });
    return { held: (await endIn(scene, "success", [pull])) && wasLost, opened: [pull] };
  },
  async version(scene) {
    const people = (["signed", "unsigned", "renamed"] as const).map((role) => LOGINS[role]);
    const green = scene
      .site("github")
      .pulls()
      .filter(
        ({ opener, verdict, state }) => people.includes(opener) && verdict === "success" && state === "open",
      )
      .map(({ number }) => ({ host: "github", number }) as const);
    await act(scene, "version", { grace: 30 });
    await settled(scene, { milliseconds: 20_000 });
    const inGrace = green.every((pull) => cardOf(scene, pull)?.verdict === "success");
    await scene.moveClock(days(31));
    const asked = await endIn(scene, "failure", green);
    return { held: green.length > 0 && inGrace && asked, opened: [] };
  },
};
