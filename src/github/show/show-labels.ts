import { z } from "zod";
import { Failure } from "../../error.ts";
import type { Labels } from "../../verdict/policy.ts";
import { unlessGone } from "../read/schema.ts";
import type { Writing } from "../read/pull/standing.ts";

/**
 * Sets exactly one of the two labels, and creates it in the repository if it is missing.
 * @returns the number of writes
 */
export async function ensureLabels(
  { client, place, standing, report }: Writing,
  labels: Labels,
): Promise<number> {
  const { target, pull } = standing;
  const [wanted, unwanted] =
    report.state === "success" ? [labels.signed, labels.unsigned] : [labels.unsigned, labels.signed];
  const issue = { ...target, issue_number: pull.number };
  let writes = 0;
  let now: readonly string[] = [];
  if (has(pull.labels, wanted) !== true) {
    writes += await ensureLabel({ client, place, standing, report }, wanted, wanted === labels.signed);
    const added = await client.rest(
      place.installation,
      "POST /repos/{owner}/{repo}/issues/{issue_number}/labels",
      { ...issue, labels: [wanted] },
    );
    // The answer lists the labels as they are now; what was read before may lag behind.
    now = Added.safeParse(added).data?.map(({ name }) => name) ?? [];
    writes += 1;
  }
  if (has(pull.labels, unwanted) !== false || has(now, unwanted) === true) {
    await unlessGone(
      client.rest(place.installation, "DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels/{name}", {
        ...issue,
        name: unwanted,
      }),
    );
    writes += 1;
  }
  return writes;
}

/** https://docs.github.com/rest/issues/labels#add-labels-to-an-issue */
const Added = z.array(z.object({ name: z.string() }));

/** GitHub compares labels without case. Null: unknown. */
function has(labels: readonly string[] | null, wanted: string): boolean | null {
  return labels?.some((name) => name.toLowerCase() === wanted.toLowerCase()) ?? null;
}

/** Labels in creation, by server, repository and name: pull requests that need the same label create it once. */
const making = new Map<string, Promise<number>>();

/** GitHub would create a missing label itself, gray and without a description. */
async function ensureLabel(writing: Writing, name: string, signed: boolean): Promise<number> {
  const { client, place } = writing;
  const key = `${client.server.apiUrl} ${place.repository} ${name.toLowerCase()}`;
  const made = making.get(key);
  if (made !== undefined) {
    await made;
    return 0;
  }
  const own = makeLabel(writing, name, signed).finally(() => making.delete(key));
  making.set(key, own);
  return own;
}

async function makeLabel(
  { client, place, standing }: Writing,
  name: string,
  signed: boolean,
): Promise<number> {
  const { target } = standing;
  const known = await unlessGone(
    client.rest(place.installation, "GET /repos/{owner}/{repo}/labels/{name}", { ...target, name }),
  );
  if (known !== null) return 0;
  const label = {
    name,
    color: signed ? "0e8a16" : "d93f0b",
    description: signed
      ? "Everybody behind it has signed the CLA"
      : "Somebody behind it has yet to sign the CLA",
  };
  try {
    await client.rest(place.installation, "POST /repos/{owner}/{repo}/labels", { ...target, ...label });
    return 1;
  } catch (error) {
    // Somebody made it a moment ago, and GitHub did not show it yet. A name that GitHub refuses can't be added either.
    if (error instanceof Failure && error.code === "host-refused" && error.cause === 422) return 0;
    throw error;
  }
}
