import { numberOf, type Account } from "../../account.ts";
import type { Client } from "../traffic/client.ts";
import { within, type RepositoryPath } from "./path.ts";
import { Collaborators, Permission } from "./schema.ts";

/** Gitee's names for the permissions that include reading. The meaning of any other name is unknown. */
const READERS: ReadonlySet<string> = new Set(["admin", "push", "write", "pull", "read"]);

/** Whether Gitee lets the account administer the repository. */
export async function readMaintains(
  client: Client,
  path: RepositoryPath,
  account: Account,
  login: string | null,
): Promise<boolean> {
  const found = await rightsOf(client, path, account, login);
  return found !== null && found.admin;
}

/** Whether Gitee lets the account read the repository. */
export async function readMayRead(
  client: Client,
  path: RepositoryPath,
  account: Account,
  login: string | null,
): Promise<boolean> {
  const found = await rightsOf(client, path, account, login);
  return found !== null && found.reads;
}

/**
 * The account's own permission there; null: none. Gitee's call takes a login: a login from a comment that was just read
 * costs one call, whose answer must have the same number; otherwise the list is read.
 */
async function rightsOf(
  client: Client,
  path: RepositoryPath,
  account: Account,
  login: string | null,
): Promise<{ readonly admin: boolean; readonly reads: boolean } | null> {
  const number = numberOf(account);
  if (login !== null) {
    const target = within(path, "collaborators", login, "permission");
    const found = await client.find("an account's permission", target, Permission);
    if (found?.id === number)
      return { admin: found.permission === "admin", reads: READERS.has(found.permission) };
  }
  const asked = "the repository's members";
  for await (const page of client.pages(asked, within(path, "collaborators"), Collaborators)) {
    const found = page.find(({ id }) => id === number);
    if (found !== undefined) return { admin: found.permissions?.admin === true, reads: true };
  }
  return null;
}
