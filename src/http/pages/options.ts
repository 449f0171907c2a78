import type { Logger } from "pino";
import type { HostName } from "../../account.ts";
import type { Agreements, Instance, PageHost, PullViews, Rights, Rosters } from "../../ports/pages.ts";
import type { Retention } from "../../records/retention.ts";
import type { Sessions } from "../../records/session.ts";

/** What the pages need. */
export interface PagesOptions {
  readonly instance: Instance;
  /** The public URL of this site, without a slash at the end. */
  readonly publicUrl: string;
  /** The hosts that are on. */
  readonly hosts: ReadonlyMap<HostName, PageHost>;
  readonly agreements: Agreements;
  readonly pulls: PullViews;
  readonly rights: Rights;
  readonly rosters: Rosters;
  readonly sessions: Sessions;
  /** How long records are kept. */
  readonly retention: Retention;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly log: Logger;
  /** How long a reading of a pull request is shown to everybody who asks, in milliseconds; ten seconds if omitted. */
  readonly freshMs?: number;
}
