/**
 * Whether bytes that are not UTF-8 are Chinese text in GB18030. In GB18030 nearly every pair of bytes above 0x80 is a
 * character, so other encodings also decode, but to characters that are rare in Chinese text. Most characters of
 * Chinese text are among the 3,755 common ones of GB 2312 (0xB0A1 to 0xD7F9) and its punctuation (0xA1A1 to 0xA3FE).
 */
import { TextDecoder } from "node:util";

/** Two thirds; names have more rare characters than other text. */
const COMMON_OF_ALL = 2 / 3;
/**
 * All Cyrillic letters in Windows-1251 and KOI8-R are above this; that is very unlikely for so many different Chinese
 * characters.
 */
const CYRILLIC = { from: 0xc0, characters: 5 };
/** This many syllables without a Chinese character may be Korean in EUC-KR. */
const KOREAN = 3;

export function looksChinese(bytes: Uint8Array): boolean {
  let common = 0;
  let all = 0;
  let low = false;
  const seen = new Set<number>();
  for (let at = 0; at < bytes.length;) {
    const begin = at;
    let found = 0;
    let count = 0;
    while (at + 1 < bytes.length && high(bytes[at])) {
      const [lead = 0, trail = 0] = [bytes[at], bytes[at + 1]];
      // Four bytes encode a character outside the table of pairs.
      const wide = trail >= 0x30 && trail <= 0x39;
      at += wide ? 4 : 2;
      if (wide) continue;
      count += 1;
      seen.add(lead * 256 + trail);
      low ||= lead < CYRILLIC.from || trail < CYRILLIC.from;
      if (trail >= 0xa1 && ((lead >= 0xb0 && lead <= 0xd7) || (lead >= 0xa1 && lead <= 0xa3))) found += 1;
    }
    all += count;
    // One character in a Latin word: two adjacent accented letters.
    if (count !== 1 || !(isLetter(bytes[begin - 1]) || isLetter(bytes[at]))) common += found;
    if (at === begin) at += 1;
  }
  if (!low && seen.size >= CYRILLIC.characters) return false;
  return all > 0 && common >= all * COMMON_OF_ALL && !mayBeKorean(bytes);
}

function high(byte: number | undefined): boolean {
  return byte !== undefined && byte > 0x80;
}

function isLetter(byte: number | undefined): boolean {
  return byte !== undefined && ((byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a));
}

/** Common Korean syllables have the same bytes as common Chinese characters, but only of their first half. */
function mayBeKorean(bytes: Uint8Array): boolean {
  const text = new TextDecoder("euc-kr").decode(bytes);
  if (/[\uFFFD\p{Script=Han}]/u.test(text)) return false;
  return (text.match(/[\uAC00-\uD7A3]/g) ?? []).length >= KOREAN;
}
