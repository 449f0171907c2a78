/**
 * Columns whose name says that they may decide whether a row counts: revoked, ended, expired, active, approved, valid
 * and the like, in the languages of common signature lists. The reader must not ignore such a column if it does not
 * know it. A name that is refused by mistake costs one `--ignore-column`.
 */
const STEMS =
  /revok|revoc|withdr|cancel|terminat|expir|valid|approv|reject|declin|denied|activ|disabl|enabl|delet|remov|suspend|blocked|banned|obsolete|supersed|void|pending|confirm|verif|accept|retract|rescind|annul|lapsed|stopped|closed|dissolv|optout|optedout|optedin|retire|archiv|resign|nullif|forfeit|outdat|deceas|erased|erasure|purged|trash|frozen|inforce|ineffect|effective|notafter|lifetime|blacklist|blocklist|dismiss|departed|departure|reinstat|replac|reverted|consent|unsign|disput|contested|lastday|status|whitelist|allowlist|denylist|exclud|waive|exempt|offboard|disagree|acknowledg|onfile|eligib|permitted|unsubscr|withheld|optin|fired|released|granted|recall|endat|enddate|endtime|endedat|termdate|termend|ceased|expdate|expat|exptime|expiry|notsigned|notyet|awaiting|outstanding|missing|standing|membership|separat|enforced|tombston|unverif|divest|relinquish|ousted|quitdate|exitdate|leavedate|goneon|leftcompany|rescis|discontin|authori[sz]|clearance|sunset|defunct|dormant|expell|debarr|embargo|sanction|renounc|repudiat|disavow|abrogat|nullity|reversal|reversed|rollback|detached|disconnect|lapse|renew|endof|effto|leaver|closingdate|overdue|duedate|deadline|probation|transferred|successor|succeededby|migratedto|mergedinto|requiresupdate|uptodate|contribute$|mergeable|oktomerge|reviewed|isdel|delflag/;
const EUROPEAN =
  /widerr|widerruf|gultig|aktiv|ablauf|kundig|losch|beendet|gesperrt|storniert|zuruckgezog|abgelehnt|genehmigt|revoqu|actif|resili|supprim|statut|valable|echeance|approuv|refus|perim|anul|vigen|vencim|vencid|caduc|estado|estatus|aprob|rechaz|eliminad|retirad|revog|ativo|situacao|aprovad|attiv|scad|ritirat|ausgetret|austritt|sperre|salida|uitgeschr|geldig|gultigkeit|beendig|entzogen|enddat|einddat|slutdat|sluttdat|fimdata|datafim|datafin|fechafin|datefin|koniec|wygas|niewazn|konecplat|platnost|opphor|opphør|utlop|utløp|upphor|avslut|ophæv|ophaev|paatt|peruutet|voimassa|durum|aktif|iptal|gecerli|onayl|feshe|trangthai|hieuluc|dahuy|dicabut|berlaku|batal|disetujui|allapot|ervenyes|visszavon|valabil|retras|galioja|kehtiv|ausgeschied|gepruft|erledigt|ergebnis|resultat/;
const CYRILLIC =
  /отозв|отзыв|статус|действ|актив|истек|истеч|аннул|удален|отмен|расторг|уволен|одобр|срок|подписан|соглас|выбыл|исключ|оконч/;
const EAST_ASIAN =
  /状态|狀態|状況|狀況|撤|失效|有效|有効|效力|生效|无效|無效|無効|失効|过期|過期|作废|作廢|注销|註銷|终止|終止|到期|期限|期满|审批|審批|审核|審核|通过|通過|拒绝|拒絕|却下|取消|取り消|解除|解约|解約|离职|離職|退職|退出|停用|启用|啟用|激活|活跃|中止|停止|删除|刪除|削除|截止|结束|結束|終了|是否|已签|已簽|吊销|冻结|拉黑|除名|承認|철회|상태|유효|무효|만료|취소|해지|종료|삭제|탈퇴|활성|승인|퇴사|해제|여부|동의|脱退|除籍|退会|署名済|未签|未簽|已退|签了|废止|廢止|封禁|禁用|驳回|駁回|待签|待簽|停签|停簽|黑名单|黑名單|与否|與否|解约|離任|离任|辞职|辭職|在职|在職|在册|尚未|批准|核准|签署结果|同意(?!.*(时间|日期))|状態|状况|可用|启停|启用|离退|止日|届满|屆滿|毁约|违约|弃权|弃用|归档|存续|履约|认证|認證|合格|审查|審查|结果|結果|情况|情況|进度|進度|效期|离开|最后工作日|标记|標記|标志|標誌|禁|黑|回收|反悔|拒签|待办|待处理|完成|核验|核實|核实|校验|有無|可否/;
