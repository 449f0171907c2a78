/** Ports: the data and actions that the pages need. */
import type { Account, HostName } from "../account.ts";
import type { Agreement } from "../records/agreement.ts";
import type { EmployerRoster, EntityRequest } from "../records/entity.ts";
import type { Finding } from "../verdict/finding.ts";
import type { Capabilities } from "./host.ts";
import type { Pull } from "../pull.ts";
import type { ShownNotice } from "./notices.ts";
import type { SignIn } from "./sign-in.ts";
import type { Standing } from "../records/signature.ts";
import type { Erased, Held, PersonRequest } from "../records/subject.ts";

/** A language of the bot's answers. */
export type Language = Capabilities["language"];

/** Who runs this bot, from `countersign.yml`. */
export interface Instance {
  readonly name: string;
  readonly url: string | null;
  /** An email address or a URL for questions about personal data. */
  readonly contact: string | null;
  /** The controller's postal address; absent, like the fields below, if the configuration does not say. */
  readonly address?: Localized;
  /** The authority to which people can complain. */
  readonly authority?: Localized;
  /** The legal basis of the processing. */
  readonly legalBasis?: Localized;
  /** The image file that is shown beside the name. */
  readonly logo?: string;
  /** `#rrggbb`: the color of links and buttons. */
  readonly color?: string;
}

/** One text for all languages, or one text per language. */
export type Localized = string | Readonly<Record<Language, string>>;

/** An enabled host, as the pages show it. */
export interface PageHost {
  /** As people write it, e.g. `GitHub`. */
  readonly title: string;
  /** Where people add an email address to their account there. */
  readonly emailsUrl: string;
  /** The domain of the server's private addresses, e.g. `gitee.com`. */
  readonly ownDomain: string;
  /** Whether the host tells which account a co-author has. */
  readonly resolvesCoauthors: boolean;
  /** Null if sign-in is not configured. */
  readonly signIn: SignIn | null;
}

/** A pull request as it is now, with a new verdict. */
export interface PullView {
  readonly pull: Pull;
  readonly finding: Finding;
  /** Comments that did not do what their authors may have meant. */
  readonly notices: readonly ShownNotice[];
}

/** What is known of a pull request before it is read whole. */
export interface LongPull {
  readonly repository: number;
  /** Whether everybody may see it. */
  readonly isPublic: boolean;
}

export interface PullViews {
  /**
   * Reads a pull request from its host and judges it; writes nothing anywhere.
   * @throws Failure `not-found` also if no agreement covers the repository, so that nobody can use the bot to read
   *   other repositories; `host-…`
   * @param takesLong is called, before the pull request is read whole, if it has many commits
   */
  view(host: HostName, path: string, number: number, takesLong: (found: LongPull) => void): Promise<PullView>;
  /**
   * Whether the host lets the account see the repository of a private pull request.
   * @param login the account's login, if known
   */
  mayRead(account: Account, pull: Pick<Pull, "path">, login: string | null): Promise<boolean>;
  /** The account's current login, to show; null if the host does not tell it. */
  loginOf(account: Account): Promise<string | null>;
}

export interface AgreementDocument {
  readonly markdown: string;
  /** BCP 47; null: the configuration does not say. */
  readonly language: string | null;
  /** SHA-256 of the file's bytes, in hex. */
  readonly digest: string;
}

export interface Agreements {
  readonly all: readonly Agreement[];
  /**
   * The document in force; null if it is hosted elsewhere.
   * @param language of the text, one of the agreement's; null: the binding text
   * @throws Failure `agreement-document`
   */
  documentOf(agreement: Agreement, language?: string | null): Promise<AgreementDocument | null>;
  /** The language of a recorded text, by its digest; null: unknown, or not named in the configuration. */
  languageOf(agreement: string, digest: string): Promise<string | null>;
  /** The account's current coverage under the agreement. */
  standing(account: Account, agreement: Agreement): Promise<Standing>;
  /**
   * Records a signature from the page, and queues the checks that it may change.
   * @param digest the digest of the text that the person read
   */
  sign(account: Account, agreement: Agreement, digest: string): Promise<void>;
}

/** A person's rights over their stored data. */
export interface Rights {
  held(account: Account): Promise<Held>;
  /** Ends the account's own signatures under the agreement now. */
  withdraw(account: Account, agreement: string): Promise<void>;
  /** Leaves a request for the operator; asking twice leaves one. */
  request(account: Account, request: Pick<PersonRequest, "kind" | "agreement">): Promise<void>;
  restrict(account: Account): Promise<void>;
  unrestrict(account: Account): Promise<void>;
  /**
   * Deletes everything that is stored about the account, including its sessions.
   * @returns what remains in the files
   */
  erase(account: Account): Promise<Erased["trace"]>;
}

/** Employers' rosters, for the accounts that manage them. */
export interface Rosters {
  /** Null if the employer does not exist, its agreement ended, or the account does not manage it. */
  managedBy(manager: Account, entity: string): Promise<EmployerRoster | null>;
  /** Looks up logins at their host, many in a call. Unknown logins are not in the map. */
  lookUp(host: HostName, logins: readonly string[]): Promise<ReadonlyMap<string, Account>>;
  /** Adds accounts to the roster from now on. Erased accounts are skipped, and the result does not tell which. */
  add(entity: string, accounts: readonly Account[]): Promise<void>;
  remove(entity: string, account: Account): Promise<void>;
  /** Requests a roster, which the operator can accept. */
  request(request: Omit<EntityRequest, "at">): Promise<void>;
}
