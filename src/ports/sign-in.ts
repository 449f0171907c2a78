/** Port: sign-in at a code host, only to learn an account's number. */
import type { Account } from "../account.ts";

/** Who signed in. The login is shown during the sign-in and never stored. */
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
   * Exchanges the callback's code for a token, asks once whose token it is, and discards it.
   * @param callback the query of the browser's callback request
   * @throws Failure `refused` if the person or the host declined, or the answer belongs to another sign-in;
   *   `host-unreachable` and `host-answer`
   */
  finish(
    callback: URLSearchParams,
    kept: { readonly state: string; readonly verifier: string; readonly redirectUri: string },
  ): Promise<SignedIn>;
}