/** Whether somebody signed, as a question: `CLA?`, `has_signed_cla`, `ICLA on file`, `signed y/n`. */
const ANSWERED =
  /^(is|has|have|the|paper|signed|my)*(i|c|e)?(cla|dco|contributorlicenseagreement)s?(yn|yesno|present|ok|done|received|exists|flag|ind|indicator|signed|signedyn|signedyesno)?$/;
/** Whether there is an agreement: `has_agreement`, `contract?`. */
const HELD =
  /^(has|have|is|got)+(an?|the|my|valid|their)*(agreement|contract|signature|paper|form|document)s?$/;
const SIGNED = /signed(the)?(i?cla|agreement|contract|document|form|yn|yesno|yorn|flag|ind|indicator)$/;
const WHOLE =
  /^(is|has|cla|icla|signature|account|review|member|contract|request|sig|sign|cla|icla|agreement|signatory|employment|employee|record|row|entry|user|signer|signing|workflow)*(status|state|until|to|todate|left|ok|good|signed|agree|agreed|current|old|open|stale|flag|counts|yn|yesno|verdict|answer|response|etat)(at|on|date)?$/;
/** Words that are too short to search for within others. */
const WORDS: ReadonlySet<string> = new Set(
  (
    "end ends ended ending until till thru left leave leaving exit exited quit gone former formerly ban dead stop finish " +
    "agree agrees agreed allowed spam duplicate stage phase progress resolution legacy " +
    "finished hold paused locked hidden draft undo undone trial ttl decision disposition outcome result alumni flagged " +
    "complete completed incomplete live latest dropped fraud fin bis ende zustand baja stato exp expires expiration expiry term termed ceased cease granted grant recalled unsigned not never event action op operation activity stare del rvk eol rip alive exists present absent check checked tick ticked marked cleared clear review decided strike struck quitter idle passive notice unlinked kicked barred quashed due remaining todo grace dup reason stand offen"
  ).split(" "),
);

/** The time of signing is not a status. */
const DATES = /^(signed(at|on|date)|datesigned|signedby|signeddate)$/;

/** @param name as in the file */
export function isStatusColumn(name: string): boolean {
  const words = wordsOf(name);
  const key = words.join("");
  if (DATES.test(key)) return false;
  return (
    [STEMS, EUROPEAN, CYRILLIC, EAST_ASIAN, WHOLE, ANSWERED, HELD, SIGNED].some((expression) =>
      expression.test(key),
    ) || words.some((word) => WORDS.has(word))
  );
}

/** The words of a name in lower case, `endDate` as two, and without accents. */
function wordsOf(name: string): readonly string[] {
  return name
    .normalize("NFKD")
    .replace(/([a-z])[\u0300-\u036F]+/gi, "$1")
    .normalize("NFC")
    .replaceAll("ё", "е")
    .replace(/([\p{Ll}\p{N}])(\p{Lu})/gu, "$1 $2")
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u);
}

/** Why a column that may decide is refused. @param name as in the file */
export function statusFault(name: string): string {
  const shown = nameToShow(name);
  return (
    `the column ${shown} may say that a signature does not count, and how is not known here: leave out the rows that ` +
    `do not count and remove the column, or use ${ignoring(name)} if it does not matter`
  );
}

/** Why a column is refused if a cell in it says that its row does not count. @param name as the file has it */
export function statusValueFault(name: string): string {
  const shown = nameToShow(name);
  return (
    `what the column ${shown} says here may mean that the signature does not count: leave out the rows that do not ` +
    `count and remove the column, or use ${ignoring(name)} if it does not matter`
  );
}

const HIDDEN = "(not shown)";

/** A column's name for a message; hidden if it may be personal data. */
export function nameToShow(name: string): string {
  const trimmed = name.trim();
  if (trimmed === "") return "(without a name)";
  return /^[\p{L}\p{M}\p{N} ._:()?/-]{1,64}$/u.test(trimmed) ? trimmed : HIDDEN;
}

/** The option that ignores a column. @param name as in the file */
export function ignoring(name: string): string {
  const shown = nameToShow(name);
  if (shown === HIDDEN) return "--ignore-column with its name";
  return `--ignore-column ${/^\S+$/.test(shown) ? shown : `"${name.trim()}"`}`;
}
