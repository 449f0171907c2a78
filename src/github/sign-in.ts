import { oauthSignIn, SIGN_IN_TIMEOUT } from "../http/oauth-sign-in.ts";
import type { SignIn } from "../ports/sign-in.ts";

export interface GitHubSignInOptions {
  /** `https://github.com`, or the URL of the GitHub Enterprise Server. */
  readonly webUrl: string;
  /** The URL of its REST API, e.g. `https://api.github.com`. */
  readonly apiUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

const HEADERS = { accept: "application/vnd.github+json", "user-agent": "countersign" };

/**
 * Signing in with a GitHub account: OAuth 2 with a client secret and PKCE (S256, since July 2025). It requests no
 * scope: such a token reads public data and the number of its own account.
 */
export function githubSignIn(options: GitHubSignInOptions): SignIn {
  const { webUrl, apiUrl, clientId, clientSecret } = options;
  return oauthSignIn({
    name: "github",
    title: "GitHub",
    issuer: `${webUrl}/login/oauth`,
    authorizeUrl: `${webUrl}/login/oauth/authorize`,
    tokenUrl: `${webUrl}/login/oauth/access_token`,
    userUrl: `${apiUrl}/user`,
    headers: HEADERS,
    clientId,
    clientSecret,
    parameters: {},
    pkce: true,
    revoke: (token) => revoke(token, options),
  });
}

/** docs.github.com/rest/apps/oauth-applications#delete-an-app-token */
async function revoke(token: string, { apiUrl, clientId, clientSecret }: GitHubSignInOptions): Promise<void> {
  const basic = Buffer.from(`${clientId}:${clientSecret}`).toString("base64");
  try {
    await fetch(`${apiUrl}/applications/${encodeURIComponent(clientId)}/token`, {
      method: "DELETE",
      headers: { ...HEADERS, authorization: `Basic ${basic}`, "content-type": "application/json" },
      body: JSON.stringify({ access_token: token }),
      signal: AbortSignal.timeout(SIGN_IN_TIMEOUT),
    });
  } catch {
    // The bot keeps no copy of the token, and the person who just signed in can't fix this failure.
  }
}
