import { createHash, randomBytes } from "node:crypto";
import type { User } from "../state/user.ts";
import type { Tokens } from "./tokens.ts";

const TEN_MINUTES_MS = 600_000;

export interface Grant {
  user: User;
  /** null: none was given, so the application's own callback applies. */
  redirectUri: string | null;
  codeChallenge: string | null;
  scopes: string[];
}

/** GitHub's web sign-in: codes that are valid once, for ten minutes, for the client that requested them. */
export class SignIns {
  readonly clientId: string;
  readonly clientSecret: string;
  /** The callback registered for the application; null: any is accepted. */
  readonly callbackUrl: string | null;
  readonly #tokens: Tokens;
  readonly #now: () => Date;
  readonly #codes = new Map<string, Grant & { expiresAt: number }>();

  constructor(options: {
    clientId: string;
    clientSecret: string;
    callbackUrl: string | null;
    tokens: Tokens;
    now: () => Date;
  }) {
    this.clientId = options.clientId;
    this.clientSecret = options.clientSecret;
    this.callbackUrl = options.callbackUrl;
    this.#tokens = options.tokens;
    this.#now = options.now;
  }

  /** As on GitHub: the registered callback's host and port, and its path or one below it. */
  mayReturnTo(uri: string): boolean {
    if (!URL.canParse(uri)) return false;
    if (this.callbackUrl === null) return true;
    const [given, registered] = [new URL(uri), new URL(this.callbackUrl)];
    return given.origin === registered.origin && given.pathname.startsWith(registered.pathname);
  }

  codeFor(grant: Grant): string {
    const code = randomBytes(10).toString("hex");
    this.#codes.set(code, { ...grant, expiresAt: this.#now().getTime() + TEN_MINUTES_MS });
    return code;
  }

  /** Exchanges a code for a token, or returns the reason as GitHub's error name. */
  exchange(
    fields: Record<string, string | undefined>,
  ): { token: string; scopes: string[] } | { error: string } {
    if (fields["client_id"] !== this.clientId || fields["client_secret"] !== this.clientSecret)
      return { error: "incorrect_client_credentials" };
    const code = fields["code"] ?? "";
    const grant = this.#codes.get(code);
    this.#codes.delete(code);
    if (!grant || grant.expiresAt <= this.#now().getTime()) return { error: "bad_verification_code" };
    const redirect = fields["redirect_uri"];
    if (redirect !== undefined && redirect !== (grant.redirectUri ?? this.callbackUrl))
      return { error: "redirect_uri_mismatch" };
    const challenge = createHash("sha256")
      .update(fields["code_verifier"] ?? "")
      .digest("base64url");
    if (grant.codeChallenge !== null && challenge !== grant.codeChallenge)
      return { error: "bad_verification_code" };
    return { token: this.#tokens.forUser(grant.user, grant.scopes), scopes: grant.scopes };
  }
}
