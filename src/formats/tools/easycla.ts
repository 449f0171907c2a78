/**
 * EasyCLA (linuxfoundation/easycla), cla-backend-go: signature records (swagger/common/signature.yaml), individual
 * signatures (icla-signature.yaml) and the CSV of these (v2/signatures/converters.go, `iclaSigCsvHeader`; earlier
 * `GitHub ID,LF_ID,Name,Email,Date Signed,Approved,Signed`). All of them say whether a signature is approved and
 * signed. The CSV's "GitHub ID" is a login.
 */
import type { Company } from "../acknowledgments.ts";
import { first, keysOf, refused, said, type Entry, type Tool, type Values } from "./tool.ts";
import { isSigned, isUnapproved, lacksStatus, statusOf } from "./easycla-status.ts";
import { dateOf, NOT_UNDERSTOOD, textOf } from "./values.ts";

/**
 * Keys of EasyCLA whose names only look like a status: its record of an embargo notice does not affect the signature, and
 * the lists say whom a company approves.
 */
const NO_STATUS = [
  "signatureEmbargoAcked",
  "sigTypeSignedApprovedId",
  "emailApprovalList",
  "domainApprovalList",
  "githubUsernameApprovalList",
  "githubOrgApprovalList",
  "gitlabUsernameApprovalList",
  "gitlabOrgApprovalList",
  "signatureModified",
  "signatureReturnURL",
  "signatureSignURL",
  "signatureCallbackURL",
  "autoCreateECLA",
];

/** Keys of a record that say which company it is about. */
const COMPANY = [
  "companyName",
  "companyID",
  "signingEntityName",
  "signature_user_ccla_company_id",
  "signatureUserCompanyID",
];

/** Keys of a record that name the employer: `companyName`, `signature_user_ccla_company_id`, `signingEntityName`. */
const EMPLOYER = /company|employer|signingentity/;

/** Keys of EasyCLA that describe the person, the envelope or the record. Their dates are no ends. */
const HARMLESS = keysOf(
  "Name",
  "userDocusignName",
  "userDocusignDateSigned",
  "userDocusignRawXML",
  "signatoryName",
  "dateCreated",
  "dateModified",
  "date_created",
  "date_modified",
  "user_name",
  "user_email",
);

const VERSIONS = [
  "signatureDocumentMajorVersion",
  "signatureDocumentMinorVersion",
  "signatureMajorVersion",
  "signatureMinorVersion",
  "signature_version",
  "version",
];

/** The version of the document; `version` alone is the record's version, and then a person must say what it means. */
function versionOf(values: Values): string | typeof NOT_UNDERSTOOD {
  const major = textOf(first(values, "signaturedocumentmajorversion", "signaturemajorversion"));
  const minor = textOf(first(values, "signaturedocumentminorversion", "signatureminorversion"));
  const record = textOf(first(values, "signatureversion", "version"));
  if (major === NOT_UNDERSTOOD || minor === NOT_UNDERSTOOD || record === NOT_UNDERSTOOD)
    return NOT_UNDERSTOOD;
  const version = major === null ? (record ?? "") : `${major}.${minor ?? "0"}`;
  return /^[\w.-]{0,32}$/.test(version) ? version : NOT_UNDERSTOOD;
}

/** The company of a company's own record, or of an employee's; null: the record does not name it. */
function companyIn(values: Values, kind: "ccla" | "ecla"): Company | null | typeof NOT_UNDERSTOOD {
  const ids = ["companyid", "signatureusercclacompanyid", "signatureusercompanyid"];
  const names = ["companyname"];
  const id = textOf(first(values, ...(kind === "ccla" ? ["signaturereferenceid", ...ids] : ids)));
  const name = textOf(first(values, ...(kind === "ccla" ? [...names, "signaturereferencename"] : names)));
  const signingEntity = textOf(values.get("signingentityname"));
  if (id === NOT_UNDERSTOOD || name === NOT_UNDERSTOOD || signingEntity === NOT_UNDERSTOOD)
    return NOT_UNDERSTOOD;
  return id === null && name === null ? null : { id, name, signingEntity };
}

function signatureIn(values: Values, company?: Company | null): Entry {
  const number = textOf(values.get("userghid"));
  const login = textOf(first(values, "userghusername", "githubusername", "githubid"));
  const signedOn = dateOf(first(values, "signedon", "signeddate", "datesigned", "timestamp"));
  const created = dateOf(values.get("signaturecreated"));
  if (number === NOT_UNDERSTOOD) return refused("userGHID", "it is not a number");
  if (login === NOT_UNDERSTOOD) return refused("github_username", "it is not a login");
  if (signedOn === NOT_UNDERSTOOD) return refused("signedOn", "it is not a date");
  if (created === NOT_UNDERSTOOD) return refused("signatureCreated", "it is not a date");
  if (number === null && login === null) return { kind: "left-out", reason: "no GitHub account" };
  const fields = said({ github_id: number, github_login: login, signed_at: signedOn ?? created });
  return { kind: "row", said: fields, ...(company !== undefined && { company }) };
}

