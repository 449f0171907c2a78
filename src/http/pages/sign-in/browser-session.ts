/**
 * The one cookie: a random id that only the browser has. The database knows its hash, so that somebody who reads the
 * database can't take over a session. Each sign-in gets a new id, so that nobody can plant one beforehand.
 */
import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import type { Session, Sessions } from "../../../records/session.ts";
import { seal, unseal } from "./sealed.ts";

export interface BrowserSession {
  readonly session: Session;
  readonly hash: string;
  /** The token in every form of this session, which no other site can know. */
  readonly csrf: string;
}

export interface BrowserSessions {
  current(context: Context): Promise<BrowserSession | null>;
  /** Begins a session and replaces the browser's earlier one. */
  begin(context: Context, session: Session): Promise<void>;
  /** Ends the browser's session. @returns whether there still was one */
  end(context: Context): Promise<boolean>;
}

export function browserSessions(
  sessions: Sessions,
  options: { readonly publicUrl: string; readonly now: () => number },
): BrowserSessions {
  // Browsers accept a `__Host-` cookie only with `Secure`, so a plain-HTTP site on a local machine uses a plain name.
  const secure = options.publicUrl.startsWith("https:");
  const name = secure ? "__Host-countersign" : "countersign";
  const attributes = { path: "/", httpOnly: true, sameSite: "Lax", secure } as const;

  const hashIn = (context: Context): { id: string; hash: string } | null => {
    const id = getCookie(context, name);
    return id === undefined || !/^[\w-]{43}$/.test(id) ? null : { id, hash: hashOf(id) };
  };
  const end = async (context: Context): Promise<boolean> => {
    const known = hashIn(context);
    if (known === null) return false;
    deleteCookie(context, name, attributes);
    return sessions.end(known.hash);
  };
  return {
    async current(context) {
      const known = hashIn(context);
      if (known === null) return null;
      const session = await sessions.find(known.hash, options.now());
      if (session === null) return null;
      return { session: opened(known.id, session), hash: known.hash, csrf: csrfOf(known.id) };
    },
    async begin(context, session) {
      await end(context);
      const id = randomBytes(32).toString("base64url");
      await sessions.create(hashOf(id), closed(id, session));
      // If ending and starting a session each set a cookie, a browser might keep either.
      context.header("set-cookie", undefined);
      const maxAge = Math.ceil((session.expiresAt - options.now()) / 1000);
      setCookie(context, name, id, { ...attributes, maxAge });
    },
    end,
  };
}

/** In characters; the pages' own links are shorter. */
const LONGEST_RETURN = 500;

/** A session as the database keeps it. The page to return to is sealed, because it names owners and repositories. */
function closed(id: string, session: Session): Session {
  const { pending } = session;
  if (pending === null) return session;
  const returnTo = pending.returnTo.length > LONGEST_RETURN ? "/account" : pending.returnTo;
  return { ...session, pending: { ...pending, returnTo: seal(id, returnTo) } };
}

function opened(id: string, session: Session): Session {
  const { pending } = session;
  if (pending === null) return session;
  return { ...session, pending: { ...pending, returnTo: unseal(id, pending.returnTo) ?? "/account" } };
}

/** Whether a form's token is the session's. */
export function csrfMatches(session: BrowserSession, token: string | undefined): boolean {
  const given = Buffer.from(token ?? "");
  const expected = Buffer.from(session.csrf);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function hashOf(id: string): string {
  return createHash("sha256").update(id).digest("hex");
}

function csrfOf(id: string): string {
  return createHmac("sha256", id).update("form").digest("base64url");
}
