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
  const stands = (label: string): boolean | null =>
    pull.labels?.some((name) => name.toLowerCase() === label.toLowerCase()) ?? null;
  const issue = { ...target, issue_number: pull.number };
  let writes = 0;
  if (stands(wanted) !== true) {
    writes += await ensureLabel({ client, place, standing, report }, wanted, wanted === labels.signed);
    await client.rest(place.installation, "POST /repos/{owner}/{repo}/issues/{issue_number}/labels", {
      ...issue,
      labels: [wanted],
    });
    writes += 1;
  }
  if (stands(unwanted) !== false) {
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
  await client.rest(place.installation, "POST /repos/{owner}/{repo}/labels", {
    ...target,
    name,
    color: signed ? "0e8a16" : "d93f0b",
    description: signed
      ? "Everybody behind it has signed the CLA"
      : "Somebody behind it has yet to sign the CLA",
  });
  return 1;
}
