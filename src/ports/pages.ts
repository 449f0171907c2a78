/** Ports: what the pages need to know and to have done. */
import type { Account, HostName } from "../account.ts";
import type { Agreement } from "../records/agreement.ts";
import type { EmployerRoster, EntityRequest } from "../records/entity.ts";
import type { Finding } from "../verdict/finding.ts";
import type { Capabilities } from "./host.ts";
import type { Pull } from "../pull.ts";
import type { SignIn } from "./sign-in.ts";
import type { Standing } from "../records/signature.ts";
import type { Erased, Held, PersonRequest } from "../records/subject.ts";

/** A language in which people are answered. */
export type Language = Capabilities["language"];

/** Who runs this bot, as `countersign.yml` says. */
export interface Instance {
  readonly name: string;
  readonly url: string | null;
  /** An email address or a URL for questions about personal data. */
  readonly contact: string | null;
  /** The controller's postal address; absent, like the fields below, if the configuration does not say. */
  readonly address?: Localized;
  /** The authority to which people can complain. */
  readonly authority?: Localized;
  /** On what the processing rests. */
  readonly legalBasis?: Localized;
  /** The file of a picture that stands beside the name. */
  readonly logo?: string;
  /** `#rrggbb`: the color of links and buttons. */
  readonly color?: string;
}

/** One text for everybody, or one in each language of the pages. */
export type Localized = string | Readonly<Record<Language, string>>;

/** A host that is on, as the pages name it. */
export interface PageHost {
  /** As people write it, e.g. `GitHub`. */
  readonly title: string;
  /** Where people add an email address to their account there. */
  readonly emailsUrl: string;
  /** Whether the host says which account a co-author is. */
  readonly resolvesCoauthors: boolean;
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
  /** BCP 47; null: the configuration does not say. */
  readonly language: string | null;
  /** SHA-256 of the file's bytes, in hex. */
  readonly digest: string;
}

export interface Agreements {
  readonly all: readonly Agreement[];
  /**
   * The document in force; null where it stands elsewhere.
   * @param language of the text, one of the agreement's; null: the binding text
   * @throws Failure `agreement-document`
   */
  documentOf(agreement: Agreement, language?: string | null): Promise<AgreementDocument | null>;
  /** The language of a recorded text by its digest; null: not known, or the configuration named none. */
  languageOf(agreement: string, digest: string): Promise<string | null>;
  /** How the account stands with the agreement now. */
  standing(account: Account, agreement: Agreement): Promise<Standing>;
  /**
   * Records a signature given on the page and has what it may change checked at once.
   * @param digest of the text that was read
   */
  sign(account: Account, agreement: Agreement, digest: string): Promise<void>;
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
  /**
   * Removes everything that is held about the account, its sessions included.
   * @returns what of it is left in the files
   */
  erase(account: Account): Promise<Erased["trace"]>;
}

/** Employers' rosters, in the hands of the accounts that manage them. */
export interface Rosters {
  /** Null when there is none of this id, its agreement ended, or the account does not manage it. */
  managedBy(manager: Account, entity: string): Promise<EmployerRoster | null>;
  /** Looks logins up at their host, many in a call. A login that the host does not know is not in the map. */
  lookUp(host: HostName, logins: readonly string[]): Promise<ReadonlyMap<string, Account>>;
  /** Puts accounts on the roster from now on, but those that were erased; which these are is told to nobody here. */
  add(entity: string, accounts: readonly Account[]): Promise<void>;
  remove(entity: string, account: Account): Promise<void>;
  /** Leaves a request for a roster, for the operator to accept. */
  request(request: Omit<EntityRequest, "at">): Promise<void>;
}
