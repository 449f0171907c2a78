import { randomBytes, type KeyObject } from "node:crypto";
import type { App } from "../present/app.ts";
import type { Installation, Permissions, Repository } from "../state/model.ts";
import type { User } from "../state/user.ts";
import { refusalOfJwt } from "./jwt.ts";
import type { Principal } from "./principal.ts";

const HOUR_MS = 3_600_000;

interface Issued {
  principal: Principal;
  expiresAt: number;
}

/** The valid tokens, and the caller that each identifies. */
export class Tokens {
  readonly #issued = new Map<string, Issued>();
  readonly #app: App;
  readonly #key: KeyObject;
  readonly #now: () => Date;
  readonly #basic: string;

  constructor(app: App, clientSecret: string, key: KeyObject, now: () => Date) {
    this.#basic = Buffer.from(`${app.clientId}:${clientSecret}`).toString("base64");
    this.#app = app;
    this.#key = key;
    this.#now = now;
  }

  /** Creates a token of an installation for an hour, with some or all of its permissions and repositories. */
  forInstallation(
    installation: Installation,
    permissions: Permissions = installation.permissions,
    repositories: readonly Repository[] | null = null,
  ): { token: string; expiresAt: Date } {
    const token = `ghs_${randomBytes(27).toString("base64url").replaceAll(/[-_]/g, "0")}`;
    const expiresAt = this.#now().getTime() + HOUR_MS;
    const only = repositories && new Set(repositories.map(({ id }) => id));
    this.#issued.set(token, {
      principal: { kind: "installation", installation, permissions, only },
      expiresAt,
    });
    return { token, expiresAt: new Date(expiresAt) };
  }

  forUser(user: User, scopes: string[] = []): string {
    const token = `ghu_${randomBytes(27).toString("base64url").replaceAll(/[-_]/g, "0")}`;
    this.#issued.set(token, {
      principal: { kind: "user", user, scopes },
      expiresAt: this.#now().getTime() + 8 * HOUR_MS,
    });
    return token;
  }

  /** @returns false when there was no such token */
  revoke(token: string): boolean {
    return this.#issued.delete(token);
  }

  /** Makes every token expire now, as after an hour. */
  expireAll(): void {
    this.#issued.clear();
  }

  find(token: string): Principal | null {
    const issued = this.#issued.get(token);
    return issued && issued.expiresAt > this.#now().getTime() ? issued.principal : null;
  }

  /** The caller of an `Authorization` header; a text is the reason for a 401. */
  principalOf(authorization: string | undefined): Principal | string {
    if (!authorization) return { kind: "anonymous" };
    const [, scheme = "", credential = ""] = /^(bearer|token|basic)\s+(.+)$/i.exec(authorization) ?? [];
    if (scheme.toLowerCase() === "basic")
      return credential === this.#basic ? { kind: "client" } : "Bad credentials";
    if (credential.split(".").length === 3) {
      const issuers = [String(this.#app.id), this.#app.clientId];
      const refusal = refusalOfJwt(credential, this.#key, issuers, Math.floor(this.#now().getTime() / 1000));
      return refusal ?? { kind: "app" };
    }
    return this.find(credential) ?? "Bad credentials";
  }
}