/**
 * A signature that EasyCLA invalidated or no longer approves: what an earlier import holds of it ends, too. When the
 * approval ended is not in the file, so what was signed up to this signature's own date ends. Null: it is none.
 * @param company of an employee's acknowledgment
 */
function invalidatedIn(values: Values, company?: Company | null): Entry | null {
  const at = dateOf(values.get("invalidatedat"));
  if ((at === null && !isUnapproved(values)) || !isSigned(values)) return null;
  if (at === NOT_UNDERSTOOD) return refused("invalidatedAt", "it is not a date");
  const entry = signatureIn(values);
  if (entry.kind !== "row") return entry;
  const revoked = { kind: "revoked" as const, said: entry.said, ...(company !== undefined && { company }) };
  if (at !== null) return { ...revoked, at, reason: "invalidated" };
  const { signed_at: signedOn } = entry.said;
  return signedOn === undefined ? null : { ...revoked, at: signedOn, reason: "not approved" };
}

/** When a company signed, for the order of its records; null: the file does not say. */
function companySignedOn(values: Values): string | null {
  const signedOn =
    dateOf(first(values, "signedon", "signeddate", "datesigned")) ?? dateOf(values.get("signaturecreated"));
  return signedOn === NOT_UNDERSTOOD ? null : signedOn;
}

function namesEmployer(values: Values): boolean {
  return [...values].some(([key, value]) => EMPLOYER.test(key) && textOf(value) !== null);
}

/** Whose signature a record is; null: it does not say, or its fields contradict each other. */
function kindOf(values: Values): "icla" | "ecla" | "ccla" | null {
  const type = textOf(values.get("clatype"));
  const own = textOf(values.get("signaturetype"));
  const reference = textOf(values.get("signaturereferencetype"));
  if (![null, "icla", "ecla", "ccla"].some((one) => one === type)) return null;
  if (![null, "cla", "icla", "ecla", "ccla"].some((one) => one === own)) return null;
  if (![null, "user", "company"].some((one) => one === reference)) return null;
  const kinds = new Set([type, own === "cla" ? null : own, reference === "company" ? "ccla" : null]);
  kinds.delete(null);
  const [kind] = kinds;
  if (kinds.size > 1 || (kind === "ccla" && reference === "user")) return null;
  // Stored records of employees and of individuals have the same type: only an employee's names the company.
  const employed = namesEmployer(values);
  if (kind === "icla" || (kind === undefined && reference === "user" && !employed))
    return employed ? null : "icla";
  if (kind === "ecla" || (kind === undefined && reference !== "company" && employed)) return "ecla";
  return kind === "ccla" ? "ccla" : null;
}

function readRecord(values: Values): Entry {
  const kind = kindOf(values);
  const company = companyIn(values, kind === "ccla" ? "ccla" : "ecla");
  const version = versionOf(values);
  if (version === NOT_UNDERSTOOD) return refused("signatureDocumentMajorVersion", "it is not a version");
  if (company === NOT_UNDERSTOOD) return refused("companyName", "it is not a name");
  const status = statusOf(values);
  if (kind === "ccla") {
    if (status?.kind === "refused") return status;
    if (company === null) return refused("companyName", "the record does not name the company");
    return {
      kind: "company",
      company,
      signed: isSigned(values),
      holds: status === null,
      at: companySignedOn(values),
      version,
    };
  }
  const invalidated =
    kind === "icla" ? invalidatedIn(values) : kind === "ecla" ? invalidatedIn(values, company) : null;
  if (invalidated !== null) return invalidated;
  if (status !== null) return status;
  if (kind === null)
    return refused(
      "claType",
      "the fields do not agree, or do not say, whether it is an individual's, an employee's or a company's signature",
    );
  if (kind === "icla") return withVersion(signatureIn(values), version);
  return withVersion(signatureIn(values, company), version);
}

function withVersion(entry: Entry, version: string): Entry {
  return entry.kind === "row" ? { ...entry, version } : entry;
}

