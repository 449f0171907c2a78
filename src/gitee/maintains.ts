import { numberOf, type Account } from "../account.ts";
import type { Client } from "./client.ts";
import { within, type RepositoryPath } from "./path.ts";
import { Collaborators, Permission } from "./schema.ts";

/**
 * Whether Gitee lets the account administer the repository. Gitee asks for a login: with one from a comment
 * that was just read it is one call, and its answer must be about the same number; otherwise the list is read.
 */
export async function readMaintains(
  client: Client,
  path: RepositoryPath,
  account: Account,
  login: string | null,
): Promise<boolean> {
  const number = numberOf(account);
  if (login !== null) {
    const target = within(path, "collaborators", login, "permission");
    const found = await client.find("an account's permission", target, Permission);
    if (found?.id === number) return found.permission === "admin";
  }
  const asked = "the repository's members";
  for await (const page of client.pages(asked, within(path, "collaborators"), Collaborators)) {
    const found = page.find(({ id }) => id === number);
    if (found !== undefined) return found.permissions?.admin === true;
  }
  return false;
}

/** What Gitee calls the rights that include reading; of any other word it is not known what it lets one do. */
const READERS: ReadonlySet<string> = new Set(["admin", "push", "write", "pull", "read"]);

/** Whether Gitee lets the account into the repository, asked in the same two ways. */
export async function readMayRead(
  client: Client,
  path: RepositoryPath,
  account: Account,
  login: string | null,
): Promise<boolean> {
  const number = numberOf(account);
  if (login !== null) {
    const target = within(path, "collaborators", login, "permission");
    const found = await client.find("an account's permission", target, Permission);
    if (found?.id === number) return READERS.has(found.permission);
  }
  const asked = "the repository's members";
  for await (const page of client.pages(asked, within(path, "collaborators"), Collaborators))
    if (page.some(({ id }) => id === number)) return true;
  return false;
}
