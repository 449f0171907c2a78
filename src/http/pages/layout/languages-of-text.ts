import type { Language } from "../../../ports/pages.ts";

/** A language in the reader's words, e.g. `Chinese (China)`; the code itself if it is unknown. */
export function languageName(code: string, reader: Language): string {
  try {
    return new Intl.DisplayNames(reader, { type: "language", languageDisplay: "standard" }).of(code) ?? code;
  } catch {
    return code;
  }
}

/** A language in its own words, e.g. `中文（中国）`. */
export function ownName(code: string): string {
  try {
    return new Intl.DisplayNames(code, { type: "language" }).of(code) ?? code;
  } catch {
    return code;
  }
}

/** The language of a text for which the configuration names none, for screen readers. */
export function guessLanguage(markdown: string): Language {
  return /\p{Script=Han}/u.test(markdown) ? "zh-CN" : "en";
}
