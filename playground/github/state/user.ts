import { noreplyAddress } from "./addresses.ts";
import { nodeId } from "./node-id.ts";

export type UserType = "User" | "Bot" | "Organization" | "EnterpriseUserAccount" | "Mannequin";

export interface UserSpec {
  login: string;
  id?: number;
  type?: UserType;
  name?: string;
  /** Verified addresses. A commit with one of them is this user's, as far as GitHub's look-up goes. */
  emails?: string[];
  /** Long before anything is signed, where it is left out. */
  createdAt?: Date;
}

const PREFIXES = {
  User: "U",
  Bot: "BOT",
  Organization: "O",
  EnterpriseUserAccount: "EUA",
  Mannequin: "M",
} as const satisfies Record<UserType, string>;

const LONG_AGO = new Date("2012-03-04T05:06:07Z");

/** A person, a bot or an organization: whatever has a number and a login. */
export class User {
  readonly id: number;
  login: string;
  readonly type: UserType;
  readonly name: string | null;
  readonly emails: Set<string>;
  readonly createdAt: Date;
  /** An organization's members; empty for everybody else. */
  readonly members = new Map<User, "admin" | "member">();
  /** A deleted account's commits are linked to nobody and its pull requests belong to the ghost. */
  deleted = false;

  constructor(spec: UserSpec & { id: number }) {
    this.id = spec.id;
    this.login = spec.login;
    this.type = spec.type ?? "User";
    this.name = spec.name ?? null;
    this.emails = new Set((spec.emails ?? []).map((email) => email.toLowerCase()));
    this.createdAt = spec.createdAt ?? LONG_AGO;
  }

  get nodeId(): string {
    return nodeId(PREFIXES[this.type], this.id);
  }

  get noreply(): string {
    return noreplyAddress(this.id, this.login);
  }

  /** The address that this user's own commits carry. */
  get email(): string {
    return [...this.emails][0] ?? this.noreply;
  }

  addMember(user: User, role: "admin" | "member" = "member"): this {
    if (this.type !== "Organization") throw new Error(`${this.login} is not an organization`);
    this.members.set(user, role);
    return this;
  }

  removeMember(user: User): void {
    this.members.delete(user);
  }
}
