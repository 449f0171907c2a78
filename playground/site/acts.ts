/** The actions of the page, by name. Each does what a person would do on the host or in the shell. */
import { z } from "zod";
import { HOSTS, type HostName } from "../../src/account.ts";
import { FAULTS, HOST_FAULTS } from "../faults.ts";
import { fail, recover } from "./faults.ts";
import { LIMITS, problemsOf } from "./form-problems.ts";
import { ROLES, type Role } from "./people.ts";
import { days, type Scene } from "./scene.ts";
import type { SiteHost } from "./host/site-host.ts";
import { commentOf } from "./watch.ts";
import { sentence, SiteRefusal, type Sentence } from "./sentence.ts";

const role = z.enum(ROLES);
const host = z.enum(HOSTS);
const whole = ({ least, most }: { least: number; most: number }) =>
  z
    .union([z.number(), z.string().trim().min(1)])
    .pipe(z.coerce.number<string | number>().int().min(least).max(most));
const onPull = { host, number: z.coerce.number().int().positive() };

/** The fields of each act's form. */
const ACTS = {
  open: z.object({
    host,
    title: z.string().trim().max(LIMITS.title.most).default(""),
    opener: role,
    author: role,
    coauthor: z
      .union([role, z.literal("")])
      .default("")
      .transform((value): Role | null => (value === "" ? null : value)),
    lines: whole(LIMITS.lines).default(3),
  }),
  push: z.object({ ...onPull, as: role }),
  "force-push": z.object({ ...onPull, as: role }),
  comment: z.object({ ...onPull, as: role, body: z.string().trim().min(1).max(LIMITS.body.most) }),
  "check-cla": z.object({ ...onPull, as: role }),
  waive: z.object({ ...onPull }),
  "sign-by-comment": z.object({ ...onPull, as: role }),
  "by-hand": z.object(onPull),
  merge: z.object(onPull),
  enqueue: z.object(onPull),
  close: z.object({ ...onPull, as: role }),
  reopen: z.object({ ...onPull, as: role }),
  import: z.object({ csv: z.string().max(LIMITS.csv.most) }),
  revoke: z.object({ host, as: role }),
  restrict: z.object({ host, as: role }),
  unrestrict: z.object({ host, as: role }),
  erase: z.object({ host, as: role }),
  "exempt-small": z.object({ host }),
  "exempt-nothing": z.object({ host }),
  version: z.object({ grace: whole(LIMITS.grace).default(30) }),
  clock: z.object({ days: whole(LIMITS.days) }),
  sweep: z.object({ host }),
  stats: z.object({}),
  fault: z.object({ fault: z.enum(FAULTS), host: host.default("github") }),
  recover: z.object({}),
} as const;

export type ActName = keyof typeof ACTS;
export type Fields<A extends ActName> = z.output<(typeof ACTS)[A]>;

export function isAct(text: string): text is ActName {
  return Object.hasOwn(ACTS, text);
}

/**
 * Performs a form's action.
 * @returns a sentence to show beside what was done; null: none
 * @throws SiteRefusal with a sentence for the page when the form is invalid or the host refuses
 */
export async function act(
  scene: Scene,
  name: ActName,
  form: Readonly<Record<string, unknown>>,
): Promise<Sentence | null> {
  const fields = ACTS[name].safeParse(form);
  if (!fields.success) throw new SiteRefusal(sentence("form-invalid", problemsOf(fields.error, form)));
  const perform = PERFORM[name] as (scene: Scene, fields: unknown) => ReturnType<Perform[ActName]>;
  return (await perform(scene, fields.data)) ?? null;
}

type Perform = {
  readonly [A in ActName]: (scene: Scene, fields: Fields<A>) => void | Sentence | Promise<void>;
};

