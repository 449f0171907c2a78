/** How mail programs introduce the mail that is answered, in one line. `\S` and bounds keep the time linear. */
const INTRODUCTIONS: readonly RegExp[] = [
  /^on\b.{0,300}\bwrote\s?:$/i,
  /^.{0,300}写道\s?[:：]$/,
  /^(?:am|le|el|il|em)\s.{0,300}\s(?:schrieb|a écrit|escribió|ha scritto|escreveu)(?:\s.{0,200})?:$/i,
  /^.{0,300}<[^<>\s]{1,300}@[^<>\s]{1,300}>\s?[:：]$/,
  /^-{2,} ?(?:original message|forwarded message|ursprüngliche nachricht|原始邮件|转发的邮件) ?-{2,}$/i,
];

/** How other mail programs introduce it: by a block of headers. */
const SENDER = /^(?:from|von|de|da|发件人)\s?[:：]\s?\S/i;
const NEXT_HEADER = /^(?:sent|date|to|gesendet|datum|an|envoyé|à|enviado|para|发送时间|日期|收件人)\s?[:：]/i;

/** Whether a line, perhaps wrapped into the next one, introduces the mail that is answered. */
export function beginsMailQuote(line: string, next: string): boolean {
  return (
    INTRODUCTIONS.some((introduction) => introduction.test(line)) ||
    (/^(?:on|在|am|le|el)\b|^在/i.test(line) &&
      INTRODUCTIONS.some((introduction) => introduction.test(`${line} ${next}`))) ||
    (SENDER.test(line) && NEXT_HEADER.test(next))
  );
}
