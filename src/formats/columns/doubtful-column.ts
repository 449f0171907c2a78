/**
 * Unknown columns of a custom table that may matter: they may name the signed version or agreement, which then must not
 * be assumed, or their name is unreadable.
 */
import { ignoring, nameToShow, statusFault } from "./status-column.ts";
import { NAMES, type Field } from "./column-names.ts";

const VERSION =
  /version|revision|edition|^(the)?(signed|cla|icla|document|doc|text|agreement|contract|file|content|license)+(sha|sha1|sha256|hash|digest|checksum|commit|gist|release|rel|rev|ver|vers|v)$|版本|版次/;
const AGREEMENT =
  /^(signed|signature|signer|cla|document|agreement|contract|license|form)+(type|kind)$|^(signed|cla|document|agreement|contract|license)+(name|id|title)$|协议(名称|类型|种类|编号)|文件名称/;
/** The same in a table of one's own; another tool's file may have a field of such a name. */
const OWN_VERSION = /^gist|^(ver|vers|sha|sha1|sha256|hash|checksum)$/;
const OWN_AGREEMENT = /^(type|kind|category|类型|種類|种类)$/;
/** A replacement character, question marks instead of letters, control characters. */
const LOST = /\uFFFD|^\?+$|\p{Cc}/u;
/** Letters that look alike: `stаtus` with a Cyrillic `а`. */
const MIXED =
  /\p{Script=Latin}[\p{Script=Cyrillic}\p{Script=Greek}]|[\p{Script=Cyrillic}\p{Script=Greek}]\p{Script=Latin}/u;

/** Letters of a script in which no column's name is understood here. */
const UNREAD_SCRIPT =
  /(?!\p{Script=Latin}|\p{Script=Cyrillic}|\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}|\p{Script=Common}|\p{Script=Inherited})\p{L}/u;

/**
 * Why an unread column can't be ignored; null: it can.
 * @param name as in the file
 * @param key the name in the form of `keyOf`
 * @param found the fields that other columns contain
 */
export function doubtIn(name: string, key: string, found: ReadonlyMap<Field, number>): string | null {
  if (LOST.test(name.trim().replace(/\s/g, " ")) || MIXED.test(name))
    return (
      "letters of a column's name are lost or of several scripts, so that it may say that a signature does not count: " +
      "correct the name, or remove the column"
    );
  if (UNREAD_SCRIPT.test(name)) return statusFault(name);
  const isVersion = VERSION.test(key) || OWN_VERSION.test(key);
  const isAgreement = AGREEMENT.test(key) || OWN_AGREEMENT.test(key);
  const field = isVersion ? "version" : isAgreement ? "agreement" : null;
  if (field === null || found.has(field)) return null;
  const shown = nameToShow(name);
  return (
    `the column ${shown} may say which ${field} was signed, and nothing else does: call it ${field}, or say ` +
    `${ignoring(name)} if it does not matter`
  );
}

/** Whether a key that a tool's reader does not know may say which text was signed, or for whom. */
export function isDoubtfulKey(key: string): boolean {
  const field = Object.hasOwn(NAMES, key) ? NAMES[key] : undefined;
  return (
    VERSION.test(key) ||
    AGREEMENT.test(key) ||
    ["version", "agreement", "digest", "entity"].some((one) => one === field)
  );
}

/** Whether a key of a tool's entry is one of our own columns that say whose signature it is. */
export function saysWhose(key: string): boolean {
  const field = Object.hasOwn(NAMES, key) ? NAMES[key] : undefined;
  return ["host", "account_id", "github_id", "gitee_id"].some((one) => one === field);
}

/** Why such a key is refused. @param name as in the file */
export function whoseFault(name: string, tool: string): string {
  return (
    `${nameToShow(name)} may say whose signature it is, and a file of ${tool} says so in its own columns: remove it, or ` +
    `use ${ignoring(name)} if it does not matter`
  );
}

/** Whether a member next to the list may say which version of the text, or which agreement, all of it is about. */
export function saysForAll(key: string): "version" | "agreement" | null {
  const field = Object.hasOwn(NAMES, key) ? NAMES[key] : undefined;
  if (field === "version" || field === "digest" || VERSION.test(key)) return "version";
  return field === "agreement" || AGREEMENT.test(key) ? "agreement" : null;
}

/** Why a key of a tool's entry, or a member next to its list, is refused. @param name as in the file */
export function doubtfulKeyFault(name: string): string {
  const shown = nameToShow(name);
  return (
    `${shown} may say which text was signed, and how is not known here: split the file by it and import each part ` +
    `with --agreement-version or --agreement and ${ignoring(name)}`
  );
}
