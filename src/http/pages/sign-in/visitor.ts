import type { HttpBindings } from "@hono/node-server";
import type { Context } from "hono";
import { hostOf, numberOf, type Account } from "../../../account.ts";
import type { Language } from "../../../ports/pages.ts";
import { en, type Texts } from "../../../report/texts/en.ts";
import { pagesEn, type PagesTexts } from "../texts/en.ts";
import { pagesZhCN } from "../texts/zh-CN.ts";
import { zhCN } from "../../../report/texts/zh-CN.ts";
import type { BrowserSession, BrowserSessions } from "./browser-session.ts";
import { browserLanguage, chosenLanguage } from "../layout/language.ts";
import type { PagesOptions } from "../options.ts";
import type { Recent } from "../pull/recent.ts";

/** Who visits a page, in which language, and how its links are made. */
export interface Visitor {
  readonly language: Language;
  /** The sentences of the pages. */
  readonly texts: PagesTexts;
  /** The sentences that comments on the host have, too. */
  readonly words: Texts;
  /** Null: not signed in. */
  readonly account: Account | null;
  readonly session: BrowserSession | null;
  /** Path and query of this page, without the language. */
  readonly here: string;
  /** A path of this site in the chosen language. */
  readonly link: (path: string) => string;
  /** This page in another language. */
  readonly inLanguage: (language: Language) => string;
}

export interface PagesEnv {
  Bindings: HttpBindings;
  Variables: { visitor: Visitor };
}

const PAGES_TEXTS: Readonly<Record<Language, PagesTexts>> = { en: pagesEn, "zh-CN": pagesZhCN };
const WORDS: Readonly<Record<Language, Texts>> = { en, "zh-CN": zhCN };

/** A visitor of whom only the browser's request is known. */
export function strangerOf(context: Context): Visitor {
  const chosen = chosenLanguage(context);
  const language = chosen ?? browserLanguage(context);
  const url = new URL(context.req.url);
  url.searchParams.delete("lang");
  // Two slashes at the beginning of a path would turn a link within this site into a link to another site.
  const here = url.pathname.replace(/^\/+/, "/") + url.search;
  return {
    language,
    texts: PAGES_TEXTS[language],
    words: WORDS[language],
    account: null,
    session: null,
    here,
    link: (path) => (chosen === null ? path : withLanguage(path, chosen)),
    inLanguage: (other) => withLanguage(here, other),
  };
}

/**
 * What was just done, as the URL says. A link on another site could claim the same falsely; the browser says that such
 * a request comes from another site.
 */
export function doneHere(context: Context, key: string): string | undefined {
  const site = context.req.header("sec-fetch-site");
  return site === undefined || site === "same-origin" ? context.req.query(key) : undefined;
}

/** The same visitor with the browser's session. */
export async function visitorOf(
  stranger: Visitor,
  context: Context,
  sessions: BrowserSessions,
): Promise<Visitor> {
  const session = await sessions.current(context);
  return { ...stranger, session, account: session?.session.account ?? null };
}

function withLanguage(path: string, language: Language): string {
  const [page = "", fragment] = path.split("#", 2);
  const joined = `${page}${page.includes("?") ? "&" : "?"}lang=${language}`;
  return fragment === undefined ? joined : `${joined}#${fragment}`;
}

/** How an account is named to its reader: by its login now, or by its host and number. */
export async function nameOf(
  account: Account,
  { hosts, pulls }: Pick<PagesOptions, "hosts" | "pulls">,
  logins: Recent<string | null>,
  texts: PagesTexts,
): Promise<string> {
  const login = await logins.get(account, () => pulls.loginOf(account).catch(() => null));
  if (login !== null) return `@${login}`;
  const host = hostOf(account);
  return texts.site.numbered(hosts.get(host)?.title ?? host, numberOf(account));
}
