/**
 * Signing in with a GitHub account: OAuth 2 with a client secret and PKCE (S256, since July 2025). No scope is
 * asked for: without one a token reads what everybody may read, and the number of its own account.
 */
import {
  allowInsecureRequests,
  authorizationCodeGrantRequest,
  AuthorizationResponseError,
  calculatePKCECodeChallenge,
  ClientSecretPost,
  generateRandomCodeVerifier,
  generateRandomState,
  OperationProcessingError,
  processAuthorizationCodeResponse,
  protectedResourceRequest,
  ResponseBodyError,
  validateAuthResponse,
} from "oauth4webapi";
import { z } from "zod";
import { accountOf } from "../account.ts";
import { Failure } from "../error.ts";
import type { SignedIn, SignIn } from "../sign-in.ts";

export interface GitHubSignInOptions {
  /** `https://github.com`, or the GitHub Enterprise Server's. */
  readonly webUrl: string;
  /** Where its REST API is, e.g. `https://api.github.com`. */
  readonly apiUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** The only part of `GET /user` that is read. */
const User = z.object({ id: z.int().positive(), login: z.string().nullish() });
const TIMEOUT = 15_000;

export function githubSignIn({ webUrl, apiUrl, clientId, clientSecret }: GitHubSignInOptions): SignIn {
  const server = {
    issuer: `${webUrl}/login/oauth`,
    authorization_endpoint: `${webUrl}/login/oauth/authorize`,
    token_endpoint: `${webUrl}/login/oauth/access_token`,
  };
  const client = { client_id: clientId };
  // A simulated server on one's own machine speaks plain HTTP.
  const options = () => ({
    signal: AbortSignal.timeout(TIMEOUT),
    [allowInsecureRequests]: webUrl.startsWith("http:"),
  });

  async function whose(token: string): Promise<SignedIn> {
    const response = await protectedResourceRequest(
      token,
      "GET",
      new URL(`${apiUrl}/user`),
      new Headers({ accept: "application/vnd.github+json", "user-agent": "countersign" }),
      null,
      options(),
    );
    const user = User.safeParse(await response.json());
    if (!response.ok || !user.success)
      throw new Failure("host-answer", "GitHub did not say whose the sign-in is");
    return { account: accountOf("github", user.data.id), login: user.data.login ?? null };
  }

  /** docs.github.com/rest/apps/oauth-applications#delete-an-app-token */
  async function revoke(token: string): Promise<void> {
    const basic = Buffer.from(`${clientId}:${clientSecret}`).toString("base64");
    try {
      await fetch(`${apiUrl}/applications/${encodeURIComponent(clientId)}/token`, {
        method: "DELETE",
        headers: {
          accept: "application/vnd.github+json",
          authorization: `Basic ${basic}`,
          "content-type": "application/json",
          "user-agent": "countersign",
        },
        body: JSON.stringify({ access_token: token }),
        signal: AbortSignal.timeout(TIMEOUT),
      });
    } catch {
      // The token is forgotten here in any case, and whoever just signed in can't mend it.
    }
  }

  return {
    begin: async (redirectUri) => {
      const state = generateRandomState();
      const verifier = generateRandomCodeVerifier();
      const url = new URL(server.authorization_endpoint);
      url.search = new URLSearchParams({
        client_id: clientId,
        redirect_uri: redirectUri,
        state,
        code_challenge: await calculatePKCECodeChallenge(verifier),
        code_challenge_method: "S256",
      }).toString();
      return { url, state, verifier };
    },
    finish: async (callback, { state, verifier, redirectUri }) => {
      // Each host has a callback of its own, so none can answer in another's name, whatever `iss` it states.
      const answered = new URLSearchParams(callback);
      answered.delete("iss");
      try {
        const parameters = validateAuthResponse(server, client, answered, state);
        const response = await authorizationCodeGrantRequest(
          server,
          client,
          ClientSecretPost(clientSecret),
          parameters,
          redirectUri,
          verifier,
          options(),
        );
        const { access_token: token } = await processAuthorizationCodeResponse(server, client, response);
        try {
          return await whose(token);
        } finally {
          await revoke(token);
        }
      } catch (error) {
        throw explain(error);
      }
    },
  };
}

/** No cause is kept: the library's has the answer, and in it the code or the token. */
function explain(error: unknown): unknown {
  if (error instanceof AuthorizationResponseError || error instanceof ResponseBodyError)
    return new Failure("refused", "GitHub did not confirm the sign-in");
  if (error instanceof OperationProcessingError)
    return new Failure("refused", "what came back is not the answer to this sign-in");
  if (error instanceof TypeError || error instanceof SyntaxError || error instanceof DOMException)
    return new Failure("host-unreachable", "GitHub did not answer the sign-in");
  return error;
}
