import { isHostName, type HostName } from "../../../account.ts";
import type { Pull } from "../../../pull.ts";

/** A pull request as a URL names it. */
export interface PullPath {
  readonly host: HostName;
  /** `owner/name` */
  readonly path: string;
  readonly number: number;
}

/** Whether a text can be a part of `owner/name` and can't make a URL lead to another page. */
export function isPathName(text: string): boolean {
  return /^[\w.-]+$/.test(text) && !/^\.+$/.test(text);
}

/** Reads `github:owner/name#7`, as the links to sign carry it; null for anything else. */
export function parsePullPath(text: string | undefined): PullPath | null {
  const match = /^([a-z]+):([\w.-]+\/[\w.-]+)#([1-9]\d{0,9})$/.exec(text ?? "");
  const [, host = "", path = "", number = ""] = match ?? [];
  return isHostName(host) && path.split("/").every(isPathName)
    ? { host, path, number: Number(number) }
    : null;
}

export function printPullPath({ host, path, number }: PullPath): string {
  return `${host}:${path}#${number}`;
}

/** The path of a pull request's page. */
export function pullPagePath({ host, path, number }: PullPath): string {
  return `/pulls/${host}/${path.split("/").map(encodeURIComponent).join("/")}/${number}`;
}

/** The path of the page on which an agreement is signed; the page leads back to the pull request. */
export function signPagePath(agreement: string, pull: PullPath | null): string {
  const query = pull === null ? "" : `?${new URLSearchParams({ pull: printPullPath(pull) }).toString()}`;
  return `/sign/${encodeURIComponent(agreement)}${query}`;
}

export function pathOf(pull: Pull): PullPath {
  return { host: pull.ref.host, path: pull.path, number: pull.ref.number };
}
