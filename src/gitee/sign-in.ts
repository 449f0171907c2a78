import { oauthSignIn } from "../http/oauth-sign-in.ts";
import type { SignIn } from "../ports/sign-in.ts";

export interface GiteeSignInOptions {
  /** The server, e.g. `https://gitee.com`. */
  readonly webUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/**
 * Signing in with a Gitee account: OAuth 2 with a client secret. Gitee documents no PKCE and no way to revoke a token;
 * `state` binds the answer to the browser, and the token is used once and not stored.
 */
export function giteeSignIn({ webUrl, clientId, clientSecret }: GiteeSignInOptions): SignIn {
  return oauthSignIn({
    name: "gitee",
    title: "Gitee",
    issuer: webUrl,
    authorizeUrl: `${webUrl}/oauth/authorize`,
    tokenUrl: `${webUrl}/oauth/token`,
    userUrl: `${webUrl}/api/v5/user`,
    headers: { accept: "application/json" },
    clientId,
    clientSecret,
    parameters: { response_type: "code", scope: "user_info" },
    pkce: false,
    revoke: null,
  });
}
