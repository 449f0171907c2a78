import { accountOf, isAccountNumber, type Account } from "../../account.ts";
import type { Person } from "../../pull.ts";
import type { Commit, User } from "./schema.ts";

/** The email address of Gitee's own commits: from a web edit, the merge button or a "light" pull request. */
const HOST_COMMITTER = "noreply@gitee.com";

/** Null if Gitee shows no account, or one without a number. */
export function accountOfUser(user: User | null | undefined): Account | null {
  const number = user?.id;
  return number !== undefined && isAccountNumber(number) ? accountOf("gitee", number) : null;
}

export function personOfUser(user: User): Person {
  return {
    account: accountOfUser(user),
    login: user.login ?? null,
    name: user.name ?? null,
    email: null,
    claimed: null,
  };
}

/** @param server the server's address, as for {@link privateAddress} */
export function authorOf(commit: Commit, server: string): Person {
  return personOf(commit.author, commit.commit.author, server);
}

/** Null for Gitee's own committer, which Gitee shows without an account. */
export function committerOf(commit: Commit, server: string): Person | null {
  const signature = commit.commit.committer ?? null;
  const linked = commit.committer ?? null;
  if (linked === null && (signature === null || signature.email === HOST_COMMITTER)) return null;
  return personOf(linked, signature, server);
}

/**
 * The people in `Co-authored-by:` lines anywhere in the message: a squash leaves such lines in the middle. Gitee links
 * none of them to an account, so each has at most a claim: a private address contains an account's number.
 */
export function coauthorsOf(message: string, server: string): readonly Person[] {
  const people = new Map<string, Person>();
  const lines = [...message.matchAll(/^[ \t]*co-authored-by:(.*)$/gim)].map(([, rest = ""]) => rest);
  // Somebody may name several people in one line: none of them may hide behind another.
  for (const part of lines.flatMap((line) => line.split(/(?<=>)\s*[,;，；、](?=[^<>]*<[^<>]*@)/))) {
    const { name, email } = namedIn(part);
    const claim = privateAddress(email, server);
    people.set(`${name}\n${email}`, {
      account: null,
      login: null,
      name: name === "" ? null : name,
      email: email === "" ? null : email,
      claimed: claim === null ? null : { account: claim.account, by: "number" },
    });
  }
  return [...people.values()];
}

/**
 * An address is never part of a name, which is shown to everybody: neither one without `<>`, nor one that is written
 * twice. Other text, such as a remark after the address, belongs to the name.
 */
function namedIn(line: string): { readonly name: string; readonly email: string } {
  const brackets = [...line.matchAll(/<([^<>]*)>/g)];
  const bracket = brackets.findLast(([, text = ""]) => text.includes("@")) ?? brackets.at(-1);
  const isLast = bracket !== undefined && line.trim().endsWith(bracket[0]);
  const found = bracket?.[1]?.includes("@") === true || isLast ? bracket : undefined;
  const start = found?.index ?? line.length;
  const rest = `${line.slice(0, start)} ${line.slice(start + (found?.[0].length ?? 0))}`;
  const words = rest.split(/\s+/).filter((word) => word !== "");
  const isAddress = (word: string): boolean => /[^@]@[^@]/.test(word);
  const name = words.filter((word) => !isAddress(word)).join(" ");
  const bare = withoutEnd(words.find(isAddress) ?? "", `)>"',;`).replace(/^[(<"']+/, "");
  return { name, email: (found?.[1] ?? bare).trim() };
}

/** In linear time, which an expression for the end of a text does not take. */
function withoutEnd(text: string, signs: string): string {
  let end = text.length;
  while (end > 0 && signs.includes(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}

/**
 * Reads `ID+login@user.noreply.gitee.com`, on a self-hosted server with its own name in place of `gitee.com`; null for
 * any other address. Another server's number may be somebody else's here.
 * @param server the server's address, e.g. `https://gitee.com`
 */
export function privateAddress(
  email: string,
  server: string,
): { readonly account: Account; readonly login: string } | null {
  const [, digits, login, domain] = /^([1-9]\d*)\+([^@\s]+)@user\.noreply\.([^@\s]+)$/i.exec(email) ?? [];
  if (login === undefined || domain?.toLowerCase() !== domainOf(server)) return null;
  if (!isAccountNumber(Number(digits))) return null;
  return { account: accountOf("gitee", Number(digits)), login };
}

/**
 * The domain of the server's own addresses. A server on this machine stands for gitee.com: it is a proxy, or the
 * playground's.
 */
export function domainOf(server: string): string {
  const { hostname } = new URL(server);
  const isHere = hostname === "localhost" || hostname === "[::1]" || /^127(?:\.\d+){3}$/.test(hostname);
  return isHere ? "gitee.com" : hostname.replace(/^www\./, "");
}

function personOf(
  user: User | null | undefined,
  signature: Commit["commit"]["author"],
  server: string,
): Person {
  const account = accountOfUser(user);
  const claim = account === null ? privateAddress(signature?.email ?? "", server) : null;
  return {
    account,
    login: user?.login ?? null,
    name: signature?.name ?? user?.name ?? null,
    email: signature?.email ?? null,
    claimed: claim === null ? null : { account: claim.account, by: "number" },
  };
}
