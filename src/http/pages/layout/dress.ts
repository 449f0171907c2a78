/** The operator's own logo and color, as files of this site: nothing is inline, and nothing comes from another site. */
import { readFileSync } from "node:fs";
import { extname } from "node:path";
import type { Instance } from "../../../ports/pages.ts";
import { assetOf, type Asset } from "./assets.ts";
import { accentsOf } from "./accent.ts";
import { LOGO_TYPES } from "./logo-types.ts";

export interface Dress {
  readonly logo: Asset | null;
  readonly stylesheet: Asset | null;
}

export function dressOf({ logo, color }: Instance): Dress {
  return {
    logo:
      logo === undefined
        ? null
        : assetOf("logo", typeOf(logo), LOGO_TYPES[`.${typeOf(logo)}`] ?? "", readFileSync(logo)),
    stylesheet:
      color === undefined ? null : assetOf("instance", "css", "text/css; charset=utf-8", stylesheetOf(color)),
  };
}

function typeOf(logo: string): string {
  return extname(logo).slice(1).toLowerCase();
}

function stylesheetOf(color: string): string {
  const { light, dark } = accentsOf(color);
  const rules = ({ accent, strong, on }: typeof light): string =>
    `--accent:${accent};--accent-strong:${strong};--on-accent:${on}`;
  return `:root{${rules(light)}}\n@media (prefers-color-scheme:dark){:root{${rules(dark)}}}\n`;
}
