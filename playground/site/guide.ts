/** The guided tour: six steps that act on the page and wait for the expected result on the hosts. */
import { act } from "./acts.ts";
import { days, type Scene } from "./scene.ts";
import type { NewPull } from "./host/site-host.ts";
import { settled } from "./settled.ts";
import { all, cardOf, openOn, shows } from "./watch.ts";

export const STEPS = ["open", "sign", "impostor", "doubt", "loss", "version"] as const;
export type StepName = (typeof STEPS)[number];

export interface Guide {
  /** How many steps are done. */
  readonly done: number;
  /** Whether the last step had the promised result. */
  readonly held: boolean | null;
  /** Does the next step. */
  next(scene: Scene): Promise<void>;
  restart(): void;
}

export function startGuide(): Guide {
  let done = 0;
  let held: boolean | null = null;
  return {
    get done() {
      return done;
    },
    get held() {
      return held;
    },
    async next(scene) {
      const step = STEPS[done];
      if (step === undefined) return;
      held = await PERFORM[step](scene);
      done += 1;
    },
    restart() {
      done = 0;
      held = null;
    },
  };
}

const BY_UNA: NewPull = { title: "", opener: "unsigned", author: "unsigned", coauthor: null, lines: 3 };

/** Each function performs its step, and returns whether the promised result was reached. */
const PERFORM: Readonly<Record<StepName, (scene: Scene) => Promise<boolean>>> = {
  async open(scene) {
    const opened = scene.sites.map((site) =>
      openOn(scene, site.name, { ...BY_UNA, title: "Say hello in French" }),
    );
    return all(opened.map((pull) => shows(scene, pull, ["failure"])));
  },
  async sign(scene) {
    const rows = scene.sites.map(
      ({ name, numberOf }) => `${name},${numberOf("unsigned")},icla,${scene.agreement.version},2025-06-01`,
    );
    await act(scene, "import", {
      csv: `host,account_id,agreement,version,signed_at\n${rows.join("\n")}\n`,
    });
    const opened = scene.sites.flatMap(({ name, pulls }) =>
      pulls()
        .filter(({ opener, state }) => opener === "una" && state === "open")
        .map(({ number }) => ({ host: name, number })),
    );
    return all(opened.map((pull) => shows(scene, pull, ["success"])));
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
    return all([shows(scene, renamed, ["success"]), shows(scene, taken, ["failure"])]);
  },
  async doubt(scene) {
    await act(scene, "fault", { fault: "bad-gateway", host: "github" });
    const pull = openOn(scene, "github", {
      ...BY_UNA,
      title: "Sam's work",
      opener: "signed",
      author: "signed",
    });
    return shows(scene, pull, ["success"]);
  },
  async loss(scene) {
    await act(scene, "fault", { fault: "kill" });
    const pull = openOn(scene, "github", { ...BY_UNA, title: "While the bot was down" });
    // The delivery has failed by now.
    await scene.hosts.github.deliveries.settled();
    await act(scene, "fault", { fault: "start" });
    return shows(scene, pull, ["success"]);
  },
  async version(scene) {
    const [green] = scene
      .site("github")
      .pulls()
      .filter(({ verdict }) => verdict === "success");
    if (green === undefined) return false;
    const pull = { host: "github", number: green.number } as const;
    await act(scene, "version", { grace: 30 });
    await settled(scene, { milliseconds: 20_000 });
    const inGrace = cardOf(scene, pull)?.verdict === "success";
    await scene.moveClock(days(31));
    return inGrace && (await shows(scene, pull, ["failure"]));
  },
};
