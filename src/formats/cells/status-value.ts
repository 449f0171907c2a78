import { keyOf } from "../columns/column-names.ts";
import { isStatusColumn } from "../columns/status-column.ts";

/** The maximum length of a note that is read, in characters; a longer text is an agreement or a message. */
const LONGEST = 400;

/** Values that mark a signature as not counting, in a column of any name. */
const ENDED: ReadonlySet<string> = new Set(
  withoutAccents(
    "revoke,revokes,withdraw,withdraws,withdrawal,cancel,cancellation,terminate,termination,expire,expires,expiry," +
      "reject,rejection,decline,delete,deletion,remove,removal,suspend,unsign,resignation,erase,erasure,erased," +
      "revoked,withdrawn,cancelled,canceled,terminated,expired,inactive,invalid,invalidated,void,voided,rejected,declined," +
      "denied,deleted,removed,suspended,blocked,banned,disabled,deactivated,retired,superseded,obsolete,unsigned," +
      "revocation,quit,dead,deceased,not signed,did not sign,not yet signed,never signed,no longer,has not signed,no cla,no signature,disagree,i disagree,i do not agree," +
      "withdrew,rescind,rescinds,nullify,nullified,former,formerly,missing,wrong,wrongly,mistake,mistaken,not on file,ex member,ex staff,ex contributor,left,leaver,fired,dismissed,departed,disputed,blacklisted,fraud,fraudulent,fake,forged,duplicate,undone,unverified,resign required," +
      "needs resign,re sign,sign again,do not accept,do not count,does not count,not accepted,not valid,not active,not current,ex employee," +
      "not,never,cannot,isn t,aren t,doesn t,didn t,hasn t,wasn t,won t,don t,incomplete,unsubscribe,unsubscribed,waiting,awaiting,waits,taken off,anymore,unemployed,on leave," +
      "ignore,unsure,tbd,nicht,kein,keine,strike,struck,opted out,refused,resigned,retired,offboarded,pending,unapproved,not approved,rescinded,retracted,annulled,lapsed,ended,archived," +
      "widerrufen,ungültig,abgelaufen,gekündigt,gelöscht,révoqué,révoquée,expiré,expirée,résilié,revocado,revocada," +
      "caducado,anulado,revogado,revogada,expirado,revocato,scaduto,annullato,отозвано,отозвана,отозван,отозвал,отозвала,отказался,отказалась,аннулировано,аннулирован,истек,истекло,уволен,уволена,недействительно,не действует," +
      "撤销,已撤销,撤回,已撤回,撤銷,已撤銷,失效,已失效,无效,無效,过期,已过期,過期,作废,已作废,注销,已注销,终止,已终止,未签署,未通过," +
      "已拒绝,拒绝,取消,已取消,删除,已删除,离职,已离职,停用,已停用,待审核,不同意,未签,未签订,已退会,退会,脱退,退出,已退出,取消済み,無効,失効,撤回済み,退職,철회,철회됨,무효,만료,취소",
  ).split(","),
);
/** The values of several words, and the words that all of these contain. */
const PHRASES = [...ENDED].filter((value) => /[ \p{P}]/u.test(value));
const IN_PHRASES = new Set(["no", "i", "opted", "resign", "sign", "ex", "не", "t", "taken", "on"]);
const ENDED_EAST_ASIAN =
  /撤|失效|无效|無效|無効|期限切|解约|解約|离任|離任|辞职|辭職|黑名单|黑名單|过期|過期|作废|作廢|废止|廢止|注销|註銷|终止|終止|离职|離職|退出|退会|脱退|退職|取消|删除|刪除|驳回|駁回|拒绝|拒絕|封禁|停用|未签|未簽|尚未|待签|待簽|没有签|未通过|待审|不同意|不算|不是|不再|不认|不認|不计|不計|不予|没有|沒有|并未|並未|还没|還沒|反悔|放弃|放棄|收回|剔除|移除|除名|停职|停職|暂停|暫停|退签|退簽|解签|解簽|철회|무효|만료|취소/;

