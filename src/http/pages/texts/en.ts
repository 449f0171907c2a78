/** Every sentence of the pages that comments do not have, in English. The other languages have the same keys. */
import { account, confirm, done } from "./en/account.ts";
import { entity } from "./en/entity.ts";
import { privacy } from "./en/privacy.ts";
import { pull } from "./en/pull.ts";
import { sign } from "./en/sign.ts";
import { error, signIn, site } from "./en/site.ts";

export const pagesEn = { site, pull, sign, account, confirm, done, entity, privacy, signIn, error };

export type PagesTexts = typeof pagesEn;
