/** Every sentence of the pages that comments do not have, in simplified Chinese. */
import type { PagesTexts } from "./en.ts";
import { account, confirm, done } from "./zh-CN/account.ts";
import { entity } from "./zh-CN/entity.ts";
import { privacy } from "./zh-CN/privacy.ts";
import { pull } from "./zh-CN/pull.ts";
import { sign } from "./zh-CN/sign.ts";
import { error, signIn, site } from "./zh-CN/site.ts";

export const pagesZhCN: PagesTexts = {
  site,
  pull,
  sign,
  account,
  confirm,
  done,
  entity,
  privacy,
  signIn,
  error,
};
