/** The pages to which a person may return after signing in. */
const KNOWN =
  /^\/(?:pulls\/[^/]+\/[^/]+\/[^/]+\/[0-9]+|sign\/[^/]+|account|account\/receipt\/[^/]+|entities(?:\/[^/]+)?|privacy)$/;

/**
 * The page to open after signing in: a known page of this site, or the account page. Anything that could lead to
 * another site (another origin, `//host`, a backslash, a control character) is rejected.
 */
export function safeReturn(asked: string | undefined): string {
  if (asked === undefined || !asked.startsWith("/") || /[\\\p{Cc}]/u.test(asked)) return "/account";
  // A base that nobody can guess shows whether the path stayed on it.
  const base = "https://this-site.invalid";
  const url = URL.parse(asked, base);
  if (url === null || url.origin !== base || !KNOWN.test(url.pathname)) return "/account";
  // The fragment leads to the signing box of a long text.
  return url.pathname + url.search + (/^#[\w-]+$/.test(url.hash) ? url.hash : "");
}
