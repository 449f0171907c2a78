/**
 * app-cla-server (opensourceways/app-cla-server): it identifies people only by email address, which does not prove an
 * account. Its records: signing/infrastructure/repositoryimpl/{individual,employee,corp}_signing_do.go. What its API
 * lists: signing/app/employee_signing_dto.go (`id`, `name`, `date`, `email`, for employees `enabled`) and
 * corp_signing_dto.go. Its table of companies: `corpListToCSV` in signing/app/corp_signing.go.
 */
import { NAMES } from "../columns/column-names.ts";
import { refused, type Tool } from "./tool.ts";

const FAULT =
  "this looks like data of app-cla-server, which knows people by their email address alone, and that is no evidence " +
  "of an account: nothing of it can be imported; ask its signers to sign again, on the agreement's page or by comment. " +
  "If a column holds the accounts' numbers: --account-column NAME --host github, or gitee";

const LISTED: ReadonlySet<string> = new Set(["id", "name", "date", "email", "enabled"]);

/** A list from its API, with no key that names an account. */
function isListed(keys: ReadonlySet<string>): boolean {
  if (!["name", "date", "email"].every((key) => keys.has(key))) return false;
  if ([...keys].some((key) => Object.hasOwn(NAMES, key))) return false;
  return keys.has("enabled") || (keys.has("id") && [...keys].every((key) => LISTED.has(key)));
}

export const appClaServer: Tool = {
  name: "app-cla-server",
  recognizes: (keys) =>
    (keys.has("claid") && (keys.has("linkid") || keys.has("lang") || keys.has("domain"))) ||
    (keys.has("corporationname") &&
      (keys.has("clalanguage") || keys.has("adminemail") || keys.has("repemail"))) ||
    (keys.has("企业名称") && keys.has("cla语言")) ||
    isListed(keys),
  lacks: () => FAULT,
  read: () => refused(null, FAULT),
  reads: new Set(),
  harmless: null,
  versionsAreDigests: false,
};
