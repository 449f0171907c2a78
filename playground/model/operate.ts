/** What an operator does in a story: changes to what is recorded, by the bot's commands and its configuration. */
import { Broken } from "./broken.ts";
import { named, whom } from "./site.ts";
import type { Step } from "./steps.ts";
import type { Story } from "./story.ts";

type OperatorStep = Extract<
  Step,
  { do: "import" | "revoke" | "restrict" | "unrestrict" | "erase" | "version" }
>;

const DAY = 86_400_000;
const LONG_AGO = Date.UTC(2025, 2, 1);

/**
 * @returns what happened, in a sentence; null: there was nothing to do
 * @throws Broken
 */
export async function operate(story: Story, step: OperatorStep): Promise<string | null> {
  const { state, actor } = story;
  const { truth } = state;
  switch (step.do) {
    case "import":
      return importPeople(story, step);
    case "revoke": {
      const person = whom(step.person);
      const since = truth.revoked.get(person) ?? -Infinity;
      if (truth.restricted.has(person)) return null;
      await story.signaturesArrived();
      if (!truth.signatures.some((one) => one.person === person && one.at > since)) return null;
      await command(story, ["revoke", account(story, person), "--agreement", "icla"]);
      truth.revoked.set(person, actor.now());
      state.forget();
      await actor.moveClock(1_000);
      return `${named(person)}'s signatures are revoked`;
    }
    case "restrict":
    case "unrestrict": {
      const person = whom(step.person);
      if (truth.restricted.has(person) === (step.do === "restrict")) return null;
      await story.signaturesArrived();
      if (step.do === "unrestrict") truth.restricted.delete(person);
      state.collect();
      await command(story, ["subject", step.do, account(story, person)]);
      if (step.do === "restrict") truth.restricted.add(person);
      state.forget();
      return `${named(person)} is ${step.do}ed`;
    }
    case "erase": {
      const person = whom(step.person);
      if (truth.restricted.has(person)) return null;
      await story.signaturesArrived();
      await command(story, ["subject", "erase", account(story, person), "--yes"]);
      truth.signatures = truth.signatures.filter((one) => one.person !== person);
      truth.revoked.delete(person);
      truth.erased.add(person);
      state.forget();
      return `${named(person)} is erased`;
    }
    case "version": {
      await story.quiet();
      truth.version += 1;
      const at = actor.now();
      truth.graceUntil = at + step.graceDays * DAY;
      state.collect();
      await actor.raise(`${truth.version}.0`, at, step.graceDays);
      state.forget();
      return `version ${truth.version}.0 comes into force, with ${step.graceDays} days of grace`;
    }
  }
}

async function importPeople(story: Story, step: Extract<Step, { do: "import" }>): Promise<string | null> {
  const { site, state, actor } = story;
  const { truth } = state;
  const people = [...new Set(step.people.map(whom))].filter(
    (person) => !truth.restricted.has(person) && !truth.erased.has(person),
  );
  if (people.length === 0) return null;
  const at = step.fresh ? actor.now() : LONG_AGO;
  for (const person of people) truth.signatures.push({ person, version: truth.version, at });
  state.collect();
  const rows = people.map(
    (person) => `${site.host},${site.people[person]},icla,${truth.version}.0,${new Date(at).toISOString()}\n`,
  );
  await command(story, ["import"], `host,account_id,agreement,version,signed_at\n${rows.join("")}`);
  return `a list of earlier signatures is imported: ${people.map(named).join(", ")}`;
}

function account({ site }: Story, person: number): string {
  return `${site.host}:${site.people[person]}`;
}

async function command({ actor }: Story, args: readonly string[], file?: string): Promise<void> {
  const { code, stderr } = await actor.command(args, file);
  // A row from before a revocation is left out, and the command says so.
  if (code !== 0 && !stderr.startsWith("Every row was left out"))
    throw new Broken(`countersign ${args.join(" ")} ended with ${code}: ${stderr}`);
}