const PERFORM: Perform = {
  open(scene, { host, title, ...pull }) {
    const site = scene.site(host);
    const named = title === "" ? `Change by ${site.loginOf(pull.opener)}` : title;
    note(
      scene,
      site,
      site.open({ ...pull, title: named }),
      sentence("opens", site.loginOf(pull.opener), named),
    );
  },
  push: (scene, { host, number, as }) => {
    scene.site(host).push(number, as);
    note(scene, scene.site(host), number, sentence("pushes", scene.site(host).loginOf(as)));
  },
  "force-push": (scene, { host, number, as }) => {
    scene.site(host).forcePush(number, as);
    note(scene, scene.site(host), number, sentence("force-pushes", scene.site(host).loginOf(as)));
  },
  comment: (scene, { host, number, as, body }) => say(scene, host, number, as, body),
  "check-cla": (scene, { host, number, as }) => say(scene, host, number, as, "/check-cla"),
  waive(scene, { host, number }) {
    const sha = scene.site(host).commits(number).at(-1) ?? "";
    say(scene, host, number, "maintainer", `/cla waive ${sha} I know who wrote this commit`);
  },
  async "sign-by-comment"(scene, { host, number, as }) {
    const asked = await commentOf(scene, { host, number });
    const [, asks] = /^> (.+)$/m.exec(asked ?? "") ?? [];
    if (asks === undefined) throw new SiteRefusal(sentence("nothing-to-sign"));
    say(scene, host, number, as, asks);
  },
  "by-hand"(scene, { host, number }) {
    scene.site(host).setByHand(number);
    note(scene, scene.site(host), number, sentence("by-hand"));
    return host === "github" ? sentence("by-hand-untold") : undefined;
  },
  merge(scene, { host, number }) {
    scene.site(host).merge(number);
    note(scene, scene.site(host), number, sentence("merged"));
  },
  enqueue(scene, { host, number }) {
    const { enqueue, title } = scene.site(host);
    if (enqueue === null) throw new SiteRefusal(sentence("no-queue", title));
    enqueue(number);
    note(scene, scene.site(host), number, sentence("queued"));
  },
  close(scene, { host, number, as }) {
    scene.site(host).close(number, as);
    note(scene, scene.site(host), number, sentence("closes", scene.site(host).loginOf(as)));
  },
  reopen(scene, { host, number, as }) {
    scene.site(host).reopen(number, as);
    note(scene, scene.site(host), number, sentence("reopens", scene.site(host).loginOf(as)));
  },
  import: async (scene, { csv }) =>
    void (await scene.command(["import", "signed.csv"], { "signed.csv": csv })),
  revoke: (scene, { host, as }) => run(scene, ["revoke", account(scene, host, as), "--agreement", "icla"]),
  restrict: (scene, { host, as }) => run(scene, ["subject", "restrict", account(scene, host, as)]),
  unrestrict: (scene, { host, as }) => run(scene, ["subject", "unrestrict", account(scene, host, as)]),
  erase: (scene, { host, as }) => run(scene, ["subject", "erase", account(scene, host, as), "--yes"]),
  "exempt-small"(scene, { host }) {
    scene.site(host).exemptSmall(true);
    scene.journal.note("act", sentence("exempts-small"), { host });
  },
  "exempt-nothing"(scene, { host }) {
    scene.site(host).exemptSmall(false);
    scene.journal.note("act", sentence("exempts-nothing"), { host });
  },
  version: (scene, { grace }) => scene.raiseVersion(grace),
  async clock(scene, { days: count }) {
    await scene.moveClock(days(count));
    scene.journal.note("act", sentence("clock-moves", count));
    if (scene.bot === null) return;
    // On such a day the bot swept several times; its timers keep the real pace.
    for (const { name, title, repository } of scene.sites) {
      scene.journal.note("command", sentence("swept", title), { host: name });
      await scene.command(["sweep", `${name}:${repository}`]);
    }
  },
  sweep: (scene, { host }) => run(scene, ["sweep", `${host}:${scene.site(host).repository}`]),
  stats: (scene) => run(scene, ["stats"]),
  async fault(scene, { fault, host }) {
    const isOfHost = (HOST_FAULTS as readonly string[]).includes(fault);
    scene.journal.note("fault", sentence("fault", fault), isOfHost ? { host } : {});
    if (fault !== "start") scene.wentWrong(fault, isOfHost ? host : null);
    await fail(scene, fault, host);
  },
  async recover(scene) {
    await recover(scene);
    scene.journal.note("fault", sentence("works"));
    scene.repaired();
  },
};

function say(scene: Scene, host: HostName, number: number, as: Role, body: string): void {
  const site = scene.site(host);
  site.comment(number, as, body);
  const line = body.split("\n", 1)[0] ?? "";
  const said = line.length > 80 ? `${line.slice(0, 80)}…` : line;
  note(scene, site, number, sentence("comments", site.loginOf(as), said));
}

async function run(scene: Scene, args: readonly string[]): Promise<void> {
  await scene.command(args);
}

function account(scene: Scene, host: HostName, as: Role): string {
  return `${host}:${scene.site(host).numberOf(as)}`;
}

function note(scene: Scene, site: SiteHost, pull: number, says: Sentence): void {
  scene.journal.note("act", says, { host: site.name, pull });
}
