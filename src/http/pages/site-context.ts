import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { Account } from "../../account.ts";
import { csrfMatches, type BrowserSessions } from "./sign-in/browser-session.ts";
import type { Dress } from "./layout/dress.ts";
import { layout, type Page } from "./layout/layout.ts";
import type { PagesOptions } from "./options.ts";
import { PageError } from "./page-error.ts";
import type { RecentPulls } from "./pull/recent-pulls.ts";
import type { Recent } from "./pull/recent.ts";
import { nameOf, type PagesEnv } from "./sign-in/visitor.ts";

type PageContext = Context<PagesEnv>;

/** What the routes of the pages share. */
export interface Site {
  readonly options: PagesOptions;
  readonly sessions: BrowserSessions;
  readonly pulls: RecentPulls;
  /** Logins, in memory only. */
  readonly logins: Recent<string | null>;
  /** How an account is named to the visitor. */
  name(context: PageContext, account: Account): Promise<string>;
  /** Whether the person restricted the use of their data, so that no signature of theirs counts. */
  restricted(account: Account): Promise<boolean>;
  /** Answers with a page. */
  show(context: PageContext, page: Page, status?: ContentfulStatusCode): Promise<Response>;
  /**
   * A form's fields, after the check that a page of the same session sent it.
   * @throws PageError `stale`
   */
  form(context: PageContext): Promise<{ readonly account: Account; readonly fields: Record<string, string> }>;
}

export function siteContext(
  options: PagesOptions,
  sessions: BrowserSessions,
  pulls: RecentPulls,
  logins: Recent<string | null>,
  dress: Dress,
): Site {
  const name: Site["name"] = (context, account) =>
    nameOf(account, options, logins, context.get("visitor").texts);
  return {
    options,
    sessions,
    pulls,
    logins,
    name,
    restricted: async (account) => (await options.rights.held(account)).restrictedSince !== null,
    async show(context, page, status = 200) {
      const visitor = context.get("visitor");
      const own = visitor.account === null ? null : await name(context, visitor.account);
      context.header("content-language", visitor.language);
      context.header("vary", "accept-language, cookie");
      return context.html(layout(visitor, page, { instance: options.instance, name: own, dress }), status);
    },
    async form(context) {
      const { session, account } = context.get("visitor");
      if (session === null || account === null) throw new PageError("stale");
      const fields: Record<string, string> = {};
      // No page of this site sends a form that can't be parsed, and one that is cut off has nobody who reads an answer.
      const body = await context.req.parseBody().catch(() => {
        throw new PageError("stale");
      });
      for (const [key, value] of Object.entries(body))
        if (typeof value === "string") fields[key] = value;
        else if (value instanceof File) fields[key] = await value.text();
      if (!csrfMatches(session, fields["csrf"])) throw new PageError("stale");
      return { account, fields };
    },
  };
}
