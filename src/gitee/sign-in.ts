/**
 * Signing in with a Gitee account: OAuth 2 with a client secret. Gitee documents no PKCE and no way to revoke a
 * token; `state` binds the answer to the browser, and the token is used once and forgotten.
 */
import {
  allowInsecureRequests,
  authorizationCodeGrantRequest,
  AuthorizationResponseError,
  ClientSecretPost,
  generateRandomState,
  nopkce,
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

export interface GiteeSignInOptions {
  /** The server, e.g. `https://gitee.com`. */
  readonly webUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** The only part of `GET /user` that is read; there are a name and an address in it, too. */
const User = z.object({ id: z.int().positive(), login: z.string().nullish() });
const TIMEOUT = 15_000;

export function giteeSignIn({ webUrl, clientId, clientSecret }: GiteeSignInOptions): SignIn {
  const server = {
    issuer: webUrl,
    authorization_endpoint: `${webUrl}/oauth/authorize`,
    token_endpoint: `${webUrl}/oauth/token`,
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
      new URL(`${webUrl}/api/v5/user`),
      new Headers({ accept: "application/json" }),
      null,
      options(),
    );
    const user = User.safeParse(await response.json());
    if (!response.ok || !user.success)
      throw new Failure("host-answer", "Gitee did not say whose the sign-in is");
    return { account: accountOf("gitee", user.data.id), login: user.data.login ?? null };
  }

  return {
    begin: async (redirectUri) => {
      const state = generateRandomState();
      const url = new URL(server.authorization_endpoint);
      url.search = new URLSearchParams({
        response_type: "code",
        client_id: clientId,
        redirect_uri: redirectUri,
        scope: "user_info",
        state,
      }).toString();
      return { url, state, verifier: "" };
    },
    finish: async (callback, { state, redirectUri }) => {
      try {
        const parameters = validateAuthResponse(server, client, callback, state);
        const response = await authorizationCodeGrantRequest(
          server,
          client,
          ClientSecretPost(clientSecret),
          parameters,
          redirectUri,
          nopkce,
          options(),
        );
        const { access_token: token } = await processAuthorizationCodeResponse(server, client, response);
        return await whose(token);
      } catch (error) {
        throw explain(error);
      }
    },
  };
}

/** No cause is kept: the library's has the answer, and in it the code or the token. */
function explain(error: unknown): unknown {
  if (error instanceof AuthorizationResponseError || error instanceof ResponseBodyError)
    return new Failure("refused", "Gitee did not confirm the sign-in");
  if (error instanceof OperationProcessingError)
    return new Failure("refused", "what came back is not the answer to this sign-in");
  if (error instanceof TypeError || error instanceof SyntaxError || error instanceof DOMException)
    return new Failure("host-unreachable", "Gitee did not answer the sign-in");
  return error;
}
