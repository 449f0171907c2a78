import type { Context } from "hono";
import { accepts } from "hono/accepts";
import type { Language } from "../../../ports/pages.ts";

export const LANGUAGES: readonly { readonly code: Language; readonly name: string }[] = [
  { code: "en", name: "English" },
  { code: "zh-CN", name: "中文" },
];

/** The language that was chosen by the switch (`?lang=`), or null. */
export function chosenLanguage(context: Context): Language | null {
  const asked = context.req.query("lang");
  return LANGUAGES.find(({ code }) => code === asked)?.code ?? null;
}

/** The browser's preferred language among ours; English if it prefers none of them. */
export function browserLanguage(context: Context): Language {
  const found = accepts(context, {
    header: "Accept-Language",
    supports: LANGUAGES.map(({ code }) => code),
    default: "en",
    match(wanted, { supports }) {
      const order = wanted.filter(({ q }) => q > 0).toSorted((a, b) => b.q - a.q);
      const primary = (code: string): string => code.toLowerCase().split("-")[0] ?? "";
      for (const { type } of order) {
        const match = supports.find((code) => primary(code) === primary(type));
        if (match !== undefined) return match;
      }
      return "en";
    },
  });
  return found === "zh-CN" ? "zh-CN" : "en";
}
