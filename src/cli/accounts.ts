import { isHostName, parseAccount, HOSTS, type Account, type HostName } from "../account.ts";
import { Failure, Problems, type Problem } from "../error.ts";
import type { Host } from "../ports/host.ts";

/** An account as a person types it. */
export type AccountArgument =
  | { readonly kind: "number"; readonly account: Account }
  | { readonly kind: "login"; readonly host: HostName; readonly login: string };

/** Reads `HOST:NUMBER` or `HOST:@login`; null for anything else. */
export function parseAccountArgument(text: string): AccountArgument | null {
  const account = parseAccount(text);
  if (account !== null) return { kind: "number", account };
  const [, host = "", login = ""] = /^([a-z]+):@([^\s@]+)$/.exec(text) ?? [];
  return isHostName(host) ? { kind: "login", host, login } : null;
}

/**
 * Turns typed accounts into numbers and looks logins up at their host. No message repeats a login.
 * @throws Failure `usage` for anything that is not an account; Problems `input` for logins that the host does not know
 */
export async function accountsOfArguments(
  texts: readonly string[],
  hosts: ReadonlyMap<HostName, Pick<Host, "accountsOf">>,
): Promise<readonly Account[]> {
  const read = texts.map(parseAccountArgument);
  const wrong = read.flatMap((argument, index) => (argument === null ? [index + 1] : []));
  if (wrong.length > 0)
    throw new Failure(
      "usage",
      `account ${wrong.join(", ")} is not of the form HOST:NUMBER or HOST:@login, HOST being ${HOSTS.join(" or ")}`,
    );
  const known = await lookUp(read, hosts);
  const problems: Problem[] = [];
  const accounts = read.flatMap((argument, index) => {
    if (argument === null) return [];
    if (argument.kind === "number") return [argument.account];
    const account = known.get(argument.host)?.get(argument.login);
    if (account !== undefined) return [account];
    const message = `account ${index + 1}: ${argument.host} has no account of this login`;
    problems.push({ file: null, line: null, field: null, message });
    return [];
  });
  if (problems.length > 0) throw new Problems("input", problems);
  return [...new Set(accounts)];
}

async function lookUp(
  read: readonly (AccountArgument | null)[],
  hosts: ReadonlyMap<HostName, Pick<Host, "accountsOf">>,
): Promise<ReadonlyMap<HostName, ReadonlyMap<string, Account>>> {
  const known = new Map<HostName, ReadonlyMap<string, Account>>();
  const logins = read.flatMap((argument) => (argument?.kind === "login" ? [argument] : []));
  for (const [name, some] of Map.groupBy(logins, ({ host }) => host))
    known.set(name, await hostNamed(name, hosts).accountsOf(some.map(({ login }) => login)));
  return known;
}

/** The host that looks logins up. @throws Failure `configuration` when it is not configured */
export function hostNamed<Directory>(name: HostName, hosts: ReadonlyMap<HostName, Directory>): Directory {
  const host = hosts.get(name);
  if (host !== undefined) return host;
  throw new Failure(
    "configuration",
    `${name} is not configured, so its logins can't be looked up: set its variables (countersign doctor says which), or give numbers`,
  );
}
