/**
 * Columns whose name says that they may decide whether a row counts: revoked, ended, expired, active, approved, valid
 * and the like. A reader that does not know such a column must not pass over it.
 */
const STEMS =
  /revok|revoc|withdr|cancel|terminat|expir|valid|approv|reject|declin|denied|activ|disabl|enabl|delet|remov|suspend|blocked|banned|obsolete|supersed|void|pending|confirm|verif|accept|retract|rescind|annul|lapsed|stopped|closed|dissolv|optout|optedout/;
const WHOLE =
  /^(is|has|cla|icla|signature|account)*(status|state|ended|endat|endson|enddate|endtime|endedat|endedon|end|until|to|todate|left|leftat|lefton|ok|good|signed|agreed|current|quit|gone|former)(at|on|date)?$/;
const CHINESE =
  /状态|撤|失效|有效|过期|作废|注销|终止|到期|审批|审核|通过|拒绝|取消|解除|离职|停用|启用|删除|截止|结束/;

/** When somebody signed is no status. */
const DATES = /^(signed(at|on|date)|datesigned|signedby|signeddate)$/;

/** @param key a column's name as `keyOf` prints it */
export function isStatusColumn(key: string): boolean {
  if (DATES.test(key)) return false;
  return STEMS.test(key) || WHOLE.test(key) || CHINESE.test(key);
}

/** Why a column that may decide is refused. @param name as the file has it */
export function statusFault(name: string): string {
  const shown = nameToShow(name);
  return (
    `the column ${shown} may say that a signature does not count, and how is not known here: leave out the rows that ` +
    `do not count and remove the column, or say --ignore-column ${/^\S+$/.test(shown) ? shown : `"${shown}"`} if it does not matter`
  );
}

/** A column's name as a message may show it: not one that may be somebody's data. */
export function nameToShow(name: string): string {
  const trimmed = name.trim();
  return /^[\p{L}\p{N} ._:()/-]{1,64}$/u.test(trimmed) ? trimmed : "(not shown)";
}
