/** The possible steps between a host, its people and the bot, chosen at random; each is plain data. */
import fc from "fast-check";
import { KILL_POINTS, type KillPoint } from "./life.ts";
import { NETWORK_FAULTS, type NetworkFault } from "./network.ts";
import type { Policy } from "./truth.ts";

/** People, pull requests and repositories are named by any number; the player takes it modulo how many there are. */
export type Step =
  | { readonly do: "open"; readonly repository: number; readonly by: number; readonly commit: Written }
  | { readonly do: "twin"; readonly pull: number; readonly by: number }
  | { readonly do: "push"; readonly pull: number; readonly commit: Written }
  | { readonly do: "force-push"; readonly pull: number; readonly commit: Written }
  | { readonly do: "comment"; readonly pull: number; readonly by: number; readonly says: Remark }
  | { readonly do: "sign"; readonly pull: number; readonly by: number }
  | { readonly do: "waive"; readonly pull: number }
  | { readonly do: "import"; readonly people: readonly number[]; readonly fresh: boolean }
  | { readonly do: "revoke"; readonly person: number }
  | { readonly do: "restrict"; readonly person: number }
  | { readonly do: "unrestrict"; readonly person: number }
  | { readonly do: "erase"; readonly person: number }
  | { readonly do: "version"; readonly graceDays: number }
  | { readonly do: "base"; readonly pull: number }
  | { readonly do: "close"; readonly pull: number }
  | { readonly do: "reopen"; readonly pull: number }
  | { readonly do: "queue"; readonly pulls: readonly number[]; readonly method: "merge" | "squash" }
  | { readonly do: "policy"; readonly repository: number; readonly policy: Policy }
  | { readonly do: "rename"; readonly repository: number }
  | { readonly do: "rename-person"; readonly person: number }
  | { readonly do: "transfer"; readonly repository: number }
  | { readonly do: "paint"; readonly pull: number; readonly shows: "green" | "red" | "nothing" }
  | { readonly do: "deliveries"; readonly how: "usual" | "lost" | "traceless" | "double" | "held" }
  | { readonly do: "release"; readonly order: "late" | "reversed" }
  | { readonly do: "forge"; readonly pull: number }
  | { readonly do: "fault"; readonly fault: number; readonly times: number; readonly after: number }
  | { readonly do: "network"; readonly fault: NetworkFault; readonly times: number; readonly after: number }
  | { readonly do: "slow"; readonly milliseconds: number }
  | { readonly do: "lag"; readonly pull: number }
  | { readonly do: "clock"; readonly minutes: number }
  | { readonly do: "restart"; readonly atWrite: number }
  /** The bot is killed at such a moment, after this many of them. */
  | { readonly do: "kill"; readonly at: KillPoint; readonly after: number }
  | { readonly do: "second" }
  | { readonly do: "quiet" };

/** A comment that signs nothing. */
export type Remark = "hello" | "check" | "quoted" | "other-version";

/** A commit's author, null where no account is linked, and perhaps a co-author. */
export interface Written {
  readonly author: number | null;
  readonly coauthor: number | null;
}

const index = fc.nat(7);
const commit: fc.Arbitrary<Written> = fc.record({
  author: fc.oneof({ weight: 9, arbitrary: index }, { weight: 1, arbitrary: fc.constant(null) }),
  coauthor: fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: index }),
});

type Of<D extends Step["do"]> = Extract<Step, { readonly do: D }>;

function step<D extends Step["do"]>(
  name: D,
  fields: { [K in Exclude<keyof Of<D>, "do">]: fc.Arbitrary<Of<D>[K]> },
): { readonly name: Step["do"]; readonly arbitrary: fc.Arbitrary<Step> } {
  return { name, arbitrary: fc.record({ do: fc.constant(name), ...fields }) as fc.Arbitrary<Step> };
}

const WEIGHTED: readonly (readonly [weight: number, kind: ReturnType<typeof step>])[] = [
  [20, step("open", { repository: index, by: index, commit })],
  [6, step("twin", { pull: index, by: index })],
  [12, step("push", { pull: index, commit })],
  [6, step("force-push", { pull: index, commit })],
  [
    4,
    step("comment", {
      pull: index,
      by: index,
      says: fc.constantFrom("check", "hello", "quoted", "other-version"),
    }),
  ],
  [12, step("sign", { pull: index, by: index })],
  [6, step("waive", { pull: index })],
  [6, step("import", { people: fc.array(index, { minLength: 1, maxLength: 3 }), fresh: fc.boolean() })],
  [6, step("revoke", { person: index })],
  [4, step("restrict", { person: index })],
  [4, step("unrestrict", { person: index })],
  [4, step("erase", { person: index })],
  [2, step("version", { graceDays: fc.constantFrom(0, 0, 1, 30) })],
  [4, step("base", { pull: index })],
  [4, step("close", { pull: index })],
  [4, step("reopen", { pull: index })],
  [
    6,
    step("queue", {
      pulls: fc.array(index, { minLength: 1, maxLength: 2 }),
      method: fc.constantFrom("merge", "squash"),
    }),
  ],
  [6, step("policy", { repository: index, policy: fc.constantFrom("require", "ignore", "broken", "none") })],
  [2, step("rename", { repository: index })],
  [4, step("transfer", { repository: index })],
  [2, step("rename-person", { person: index })],
  [6, step("paint", { pull: index, shows: fc.constantFrom("green", "green", "red", "nothing") })],
  [8, step("deliveries", { how: fc.constantFrom("usual", "usual", "lost", "traceless", "double", "held") })],
  [4, step("release", { order: fc.constantFrom("late", "reversed") })],
  [2, step("forge", { pull: index })],
  [12, step("fault", { fault: fc.nat(32), times: fc.integer({ min: 1, max: 4 }), after: fc.nat(6) })],
  [
    6,
    step("network", {
      fault: fc.constantFrom(...NETWORK_FAULTS),
      times: fc.integer({ min: 1, max: 3 }),
      after: fc.nat(6),
    }),
  ],
  [2, step("slow", { milliseconds: fc.constantFrom(0, 3, 10) })],
  [6, step("lag", { pull: index })],
  [4, step("clock", { minutes: fc.constantFrom(-600, -5, 1, 20, 90, 1_500) })],
  [4, step("restart", { atWrite: fc.nat(3) })],
  [8, step("kill", { at: fc.constantFrom(...KILL_POINTS), after: fc.oneof(fc.nat(1), fc.nat(10)) })],
  // SQLite refuses it after a second.
  [1, step("second", {})],
  [12, step("quiet", {})],
];

/** What a step can do. */
export const STEP_NAMES: ReadonlySet<string> = new Set(WEIGHTED.map(([, { name }]) => name));

/** Stories of up to this many steps, and at least a third of that. */
export function stories(most: number): fc.Arbitrary<readonly Step[]> {
  const any = fc.oneof(...WEIGHTED.map(([weight, { arbitrary }]) => ({ weight, arbitrary })));
  return fc.array(any, { minLength: Math.ceil(most / 3), maxLength: most, size: "max" });
}
