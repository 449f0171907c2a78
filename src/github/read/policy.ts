/** The policy file that applies to a repository: its own, or its organization's. */
import { Failure } from "../../error.ts";
import type { Reading } from "../../ports/host.ts";
import { shortMemory, type ShortMemory } from "../../ports/short-memory.ts";
import type { GitHubClient } from "../traffic/client.ts";
import { isPolicyPath, MISNAMED_POLICY_PATH, POLICY_PATH } from "../traffic/marks.ts";
import { repositories } from "./find.ts";
import { ownerAndName, type Place } from "./repository.ts";
import * as schema from "./schema.ts";

type PolicyFile = Reading["policyFile"];

/** The repository whose files apply to all other repositories of its owner. */
export const SHARED = ".github";

/** How long an installation's list stays in memory, in milliseconds. */
const REMEMBERED = 600_000;
const MOST_REMEMBERED = 10_000;

/**
 * The policy file of the default branch, or else the organization's.
 * @throws Failure when GitHub did not say whether one exists
 */
export async function policyFileOf(
  client: GitHubClient,
  place: Place,
  repository: schema.Repository,
): Promise<PolicyFile> {
  const own = textAt(repository, "the repository");
  // Also beside the right name: somebody expects it to count.
  const wrong = misnamedIn(repository, "the repository");
  if (wrong !== null) return { path: wrong, text: "" };
  if (own !== null) return { path: POLICY_PATH, text: own };
  const shared = repository.owner.repository;
  if (await isWithout(client, place, shared)) return null;
  const organization = schema.existing(shared, "the organization's policy");
  const text = textAt(organization, "the organization");
  const { owner } = ownerAndName(repository.nameWithOwner);
  const folder = `${owner}/${SHARED}`;
  const wrongToo = misnamedIn(organization, "the organization");
  if (wrongToo !== null) return { path: `${folder}/${wrongToo}`, text: "" };
  return text === null ? null : { path: `${folder}/${POLICY_PATH}`, text };
}

/** The path of a policy file under a wrong name, such as `cla.yaml` or `CLA.yml`; null: no such file. */
function misnamedIn({ misnamed, folder }: schema.PolicyPlace, whose: string): string | null {
  if (schema.isUnanswered(misnamed))
    throw new Failure("host-answer", `GitHub did not say whether ${whose} has a policy file`);
  if (misnamed !== null && misnamed !== undefined) return MISNAMED_POLICY_PATH;
  const names = schema.told(schema.told(folder)?.entries)?.map(({ name }) => `${SHARED}/${name}`) ?? [];
  return names.find((path) => path !== POLICY_PATH && isPolicyPath(path)) ?? null;
}

/**
 * Whether the installation has no shared policy. Most organizations have no such repository, and GitHub says so. It may
 * refuse one that the installation does not include; then only the installation's own list can tell.
 */
async function isWithout(
  client: GitHubClient,
  { installation }: Place,
  shared: schema.Repository["owner"]["repository"],
): Promise<boolean> {
  if (!schema.isUnanswered(shared)) return false;
  if (shared.gone) return true;
  const refused =
    shared.unanswered.length === 1 &&
    shared.unanswered.every(
      ({ type, path }) => type === "FORBIDDEN" && path?.join(".") === "node.owner.repository",
    );
  return refused && !(await listsShared(client, installation));
}

const known = new WeakMap<GitHubClient, ShortMemory<Promise<boolean>>>();

/** Whether an installation's complete list of repositories contains the shared one. An installation has one owner. */
async function listsShared(client: GitHubClient, installation: number): Promise<boolean> {
  const memory =
    known.get(client) ??
    shortMemory<Promise<boolean>>({ lifeMs: REMEMBERED, most: MOST_REMEMBERED, now: client.now });
  known.set(client, memory);
  const key = String(installation);
  const before = memory.find(key);
  if (before !== undefined) return before;
  const lists = lookFor(client, installation);
  memory.keep(key, lists);
  // A failed request is not remembered.
  lists.catch(() => memory.forget(key));
  return lists;
}

async function lookFor(client: GitHubClient, installation: number): Promise<boolean> {
  let found = false;
  for await (const { path } of repositories(client, installation))
    found ||= ownerAndName(path).repo.toLowerCase() === SHARED;
  return found;
}

/**
 * The file's text; null if there is no file, which the file names in its folder confirm.
 * @throws Failure `host-answer` and others when GitHub did not say
 */
function textAt({ object, folder }: schema.PolicyPlace, whose: string): string | null {
  const unsaid = (): Failure =>
    new Failure("host-answer", `GitHub did not say whether ${whose} has a policy file`);
  if (schema.isUnanswered(object)) throw unsaid();
  if (object !== null) {
    const { text, isBinary, isTruncated } = object;
    if (schema.isUnanswered(text) || schema.isUnanswered(isBinary)) throw unsaid();
    // GitHub has a text for every file that is none of both.
    if (text === null && isBinary === false && isTruncated !== true) throw unsaid();
    // A file that GitHub does not show as text is not YAML; this character makes every parser refuse it.
    return typeof text === "string" && isTruncated !== true ? text : "\u0000";
  }
  if (folder === undefined || folder === null) return null;
  if (schema.isUnanswered(folder)) throw unsaid();
  // The entry with this name is not a folder.
  if (folder.entries === undefined) return null;
  const entries = schema.told(folder.entries);
  if (entries === null || entries.some(({ name }) => `${SHARED}/${name}` === POLICY_PATH)) throw unsaid();
  return null;
}
