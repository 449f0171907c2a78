/**
 * Whether bytes that are not UTF-8 are Chinese text in GB18030. Nearly every pair of bytes above 0x80 is a character
 * there, so that other encodings decode as well, to characters that Chinese text rarely has. In Chinese text most
 * characters are among the 3,755 common ones of GB 2312 (0xB0A1 to 0xD7F9) and its punctuation (0xA1A1 to 0xA3FE).
 */
import { TextDecoder } from "node:util";

/** Two thirds of real text; names have more of the rare characters. */
const COMMON_OF_ALL = 2 / 3;
/** Cyrillic letters in Windows-1251 and KOI8-R are all above; of so many different Chinese characters hardly ever all. */
const CYRILLIC = { from: 0xc0, characters: 5 };
/** As many syllables without a Chinese character among them may be Korean in EUC-KR. */
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
      // Four bytes are a character outside of the table of pairs.
      const wide = trail >= 0x30 && trail <= 0x39;
      at += wide ? 4 : 2;
      if (wide) continue;
      count += 1;
      seen.add(lead * 256 + trail);
      low ||= lead < CYRILLIC.from || trail < CYRILLIC.from;
      if (trail >= 0xa1 && ((lead >= 0xb0 && lead <= 0xd7) || (lead >= 0xa1 && lead <= 0xa3))) found += 1;
    }
    all += count;
    // One character in a Latin word: two accented letters side by side.
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

/** Common Korean syllables have the bytes of common Chinese characters, but only of the first half of these. */
function mayBeKorean(bytes: Uint8Array): boolean {
  const text = new TextDecoder("euc-kr").decode(bytes);
  if (/[\uFFFD\p{Script=Han}]/u.test(text)) return false;
  return (text.match(/[\uAC00-\uD7A3]/g) ?? []).length >= KOREAN;
}
