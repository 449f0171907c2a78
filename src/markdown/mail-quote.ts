/** How mail programs mark where the mail that is answered begins. Patterns are tried on lines of bounded length. */

/** Longer lines introduce no mail. */
const MAX_LINE = 400;
/** The most lines into which a mail program wraps its introduction. */
export const MOST_WRAPPED = 4;

/** "wrote", with its subject before or after it, in the languages whose mail programs introduce a mail so. */
const WROTE = new RegExp(
  "(?<![\\p{L}\\p{M}])(?:wrote|schrieb|a écrit|escribió|ha scritto|escreveu|va escriure|schreef|skrev|kirjoitti|" +
    "napisała?|napisał\\(a\\)|napsala?|napsal\\(a\\)|napísala?|napísal\\(a\\)|написала?|написал\\(а\\)|пишет|пише|" +
    "пишува|writes|said|says|schreibt|sagte|a dit|écrit|escribe|dijo|ha detto|scrive|escreve|disse|va dir|" +
    "geschreven|schrijft|zei|skriver|sagde|sade|har skrevet|har skrivit|kirjoittaa|sanoi|pisze|píše|piše|pisal|" +
    "napisao|napisal|сказала?|сказав|каже|писал|написа|írja|scrie|spune|γράφει|yazıyor|dedi|raše|parašė|" +
    "rakstīja|kirjutab|skrifaði|idatzi du|idatzi zuen|escribiu|ha scrit|berkata|tulis|viết|đã nói|yazdı|şunları yazdı|írta|a scris|έγραψε|menulis|đã viết|écrivait|raksta|rašė|kirjutas)(?![\\p{L}\\p{M}])|" +
    "写道|寫道|写到|说|說|书写|書きました|書いた|のメッセージ|님이 작성|님이 씀|님이 쓴|썼습니다|작성|כתב|نوشت|كتب|लिखा|লিখেছেন|เขียน",
  "iu",
);
const COLON = /[:：]$/;
/** `Alice <alice@example.com>:`, in any language. */
const ADDRESS = /<[^<>\s]{1,300}@[^<>\s]{1,300}>\s?[:：]$/;
/** A date, or the time of a day: a line with one that ends in a colon introduces a mail, whatever its language. */
const DATE =
  /(?<!\d)(?:\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|(?:19|20)\d{2}|\d{1,2}[:.h]\d{2})(?![\d:]*[\p{L}\d])|\d{4} ?[年년]/u;
/** An address anywhere in such a line. */
const ANY_ADDRESS = /[^<>\s@]@[^<>\s@]{1,300}\.[^<>\s@]/;
/** `---- Alice wrote ----`, `-----Original Message-----` and their translations. */
const DASHED = /^-{2,}\s?([^-].{0,300}?)\s?-{2,}$/;
const SEPARATOR =
  /^(?:begin forwarded message\s?:|anfang der weitergeleiteten nachricht\s?:|début du message réexpédié\s?:|inicio del mensaje reenviado\s?:)$/i;
const SEPARATED =
  /original|forwarded|ursprüngliche|weitergeleitete|d['’]origine|transféré|reenviado|inoltrato|encaminhada|oorspronkelijk|doorgestuurd|исходное|пересылаемое|原始|原邮件|转发|轉寄|轉發|元のメッセージ|転送|원본|전달/i;
/** The first line of an introduction that is wrapped: a word such as "On", and a date. */
const DATED =
  /^(?:on|am|le|el|il|em|op|den|dne|dnia|w dniu|в|у|在|el día|pada|vào|tarihinde)(?![\p{L}\p{M}]).*\d|^在.*\d|^\d.*\d/iu;

/** How other mail programs introduce it: by a block of headers. */
const SENDER =
  /^(?:from|von|de|da|od|van|från|fra|lähettäjä|от|від|kimden|发件人|寄件者|寄件人|差出人|보낸 ?사람|보낸이)\s?[:：]\s?\S/i;
const NEXT_HEADER =
  /^(?:sent|date|to|cc|subject|reply-to|gesendet|datum|an|betreff|envoyé|à|objet|enviado|fecha|data|para|asunto|assunto|inviato|a|oggetto|verzonden|aan|onderwerp|skickat|till|ämne|sendt|til|emne|lähetetty|wysłano|do|temat|odesláno|komu|předmět|отправлено|дата|кому|тема|gönderilme|kime|konu|发送时间|发件时间|时间|日期|收件人|抄送|主题|傳送時間|寄件日期|收件者|主旨|送信日時|日付|日時|宛先|件名|보낸 ?날짜|날짜|받는 ?사람|받는이|제목)\s?[:：]/i;

/**
 * Whether a line introduces the mail that is answered, also if it is wrapped into the next ones.
 * @param rest the next lines of its paragraph, fewer than {@link MOST_WRAPPED}
 */
export function beginsMailQuote(line: string, rest: readonly string[]): boolean {
  if (line.length > MAX_LINE) return false;
  const [next = ""] = rest;
  if (introduces(line) || (SENDER.test(line) && NEXT_HEADER.test(next))) return true;
  if (!DATED.test(line)) return false;
  let whole = line;
  for (const more of rest) {
    whole = `${whole} ${more}`;
    if (whole.length > MAX_LINE) return false;
    if (introduces(whole)) return true;
  }
  return false;
}

function introduces(line: string): boolean {
  const [, dashed] = DASHED.exec(line) ?? [];
  if (dashed !== undefined) return SEPARATED.test(dashed) || WROTE.test(dashed);
  if (SEPARATOR.test(line)) return true;
  // A bot's command may end in a colon, too.
  if (!COLON.test(line) || line.startsWith("/")) return false;
  return [WROTE, ADDRESS, ANY_ADDRESS, DATE].some((sign) => sign.test(line));
}
