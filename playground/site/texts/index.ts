import { en, type Texts } from "./en.ts";
import { zhCN } from "./zh-CN.ts";

export const LANGUAGES = ["en", "zh-CN"] as const;
export type Language = (typeof LANGUAGES)[number];

export const TEXTS: Readonly<Record<Language, Texts>> = { en, "zh-CN": zhCN };
