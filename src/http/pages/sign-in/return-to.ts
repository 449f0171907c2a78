/** The pages on which somebody may go on after signing in. */
const KNOWN =
  /^\/(?:pulls\/[^/]+\/[^/]+\/[^/]+\/[0-9]+|sign\/[^/]+|account|account\/receipt\/[^/]+|entities(?:\/[^/]+)?|privacy)$/;

/**
 * Where to go on after signing in: a known page of this site, or the person's own. Whatever could lead anywhere
 * else (another origin, `//host`, a backslash, a control character) is not passed on.
 */
export function safeReturn(asked: string | undefined): string {
  if (asked === undefined || !asked.startsWith("/") || /[\\\p{Cc}]/u.test(asked)) return "/account";
  // Only a base that nobody can name shows that the path stayed where it was.
  const base = "https://this-site.invalid";
  const url = URL.parse(asked, base);
  if (url === null || url.origin !== base || !KNOWN.test(url.pathname)) return "/account";
  // The fragment leads to the signing box of a long text.
  return url.pathname + url.search + (/^#[\w-]+$/.test(url.hash) ? url.hash : "");
}
