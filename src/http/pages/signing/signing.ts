import { HOSTS, type HostName } from "../../../account.ts";
import type { AgreementDocument } from "../../../ports/pages.ts";
import type { Agreement, AgreementText } from "../../../records/agreement.ts";
import { signPagePath, type PullPath } from "../pull/pull-path.ts";

/** An agreement that somebody reads to sign it. */
export interface Signing {
  readonly agreement: Agreement;
  readonly text: AgreementText;
  readonly document: AgreementDocument | null;
  /** The pull request from which the person came, and to which the page leads back. */
  readonly pull: PullPath | null;
}

/** The path of the receipt for the version in force. */
export function receiptPath(agreement: string): string {
  return `/account/receipt/${encodeURIComponent(agreement)}`;
}

/** The path of this text's page. */
export function pathTo({ agreement, text, pull }: Pick<Signing, "agreement" | "text" | "pull">): string {
  const path = signPagePath(agreement.id, pull);
  return agreement.texts === undefined || text.language === null
    ? path
    : withQuery(path, `text=${encodeURIComponent(text.language)}`);
}

export function withQuery(path: string, query: string): string {
  return `${path}${path.includes("?") ? "&" : "?"}${query}`;
}

/** The hosts whose repositories an agreement covers. */
export function hostsOf(agreement: Agreement): ReadonlySet<HostName> {
  return new Set(
    HOSTS.filter((host) => agreement.repositories.some((pattern) => pattern.startsWith(`${host}:`))),
  );
}
