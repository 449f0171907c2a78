/** The possible steps between a host, its people and the bot, chosen at random; each is plain data. */
import fc from "fast-check";

/** People, pull requests and repositories are named by any number; the player takes it modulo how many there are. */
export type Step =
  | { readonly do: "open"; readonly repository: number; readonly by: number; readonly commit: Written }
  | { readonly do: "twin"; readonly pull: number; readonly by: number }
  | { readonly do: "push"; readonly pull: number; readonly commit: Written }
  | { readonly do: "force-push"; readonly pull: number; readonly commit: Written }
  | { readonly do: "ask"; readonly pull: number; readonly by: number }
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
  | { readonly do: "policy"; readonly repository: number; readonly policy: "require" | "ignore" | "broken" }
  | { readonly do: "rename"; readonly repository: number }
  | { readonly do: "transfer"; readonly repository: number }
  | { readonly do: "paint"; readonly pull: number; readonly green: boolean }
  | { readonly do: "deliveries"; readonly how: "usual" | "lost" | "traceless" | "double" | "held" }
  | { readonly do: "release"; readonly order: "late" | "reversed" }
  | { readonly do: "forge"; readonly pull: number }
  | { readonly do: "fault"; readonly fault: number; readonly times: number; readonly after: number }
  | { readonly do: "slow"; readonly milliseconds: number }
  | { readonly do: "lag"; readonly pull: number }
  | { readonly do: "clock"; readonly minutes: number }
  | { readonly do: "restart"; readonly atWrite: number }
  | { readonly do: "second" }
  | { readonly do: "quiet" };

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
): fc.Arbitrary<Step> {
  return fc.record({ do: fc.constant(name), ...fields }) as fc.Arbitrary<Step>;
}

const WEIGHTED: readonly (readonly [weight: number, arbitrary: fc.Arbitrary<Step>])[] = [
  [10, step("open", { repository: index, by: index, commit })],
  [3, step("twin", { pull: index, by: index })],
  [6, step("push", { pull: index, commit })],
  [3, step("force-push", { pull: index, commit })],
  [2, step("ask", { pull: index, by: index })],
  [6, step("sign", { pull: index, by: index })],
  [3, step("waive", { pull: index })],
  [3, step("import", { people: fc.array(index, { minLength: 1, maxLength: 3 }), fresh: fc.boolean() })],
  [3, step("revoke", { person: index })],
  [2, step("restrict", { person: index })],
  [2, step("unrestrict", { person: index })],
  [2, step("erase", { person: index })],
  [1, step("version", { graceDays: fc.constantFrom(0, 0, 1, 30) })],
  [2, step("base", { pull: index })],
  [2, step("close", { pull: index })],
  [2, step("reopen", { pull: index })],
  [
    3,
    step("queue", {
      pulls: fc.array(index, { minLength: 1, maxLength: 2 }),
      method: fc.constantFrom("merge", "squash"),
    }),
  ],
  [3, step("policy", { repository: index, policy: fc.constantFrom("require", "ignore", "broken") })],
  [1, step("rename", { repository: index })],
  [1, step("transfer", { repository: index })],
  [3, step("paint", { pull: index, green: fc.boolean() })],
  [4, step("deliveries", { how: fc.constantFrom("usual", "usual", "lost", "traceless", "double", "held") })],
  [2, step("release", { order: fc.constantFrom("late", "reversed") })],
  [1, step("forge", { pull: index })],
  [6, step("fault", { fault: fc.nat(30), times: fc.integer({ min: 1, max: 4 }), after: fc.nat(6) })],
  [1, step("slow", { milliseconds: fc.constantFrom(0, 3, 10) })],
  [2, step("lag", { pull: index })],
  [2, step("clock", { minutes: fc.constantFrom(-600, -5, 1, 20, 90, 1_500) })],
  [2, step("restart", { atWrite: fc.nat(3) })],
  [1, fc.constant<Step>({ do: "second" })],
  [12, fc.constant<Step>({ do: "quiet" })],
];

/** Stories of up to this many steps, and at least a third of that. */
export function stories(most: number): fc.Arbitrary<readonly Step[]> {
  const any = fc.oneof(...WEIGHTED.map(([weight, arbitrary]) => ({ weight, arbitrary })));
  return fc.array(any, { minLength: Math.ceil(most / 3), maxLength: most, size: "max" });
}
