import type { Capabilities } from "../ports/host.ts";
import type { ShownNotice } from "../ports/notices.ts";
import type { Texts } from "./texts/en.ts";

/** What the comment needs beside the finding. */
export interface CommentContext {
  readonly texts: Texts;
  readonly capabilities: Pick<Capabilities, "title" | "emailsUrl" | "ownDomain" | "resolvesCoauthors">;
  /** The pull request's page. */
  readonly detailsUrl: string;
  /** Where the agreement is read and signed. */
  readonly signUrl: string;
  /** Comments that did not do what their authors may have meant. */
  readonly notices: readonly ShownNotice[];
  /** The SHA-256 digest of each text of the agreement, by its language. */
  readonly digests?: ReadonlyMap<string, string>;
}
