import { z } from "zod";
import { FIELDS, type Cells, type Field } from "./columns.ts";

/** What an entry of another tool's file comes to. */
export type Entry =
  | { readonly kind: "row"; readonly fields: Readonly<Partial<Record<Field, string>>> }
  /** It is about nobody's signature, for the reason. */
  | { readonly kind: "left-out"; readonly reason: string };

/** Another tool, by the entries of its JSON files. All of them know GitHub only. */
export interface Peer {
  readonly name: string;
  /** Whether its entries never have a number. */
  readonly loginsOnly: boolean;
  readonly recognises: (item: unknown) => boolean;
  /** Null: the entry is not of the tool's shape. */
  readonly read: (item: unknown) => Entry | null;
  /** The keys that are read. */
  readonly keys: readonly string[];
}

/** The names under which the tools keep their lists. */
export const LISTS = ["signedContributors", "signatures", "list", "contributors"] as const;

/** Whether an object keeps a list under a name. */
export function isList(value: object, name: string): boolean {
  return Array.isArray(Object.getOwnPropertyDescriptor(value, name)?.value);
}

const text = z.union([z.string(), z.number().transform(String)]).nullish();
const flag = z.boolean().nullish();
/** As MongoDB's exporter writes a date, or as JSON has it. */
const date = z.union([z.string(), z.object({ $date: z.string() }).transform(({ $date }) => $date)]).nullish();

function peer<Schema extends z.ZodObject>(
  name: string,
  marks: readonly string[],
  schema: Schema,
  read: (entry: z.infer<Schema>) => Entry,
): Peer {
  return {
    name,
    loginsOnly: false,
    recognises: (item) =>
      typeof item === "object" && item !== null && marks.some((mark) => Object.hasOwn(item, mark)),
    read: (item) => {
      const entry = schema.safeParse(item);
      return entry.success ? read(entry.data) : null;
    },
    keys: Object.keys(schema.shape),
  };
}

type Field_ = Readonly<Partial<Record<Field, string | null | undefined>>>;

function row(fields: Field_): Entry {
  const said = Object.entries(fields).filter(([, value]) => value !== null && value !== undefined);
  return { kind: "row", fields: Object.fromEntries(said) };
}

/** `{"signedContributors": [{"name", "id", "comment_id", "created_at", "repoId", "pullRequestNo"}]}` */
const claAssistantLite = peer(
  "CLA Assistant Lite",
  ["pullRequestNo", "comment_id"],
  z.object({ id: text, created_at: date }),
  ({ id, created_at }) => row({ github_id: id ?? "", signed_at: created_at }),
);

/** `[{"user", "userId", "gist_url", "gist_version", "created_at", "revoked_at", …}]` */
const claAssistant = peer(
  "CLA Assistant",
  ["gist_version", "gist_url"],
  z.object({
    user: text,
    userId: text,
    gist_version: text,
    created_at: date,
    signed_at: date,
    revoked_at: date,
  }),
  (entry) =>
    typeof entry.revoked_at === "string"
      ? { kind: "left-out", reason: "revoked" }
      : row({
          github_id: entry.userId,
          github_login: entry.user,
          peer_version: entry.gist_version,
          signed_at: entry.created_at ?? entry.signed_at,
        }),
);

/** EasyCLA's signature records: `{"signatures": [{"signatureID", "userGHID", "signatureApproved", …}]}` */
const easyCla = peer(
  "EasyCLA",
  ["signatureID", "userGHID"],
  z.object({
    claType: text,
    signatureType: text,
    signatureReferenceType: text,
    signatureSigned: flag,
    signatureApproved: flag,
    userGHID: text,
    userGHUsername: text,
    companyName: text,
    signedOn: text,
    signatureCreated: text,
    signatureMajorVersion: text,
    signatureMinorVersion: text,
  }),
  (entry) => {
    if (
      entry.claType === "ccla" ||
      entry.signatureType === "ccla" ||
      entry.signatureReferenceType === "company"
    )
      return { kind: "left-out", reason: "a company's own agreement" };
    if (entry.signatureSigned === false) return { kind: "left-out", reason: "not signed" };
    if (entry.signatureApproved === false) return { kind: "left-out", reason: "not approved" };
    if (!entry.userGHID && !entry.userGHUsername) return { kind: "left-out", reason: "no GitHub account" };
    return row({
      github_id: entry.userGHID,
      github_login: entry.userGHUsername,
      entity: entityOf(entry.companyName ?? ""),
      peer_version: versionOf(entry.signatureMajorVersion, entry.signatureMinorVersion),
      signed_at: entry.signedOn || entry.signatureCreated,
    });
  },
);

/** EasyCLA's lists of contributors: `{"list": [{"github_username" or "github_id", "signed_on" or "timestamp"}]}` */
const easyClaList = peer(
  "EasyCLA",
  ["github_username", "linux_foundation_id"],
  z.object({
    github_username: text,
    github_id: text,
    signed_on: text,
    timestamp: text,
    signature_signed: flag,
    signature_approved: flag,
  }),
  (entry) => {
    if (entry.signature_signed === false) return { kind: "left-out", reason: "not signed" };
    if (entry.signature_approved === false) return { kind: "left-out", reason: "not approved" };
    // What it calls an id is a login.
    const login = entry.github_username || entry.github_id;
    if (!login) return { kind: "left-out", reason: "no GitHub account" };
    return row({ github_login: login, signed_at: entry.signed_on || entry.timestamp });
  },
);

/** finos cla-bot: a list of logins, by itself or as `contributors` in its `.clabot` file. */
const claBot: Peer = {
  name: "cla-bot",
  loginsOnly: true,
  recognises: (item) => typeof item === "string",
  read: (item) => (typeof item === "string" ? row({ github_login: item }) : null),
  keys: [],
};

const PEERS = [claAssistantLite, claAssistant, easyCla, { ...easyClaList, loginsOnly: true }, claBot];

/** The tool that wrote a file, by its first entry; null: none that is known. */
export function peerOf(item: unknown): Peer | null {
  return PEERS.find(({ recognises }) => recognises(item)) ?? null;
}

/** Lays a row's fields out in the order of `FIELDS`. */
export function cellsOf(fields: Readonly<Partial<Record<Field, string>>>): Cells {
  return FIELDS.map((field) => fields[field]);
}

function versionOf(major: string | null | undefined, minor: string | null | undefined): string | null {
  return major ? `${major}.${minor || "0"}` : null;
}

/** An employer's id from its name, e.g. `example-corp` from "Example Corp."; null for no name. */
function entityOf(name: string): string | null {
  const id = name
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .replace(/^-+|-+$/g, "");
  return id === "" ? null : id;
}
