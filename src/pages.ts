/** Ports: what the pages need to know and to have done. */
import type { Account, HostName } from "./account.ts";
import type { Agreement } from "./agreement.ts";
import type { Finding } from "./finding.ts";
import type { Capabilities } from "./host.ts";
import type { Pull } from "./pull.ts";
import type { SignIn } from "./sign-in.ts";
import type { Signature, Standing } from "./signature.ts";

/** A language in which people are answered. */
export type Language = Capabilities["language"];

/** Who runs this bot, as `countersign.yml` says. */
export interface Instance {
  readonly name: string;
  readonly url: string | null;
  /** An email address or a URL for questions about personal data. */
  readonly contact: string | null;
}

/** A host that is on, as the pages name it. */
export interface PageHost {
  /** As people write it, e.g. `GitHub`. */
  readonly title: string;
  /** Where people add an email address to their account there. */
  readonly emailsUrl: string;
  /** Null where no sign-in is configured. */
  readonly signIn: SignIn | null;
}

/** A pull request as it is now, judged afresh. */
export interface PullView {
  readonly pull: Pull;
  readonly finding: Finding;
}

export interface PullViews {
  /**
   * Reads a pull request from its host and judges it; writes nothing anywhere.
   * @throws Failure `not-found` also where no agreement covers the repository, so that nobody can have the bot
   *   read what is none of its business; `host-…`
   */
  view(host: HostName, path: string, number: number): Promise<PullView>;
  /**
   * Whether the host lets the account see the repository of a private pull request.
   * @param login the account's, where it is known
   */
  mayRead(account: Account, pull: Pull, login: string | null): Promise<boolean>;
  /** The account's login now, to show; null when the host does not tell. */
  loginOf(account: Account): Promise<string | null>;
}

export interface AgreementDocument {
  readonly markdown: string;
  /** SHA-256 of the file's bytes, in hex. */
  readonly digest: string;
}

export interface Agreements {
  readonly all: readonly Agreement[];
  /** The document in force; null where it stands elsewhere. @throws Failure `agreement-document` */
  documentOf(agreement: Agreement): Promise<AgreementDocument | null>;
  /** How the account stands with the agreement now. */
  standing(account: Account, agreement: Agreement): Promise<Standing>;
  /** Records a signature given on the page and has what it may change checked at once. */
  sign(account: Account, agreement: Agreement): Promise<void>;
}

/** A place on an employer's roster. */
export interface RosterPlace {
  readonly entity: string;
  readonly agreement: string;
  /** Milliseconds since the epoch; null: from or to no set time. */
  readonly from: number | null;
  readonly until: number | null;
}

/** What a person asked of the operator. */
export interface PersonRequest {
  readonly kind: "withdrawal" | "correction";
  readonly agreement: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** Everything that is held about an account. */
export interface Held {
  readonly account: Account;
  /** Revoked ones included. */
  readonly signatures: readonly Signature[];
  readonly places: readonly RosterPlace[];
  /** The ids of the employers whose roster the account manages. */
  readonly manages: readonly string[];
  readonly requests: readonly PersonRequest[];
  /** Since when the processing is restricted, in milliseconds since the epoch; null: it is not. */
  readonly restrictedSince: number | null;
}

/** A person's rights over what is held, exercised by the person. */
export interface Rights {
  held(account: Account): Promise<Held>;
  /** The account's own signatures no longer count under the agreement, from now on. */
  withdraw(account: Account, agreement: string): Promise<void>;
  /** Leaves a request for the operator; asking twice leaves one. */
  request(account: Account, request: Pick<PersonRequest, "kind" | "agreement">): Promise<void>;
  restrict(account: Account): Promise<void>;
  unrestrict(account: Account): Promise<void>;
  /** Removes everything that is held about the account, its sessions included. */
  erase(account: Account): Promise<void>;
}

export interface RosterMember {
  readonly account: Account;
  readonly from: number | null;
  readonly until: number | null;
}

export interface RosterChange {
  readonly kind: "added" | "removed";
  readonly at: number;
  readonly account: Account;
}

/** An employer whose corporate agreement covers a roster of accounts. */
export interface Entity {
  readonly id: string;
  readonly agreement: string;
  readonly version: string;
  readonly members: readonly RosterMember[];
  /** The latest first. */
  readonly changes: readonly RosterChange[];
}

export interface Rosters {
  /** Null when there is none of this id, or the account does not manage it. */
  managedBy(manager: Account, entity: string): Promise<Entity | null>;
  /** Looks the login up once at its host and keeps the number. */
  add(
    manager: Account,
    entity: string,
    host: HostName,
    login: string,
  ): Promise<"added" | "already" | "unknown">;
  remove(manager: Account, entity: string, account: Account): Promise<void>;
}
