import type { Report } from "../../ports/host.ts";
import type { ShortMemory } from "../../ports/short-memory.ts";
import type { Labels } from "../../verdict/policy.ts";
import type { Client } from "../traffic/client.ts";
import { badAnswer, Refusal } from "../traffic/failure.ts";
import { within, type RepositoryPath } from "../read/path.ts";
import { Label, LabelList } from "../read/schema.ts";

/** The colors of a label that the repository does not have yet: green and red. */
const COLORS = { signed: "2da44e", unsigned: "cf222e" } as const;

/** Gitee's answers when it can't add a label that the repository does not have. */
const REFUSALS = [400, 404, 422];

/** The labels that repositories lately had, by {@link labelKey}. */
export type RepositoryLabels = Pick<ShortMemory<true>, "find" | "keep" | "forget">;

export function labelKey(repository: number, name: string): string {
  return JSON.stringify([repository, name]);
}

/** A pull request's labels. */
interface Place {
  readonly path: RepositoryPath;
  /** The repository's number. */
  readonly repository: number;
  readonly number: number;
  /** Those of the pull request when it was read. */
  readonly there: readonly string[];
  /** The bot's labels from a time when the policy named others. */
  readonly former: readonly string[];
}

interface Created {
  readonly known: RepositoryLabels;
  /** How many calls are left for the labels; infinite if it does not matter. */
  readonly spare: number;
}

/**
 * Leaves exactly one of the two labels: removes the wrong ones, then adds the right one, each by its own call, so that
 * a label that somebody else adds meanwhile stays. Anything uncertain counts as unsigned.
 * @param labels null: the policy wants none
 * @returns the number of writes, and the labels that the pull request has now
 */
export async function ensureLabels(
  client: Client,
  place: Place,
  labels: Labels | null,
  state: Report["state"],
  created: Created,
): Promise<{ writes: number; labels: readonly string[] }> {
  const { path, number, there, former } = place;
  const right = state === "success" ? "signed" : "unsigned";
  const wrong = state === "success" ? "unsigned" : "signed";
  const off = there.filter((name) => name === labels?.[wrong] || former.includes(name));
  const left = there.filter((name) => !off.includes(name));
  const remove = async (): Promise<void> => {
    for (const name of off)
      await client.remove("the removal of a label", within(path, "pulls", number, "labels", name));
  };
  if (labels === null || left.includes(labels[right])) {
    await remove();
    return { writes: off.length, labels: left };
  }
  // "Signed" is added only to a pull request without "unsigned"; "unsigned" is added in any case.
  if (right === "signed") await remove();
  try {
    if (right === "unsigned") await remove();
  } finally {
    const spare = created.spare - off.length;
    await addLabel(client, place, labels[right], right, { ...created, spare });
  }
  return { writes: off.length + 1, labels: [...left, labels[right]] };
}

/** Reads a pull request's labels, for an answer that does not contain them. */
export async function listLabels(
  client: Client,
  path: RepositoryPath,
  number: number,
): Promise<readonly { name: string }[]> {
  const target = within(path, "pulls", number, "labels");
  const pages = await Array.fromAsync(client.pages("the pull request's labels", target, LabelList));
  return pages.flat();
}

async function addLabel(
  client: Client,
  { path, repository, number }: Place,
  name: string,
  kind: keyof Labels,
  { known, spare }: Created,
): Promise<void> {
  const asked = "a label on the pull request";
  const target = within(path, "pulls", number, "labels");
  const key = labelKey(repository, name);
  // Nothing shows that the repository has it, and the calls are too few for Gitee's refusal.
  if (known.find(key) === undefined && (spare === CALLS_OF_NEW || spare <= 0))
    await client.send(ASKED_FOR_NEW, "POST", within(path, "labels"), bodyOf(name, kind), Label, [
      ...REFUSALS,
      403,
    ]);
  // A bare array, contrary to Gitee's description: its clients send it this way.
  const first = await client.send(asked, "POST", target, [name], LabelList, REFUSALS);
  if (first?.some((label) => label.name === name) !== true) {
    known.forget(key);
    await createLabel(client, path, name, kind);
    const second = await client.write(asked, "POST", target, [name], LabelList);
    if (!second.some((label) => label.name === name))
      throw badAnswer(asked, "the label that was put on is not among those it answers");
  }
  known.keep(key, true);
}

/** To create a label in the repository and to add it; one more if Gitee refused to add it before. */
const CALLS_OF_NEW = 2;
const ASKED_FOR_NEW = "a new label in the repository";

function bodyOf(name: string, kind: keyof Labels): { readonly name: string; readonly color: string } {
  return { name, color: COLORS[kind] };
}

/** Creates the label in the repository; an existing one is fine. */
export async function createLabel(
  client: Client,
  path: RepositoryPath,
  name: string,
  kind: keyof Labels,
): Promise<void> {
  const target = within(path, "labels");
  const body = bodyOf(name, kind);
  if ((await client.send(ASKED_FOR_NEW, "POST", target, body, Label, REFUSALS)) !== null) return;
  for await (const page of client.pages("the repository's labels", target, LabelList))
    if (page.some((label) => label.name === name)) return;
  throw new Refusal(
    422,
    "host-refused",
    "Gitee refused to create a label: its name must have 2 to 20 characters; choose another under labels in .gitee/cla.yml",
  );
}