/** `{"signatures": [{"signatureID", "claType", "signatureSigned", "signatureApproved", "userGHID", …}]}` */
export const easyClaRecords: Tool = {
  name: "EasyCLA",
  numbers: "userGHID",
  recognizes: (keys) =>
    keys.has("userghid") ||
    keys.has("userghusername") ||
    keys.has("clatype") ||
    keys.has("signaturereferencetype") ||
    // The list of individual signatures may name the version as well.
    (keys.has("signaturedocumentmajorversion") && !keys.has("githubusername")),
  lacks: lacksStatus,
  read: readRecord,
  versionIn: versionOf,
  reads: keysOf(
    "claType",
    "signatureReferenceType",
    "signatureReferenceID",
    "signatureReferenceName",
    "signatureType",
    ...COMPANY,
    "signatureApproved",
    "signatureSigned",
    "invalidatedAt",
    "userGHID",
    "userGHUsername",
    "signedOn",
    "signatureCreated",
    ...VERSIONS,
    ...NO_STATUS,
  ),
  harmless: HARMLESS,
  versionsAreDigests: false,
};

/** `{"list": [{"signature_id", "github_username", "signed_on", "signatureApproved", "signatureSigned", …}]}`, and CSV. */
export const easyClaIndividuals: Tool = {
  name: "EasyCLA",
  recognizes: (keys) =>
    (keys.has("lfid") && (keys.has("githubusername") || keys.has("githubid"))) ||
    (keys.has("githubusername") &&
      (keys.has("signatureid") || keys.has("lfusername") || keys.has("signaturesigned"))),
  lacks: lacksStatus,
  read: (values) => {
    const version = versionOf(values);
    if (version === NOT_UNDERSTOOD) return refused("version", "it is not a version");
    if (namesEmployer(values))
      return refused(
        "companyName",
        "the entry names an employer, so it may be no signature of the person's own: import the company's employees " +
          "from EasyCLA's signature records, or with --entity ID",
      );
    const entry = invalidatedIn(values) ?? statusOf(values) ?? signatureIn(values);
    return version === "" ? entry : withVersion(entry, version);
  },
  versionIn: versionOf,
  reads: keysOf(
    ...VERSIONS,
    "github_username",
    "GitHub ID",
    "signed_on",
    "Signed Date",
    "Date Signed",
    "Approved",
    "Signed",
    "signatureApproved",
    "signatureSigned",
    "invalidatedAt",
    "signatureCreated",
    "userDocusignDateSigned",
    ...NO_STATUS,
  ),
  harmless: HARMLESS,
  versionsAreDigests: false,
};

/**
 * Acknowledgments of one company's employees (corporate-contributor.yaml):
 * `{"list": [{"github_id", "linux_foundation_id", "signature_version", "timestamp", "signatureApproved", …}]}`.
 * The file does not name the company.
 */
export const easyClaEmployees: Tool = {
  name: "EasyCLA's list of a company's employees",
  recognizes: (keys) =>
    keys.has("githubid") &&
    (keys.has("linuxfoundationid") || keys.has("signatureversion") || keys.has("signaturesigned")) &&
    !keys.has("accountid"),
  lacks: lacksStatus,
  read: (values) => {
    const version = versionOf(values);
    if (version === NOT_UNDERSTOOD) return refused("signature_version", "it is not a version");
    return invalidatedIn(values, null) ?? statusOf(values) ?? withVersion(signatureIn(values, null), version);
  },
  versionIn: versionOf,
  reads: keysOf(
    "github_id",
    "timestamp",
    ...VERSIONS,
    "signatureApproved",
    "signatureSigned",
    "invalidatedAt",
    "invalidatedBy",
    "invalidationReason",
    "invalidationNote",
    "signatureCreated",
    "userDocusignDateSigned",
    ...NO_STATUS,
  ),
  harmless: HARMLESS,
  versionsAreDigests: false,
};

/** Companies' agreements (corporate-signature.yaml, `cclaSigCsvHeader`): they name no account. */
export const easyClaCompanies: Tool = {
  name: "EasyCLA's list of companies",
  recognizes: (keys) =>
    keys.has("companyname") &&
    (keys.has("domainapprovallist") ||
      keys.has("emailapprovallist") ||
      keys.has("githuborgapprovallist") ||
      keys.has("githubusernameapprovallist")),
  lacks: () => null,
  read: (values) => {
    const company = companyIn(values, "ccla");
    if (company === null || company === NOT_UNDERSTOOD) return refused("companyName", "it is not a name");
    const [signed, holds] = [isSigned(values), statusOf(values) === null];
    return { kind: "company", company, signed, holds, at: companySignedOn(values) };
  },
  reads: keysOf(
    ...COMPANY,
    "signatureApproved",
    "signatureSigned",
    "Approved",
    "Signed",
    "invalidatedAt",
    ...NO_STATUS,
  ),
  repeats: keysOf("Approved", "Signed"),
  harmless: HARMLESS,
  versionsAreDigests: false,
};
