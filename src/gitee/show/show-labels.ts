import type { Report } from "../../ports/host.ts";
import type { Labels } from "../../verdict/policy.ts";
import type { Client } from "../traffic/client.ts";
import { badAnswer, Refusal } from "../traffic/failure.ts";
import { within, type RepositoryPath } from "../read/path.ts";
import { Label, LabelList } from "../read/schema.ts";

/** The colors of a label that the repository does not have yet: green and red. */
const COLORS = { signed: "2da44e", unsigned: "cf222e" } as const;

/** Gitee's answers when it can't add a label that the repository does not have. */
const REFUSALS = [400, 404, 422];

/**
 * Leaves exactly one of the two labels: removes the wrong ones, then adds the right one, each by its own call, so that
 * a label that somebody else adds meanwhile stays. Anything uncertain counts as unsigned.
 * @param there the pull request's labels when it was read
 * @param former the bot's labels from a time when the policy named others
 * @param labels null: the policy wants none
 * @returns the number of writes, and the labels that the pull request has now
 */
export async function ensureLabels(
  client: Client,
  path: RepositoryPath,
  number: number,
  there: readonly string[],
  former: readonly string[],
  labels: Labels | null,
  state: Report["state"],
): Promise<{ writes: number; labels: readonly string[] }> {
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
    await addLabel(client, path, number, labels[right], right);
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
  path: RepositoryPath,
  number: number,
  name: string,
  kind: keyof Labels,
): Promise<void> {
  const asked = "a label on the pull request";
  const target = within(path, "pulls", number, "labels");
  // A bare array, contrary to Gitee's description: its clients send it this way.
  const first = await client.send(asked, "POST", target, [name], LabelList, REFUSALS);
  if (first?.some((label) => label.name === name) === true) return;
  await createLabel(client, path, name, kind);
  const second = await client.write(asked, "POST", target, [name], LabelList);
  if (!second.some((label) => label.name === name))
    throw badAnswer(asked, "the label that was put on is not among those it answers");
}

/** Creates the label in the repository; an existing one is fine. */
export async function createLabel(
  client: Client,
  path: RepositoryPath,
  name: string,
  kind: keyof Labels,
): Promise<void> {
  const color = COLORS[kind];
  const asked = "a new label in the repository";
  const target = within(path, "labels");
  if ((await client.send(asked, "POST", target, { name, color }, Label, REFUSALS)) !== null) return;
  for await (const page of client.pages("the repository's labels", target, LabelList))
    if (page.some((label) => label.name === name)) return;
  throw new Refusal(
    422,
    "host-refused",
    "Gitee refused to create a label: its name must have 2 to 20 characters; choose another under labels in .gitee/cla.yml",
  );
}