const ANSWER =
  /^(y|n|t|f|x|on|off|nope|nah|yep|yes|no|true|false|wahr|falsch|vrai|faux|verdadero|verdadeiro|falso|vero|waar|onwaar|sant|falskt|sand|falsk|prawda|fa[łl]sz|pravda|nepravda|igaz|hamis|tosi|ep[äa]tosi|do[ğg]ru|yanl[ıi][şs]|истина|ложь|真|假|ja|nein|oui|non|s[ií]|sim|n[aã]o|nej|nei|tak|nie|igen|nem|kyllä|evet|hay[ıi]r|ya|tidak|có|không|да|нет|是|否|有|无|無|はい|いいえ|예|아니오|نعم|لا|(?:[✓✔✗✘✖☑☐☒✅❌❎⛔🚫👍👎🟢🔴√×]\uFE0F?))$/iu;
/** The names of numbers and counts; in any other column 0 or 1 can be an answer. */
const COUNTER =
  /count(er|s)?$|^num(ber)?|number$|^(total|sum|row|line|index|idx|nr|no|n|v|age|rank|level|score|points|priority|version|year|month|weight|size|amount|hours?|days?|lines|commits|pulls|prs?|issues?|merges|stars|followers|repos|repositories|contributions|comments|additions|changes|team|group|batch|page|order|sort)$|^(user|pull|pr|row|item|entry|record|comment|repo|repository|org|team|commit|issue|internal|file)?id$|(commits|pulls|requests|issues|contributions|comments|lines|repos|repositories)$|序号|编号|数$|數$/;
const DATE = /^(\d{4}([-/.]|年)\d{1,2}([-/.]|月)\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4})/;
const MONTH =
  "(?:jan(?:uary|uar|vier|eiro)?|ene(?:ro)?|j[aä]n(?:ner)?|feb(?:ruary|ruar|rero|braio)?|f[eé]v(?:rier|ereiro)?|mar(?:ch|s|zo|[cç]o)?|m(?:ä|ae)rz|mrt|apr(?:il|ile)?|avr(?:il)?|abr(?:il)?|may|mai|mei|maj|mayo|maio|maggio|jun[ei]?|junio|junho|juin|giugno|jul[iy]?|julio|julho|juil(?:let)?|luglio|aug(?:ust)?|ao[uû]t|ago(?:sto)?|sept?(?:ember|embre|iembre)?|set(?:tembre|embro)?|o[ck]t(?:ober|obre|ubre)?|out(?:ubro)?|nov(?:ember|embre|iembre|embro)?|de[cz](?:ember|embre|embro)?|d[eé]c(?:embre)?|dic(?:iembre|embre)?)";
/** A date with a month in letters, with or without a day: `5 Mar 2022`, `März 2022`. */
const WRITTEN_DATE = new RegExp(
  `^(?:\\d{1,2}(?:st|nd|rd|th|\\.)?[ -]?)?(?:de |of )?${MONTH}\\.?[ ,-]+(?:de )?(?:\\d{1,2}(?:st|nd|rd|th)?,? )?\\d{4}$`,
  "i",
);
const EIGHT_DIGITS = /^(19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])$/;
/** Names of columns whose eight digits are a number rather than a date. */
const NUMBERED = /(id|no|nr|num|number|code|phone|mobile|tel|qq|zip)$|号|號|码|電話|电话|手机/;
/** The names of dates that are known to be no end: these words with nothing else that has a meaning. */
const OTHER_DATE =
  /^((the|my|our|first|last|latest|initial|original|date|time|day|of|on|was|at|in|is|when|cla|icla|record|row|account|user|profile|form|file|entry|member|membership|employee|contributor|contributors|github|gitee|git|repo|repository|issue|pr|pull|item|list|data|db|event|company|work|job|contract|project|team|signature|agreement|email|mail|message|comment|activity)*(sign(ed|ing|ature)?|creat(ed|ion|e)?|updat(ed|e)?|modif(ied|ication|y)?|edit(ed)?|export(ed)?|import(ed)?|add(ed)?|regist(ered|ration|er)?|join(ed|ing)?|submit(ted)?|submission|birth(day|date)?|start(ed|ing)?|beg[iau]n(ning)?|from|open(ed)?|merge(d)?|sent|seen|commit(ted)?|pull(ed)?|since|hire(d)?|print(ed)?|generat(ed|ion)?|request(ed)?)(cla|date|time|day|at|on|by|stamp|utc|since)*)$|^(首次|最后|最近|上次|记录|用户|账号|帐号|项目|合同|协议|文档|数据)*(签署|签订|签约|签名|签字|签到|签|簽署|簽訂|簽名|创建|創建|建立|更新|修改|导出|導出|导入|提交|出生|开始|開始|入职|入職|注册|登録|登记|登記|加入|申请|录入|生成|打印)(人|于|的)*(日期|时间|日|时刻|時間|年月日|月份)?$|^生日$/;

