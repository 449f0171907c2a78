import { noreplyAddress } from "./addresses.ts";
import { nodeId } from "./node-id.ts";

export type UserType = "User" | "Bot" | "Organization" | "EnterpriseUserAccount" | "Mannequin";

export interface UserSpec {
  login: string;
  id?: number;
  type?: UserType;
  name?: string;
  /** Verified addresses. GitHub links a commit with one of them to this user. */
  emails?: string[];
  /** By default long before any signature. */
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

/** A person, a bot or an organization: everything with a number and a login. */
export class User {
  readonly id: number;
  login: string;
  readonly type: UserType;
  readonly name: string | null;
  readonly emails: Set<string>;
  readonly createdAt: Date;
  /** An organization's members; otherwise empty. */
  readonly members = new Map<User, "admin" | "member">();
  /** A deleted account's commits are not linked, and its pull requests belong to the ghost. */
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

  /** The address in this user's own commits. */
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
