/** The part of signing in that both hosts share: the code flow of OAuth 2, and one question: whose account is it? */
import {
  allowInsecureRequests,
  authorizationCodeGrantRequest,
  AuthorizationResponseError,
  calculatePKCECodeChallenge,
  ClientSecretPost,
  generateRandomCodeVerifier,
  generateRandomState,
  nopkce,
  OperationProcessingError,
  processAuthorizationCodeResponse,
  protectedResourceRequest,
  ResponseBodyError,
  UnsupportedOperationError,
  validateAuthResponse,
  WWWAuthenticateChallengeError,
} from "oauth4webapi";
import { z } from "zod";
import { accountOf, type HostName } from "../account.ts";
import { Failure } from "../error.ts";
import type { SignedIn, SignIn } from "../ports/sign-in.ts";

export interface OAuthHost {
  readonly name: HostName;
  /** As people write the host's name, for error messages. */
  readonly title: string;
  readonly issuer: string;
  readonly authorizeUrl: string;
  readonly tokenUrl: string;
  /** Tells whose a token is. */
  readonly userUrl: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Parameters of the authorize URL in addition to the client, the redirect and the state. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Whether the host takes a PKCE challenge (S256). */
  readonly pkce: boolean;
  /** Revokes a token that is no longer needed, if the host supports it. Never rejects. */
  readonly revoke: ((token: string) => Promise<void>) | null;
}

/** The only field of the user that is read; an answer can also hold a name and an address. */
const User = z.object({ id: z.int().positive(), login: z.string().nullish() });

/** Milliseconds until the bot stops waiting for a host during a sign-in. */
export const SIGN_IN_TIMEOUT = 15_000;

export function oauthSignIn(host: OAuthHost): SignIn {
  const { title, clientId, issuer } = host;
  const server = { issuer, authorization_endpoint: host.authorizeUrl, token_endpoint: host.tokenUrl };
  const client = { client_id: clientId };
  // A simulated server on the same machine speaks plain HTTP.
  const options = () => ({
    signal: AbortSignal.timeout(SIGN_IN_TIMEOUT),
    [allowInsecureRequests]: issuer.startsWith("http:"),
  });

  async function whose(token: string): Promise<SignedIn> {
    const headers = new Headers(host.headers);
    const url = new URL(host.userUrl);
    const response = await protectedResourceRequest(token, "GET", url, headers, null, options());
    const user = User.safeParse(await response.json());
    if (!response.ok || !user.success)
      throw new Failure("host-answer", `${title} did not return the account of the sign-in`);
    return { account: accountOf(host.name, user.data.id), login: user.data.login ?? null };
  }

  return {
    begin: async (redirectUri) => {
      const state = generateRandomState();
      const verifier = host.pkce ? generateRandomCodeVerifier() : "";
      const url = new URL(host.authorizeUrl);
      url.search = new URLSearchParams({
        ...host.parameters,
        client_id: clientId,
        redirect_uri: redirectUri,
        state,
        ...(host.pkce && {
          code_challenge: await calculatePKCECodeChallenge(verifier),
          code_challenge_method: "S256",
        }),
      }).toString();
      return { url, state, verifier };
    },
    finish: async (callback, { state, verifier, redirectUri }) => {
      // Each host has a callback of its own, so that no host can answer in another's name, whatever `iss` it states.
      const answered = new URLSearchParams(callback);
      answered.delete("iss");
      try {
        const response = await authorizationCodeGrantRequest(
          server,
          client,
          ClientSecretPost(host.clientSecret),
          validateAuthResponse(server, client, answered, state),
          redirectUri,
          host.pkce ? verifier : nopkce,
          options(),
        );
        const { access_token: token } = await processAuthorizationCodeResponse(server, client, response);
        try {
          return await whose(token);
        } finally {
          await host.revoke?.(token);
        }
      } catch (error) {
        throw explain(error, title);
      }
    },
  };
}

/** The error has no cause: the library's error contains the answer, and with it the code or the token. */
function explain(error: unknown, title: string): unknown {
  if (error instanceof AuthorizationResponseError || error instanceof ResponseBodyError)
    return new Failure("refused", `${title} did not confirm the sign-in`);
  if (error instanceof WWWAuthenticateChallengeError || error instanceof UnsupportedOperationError)
    return new Failure("host-answer", `${title} did not give a token that tells the account of the sign-in`);
  if (error instanceof OperationProcessingError)
    return new Failure("refused", "the answer does not belong to this sign-in");
  if (error instanceof TypeError || error instanceof SyntaxError || error instanceof DOMException)
    return new Failure("host-unreachable", `${title} did not answer the sign-in`);
  return error;
}