/**
 * Whether an unread value of a table is an answer, or a date that may be an end, although the column's name does not
 * say so.
 * @param key the column's name in normalized form
 */
export function mayDecide(value: unknown, key: string): boolean {
  if (typeof value === "boolean") return true;
  if (typeof value === "object" && value !== null) return anyDecides(value, key);
  if (typeof value !== "string" && typeof value !== "number") return false;
  const text = String(value).trim();
  if (text.length === 0 || text.length > 40) return false;
  // A column without a name, such as a spreadsheet's row numbers.
  if (key === "") return !/^\d+$/.test(text);
  if (/^(0|-?1)$/.test(text)) return !COUNTER.test(key);
  return ANSWER.test(text) || (isDate(text, key) && !OTHER_DATE.test(key));
}

/** The same for what a JSON value contains. Extended JSON writes a date as an object with a key such as `$date`. */
function anyDecides(value: object, key: string): boolean {
  if (Array.isArray(value)) return value.some((item) => mayDecide(item, key));
  return Object.entries(value).some(([name, member]) =>
    mayDecide(member, name.startsWith("$") ? key : keyOf(name)),
  );
}

function isDate(text: string, key: string): boolean {
  if (DATE.test(text)) return true;
  if (!/\d{4}$/.test(text)) return false;
  return WRITTEN_DATE.test(text) || (EIGHT_DIGITS.test(text) && !NUMBERED.test(key) && !COUNTER.test(key));
}

/**
 * Whether an unread value may say that its row does not count: such a word in a short text, or an object with such a
 * key.
 * @param value from CSV or JSON, nested no deeper than the readers allow
 */
export function mayEnd(value: unknown): boolean {
  if (typeof value === "string") return tells(value) || STRUCK.test(value);
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value)) return value.some(mayEnd);
  return Object.entries(value).some(([key, member]) => isStatusColumn(key) || mayEnd(member));
}

/** A text that Markdown or HTML shows as struck out. */
const STRUCK = /~~.|<(?:s|del|strike)>/i;

/** The words of a note. `isRevoked` and `revoked2022` are two each; a digest is none. */
const WORD = /\p{Lu}?[\p{Ll}\p{M}]+|\p{Lu}+|\p{N}+|[\p{Lo}\p{Lm}\p{Lt}\p{M}]+/gu;
/** The same for plain text, which most cells are. */
const PLAIN_WORD = /[A-Z]?[a-z]+|[A-Z]+|[0-9]+/g;
const DIGEST = /^[0-9a-f-]{8,}$/i;

function tells(value: string): boolean {
  // A number or a date says nothing, and most cells are one.
  if (value.length === 0 || value.length > LONGEST || !/\p{L}{2}/u.test(value) || DIGEST.test(value))
    return false;
  const isPlain = !/[^\x20-\x7E]/.test(value);
  const words = (isPlain ? value.match(PLAIN_WORD) : withoutAccents(value).match(WORD)) ?? [];
  let begins = false;
  for (const [index, word] of words.entries()) {
    const lower = (words[index] = word.toLowerCase());
    if (ENDED.has(lower)) return true;
    begins ||= IN_PHRASES.has(lower);
  }
  if (begins) {
    const text = ` ${words.join(" ")} `;
    if (PHRASES.some((phrase) => text.includes(` ${phrase} `))) return true;
  }
  return !isPlain && /[\u3000-\uFFFF]/.test(value) && ENDED_EAST_ASIAN.test(value);
}

/** Latin letters without their accents, as people type them. */
function withoutAccents(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/([a-z])[\u0300-\u036F]+/gi, "$1")
    .normalize("NFC");
}
