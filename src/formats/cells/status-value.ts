import { isStatusColumn } from "../columns/status-column.ts";

/** The maximum length of a status, in characters. */
const LONGEST = 48;

/** Values that mark a signature as not counting, in a column of any name. */
const ENDED: ReadonlySet<string> = new Set(
  (
    "revoked,withdrawn,cancelled,canceled,terminated,expired,inactive,invalid,invalidated,void,voided,rejected,declined," +
    "denied,deleted,removed,suspended,blocked,banned,disabled,deactivated,retired,superseded,obsolete,unsigned," +
    "not signed,did not sign,has not signed,not yet signed,no cla,no signature,disagree,i disagree,i do not agree," +
    "opted out,refused,resigned,retired,offboarded,pending,unapproved,not approved,rescinded,retracted,annulled,lapsed,ended,archived," +
    "widerrufen,ungültig,abgelaufen,gekündigt,gelöscht,révoqué,révoquée,expiré,expirée,résilié,revocado,revocada," +
    "caducado,anulado,revogado,revogada,expirado,revocato,scaduto,annullato,отозвано,отозвана,аннулировано,истек," +
    "撤销,已撤销,撤回,已撤回,撤銷,已撤銷,失效,已失效,无效,無效,过期,已过期,過期,作废,已作废,注销,已注销,终止,已终止,未签署,未通过," +
    "已拒绝,拒绝,取消,已取消,删除,已删除,离职,已离职,停用,已停用,待审核,不同意,未签,未签订,已退会,退会,脱退,退出,已退出,取消済み,無効,失効,撤回済み,退職,철회,철회됨,무효,만료,취소"
  ).split(","),
);
/** `revoked on 2024-01-31`, `已撤销（2024-01-31）` */
const DATE_AFTER = /[\s:,(（]+(?:(?:on|at|since|am|le|el) )?\d[^\p{L}]*$/u;

const ENDED_WORDS: ReadonlySet<string> = new Set([
  ...ENDED,
  "former",
  "formerly",
  "left",
  "gone",
  "quit",
  "resigned",
]);
const ENDED_EAST_ASIAN =
  /撤|失效|无效|無效|無効|过期|過期|作废|作廢|注销|註銷|终止|終止|离职|離職|退出|退職|取消|删除|刪除|철회|무효|만료|취소/;

/** Whether a remark may say that the value next to it does not count. */
export function tellsOfEnd(remark: string): boolean {
  const words = remark.toLowerCase().split(/[^\p{L}\p{N}]+/u);
  return words.some((word) => ENDED_WORDS.has(word)) || ENDED_EAST_ASIAN.test(remark);
}

/**
 * Whether an unread value may say that its row does not count: one of those words, or an object with such a key.
 * @param value from CSV or JSON, nested no deeper than the readers allow
 */
export function mayEnd(value: unknown): boolean {
  if (typeof value === "string") {
    if (value.length === 0 || value.length > LONGEST) return false;
    const text = value.trim().toLowerCase();
    return ENDED.has(text) || ENDED.has(text.replace(DATE_AFTER, ""));
  }
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value)) return value.some(mayEnd);
  return Object.entries(value).some(([key, member]) => isStatusColumn(key) || mayEnd(member));
}
