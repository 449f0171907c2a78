/** Port: signing in at a code host, in order to learn an account's number and nothing else. */
import type { Account } from "../account.ts";

/** Who signed in. The login is shown while the sign-in lasts and stored nowhere. */
export interface SignedIn {
  readonly account: Account;
  readonly login: string | null;
}

export interface SignIn {
  /**
   * Begins a sign-in.
   * @param redirectUri where the host sends the browser back
   * @returns where to send the browser, and what to keep for {@link finish}
   */
  begin(
    redirectUri: string,
  ): Promise<{ readonly url: URL; readonly state: string; readonly verifier: string }>;

  /**
   * Exchanges what came back for a token, asks once whose it is, and throws it away.
   * @param callback the query with which the browser came back
   * @throws Failure `refused` when the person or the host declined, or the answer is not of this sign-in;
   *   `host-unreachable` and `host-answer`
   */
  finish(
    callback: URLSearchParams,
    kept: { readonly state: string; readonly verifier: string; readonly redirectUri: string },
  ): Promise<SignedIn>;
}
