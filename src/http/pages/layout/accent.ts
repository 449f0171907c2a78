/** Colors as WCAG 2.2 compares them (https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio). */
type Rgb = readonly [number, number, number];

/** The backgrounds of style.css on which the accent stands as text. */
const PAPER = { light: "#faf9f6", dark: "#1b1f24" } as const;

/** What normal text needs. */
const ENOUGH = 4.5;

export interface Accent {
  readonly accent: string;
  /** The accent on hover. */
  readonly strong: string;
  /** Text on the accent. */
  readonly on: string;
}

/** Why a color can't be the accent; null if it can. @param color `#rrggbb` */
export function colorFault(color: string): string | null {
  const ratio = contrast(color, PAPER.light);
  if (ratio >= ENOUGH) return null;
  return `its contrast to the page's background is ${ratio.toFixed(1)}, and text needs ${ENOUGH}: choose a darker one, e.g. ${toward(color, "#000000", PAPER.light)}`;
}

/** The accent on light pages, which is the color itself, and on dark ones, which is as light as it must be. */
export function accentsOf(color: string): { readonly light: Accent; readonly dark: Accent } {
  const dark = toward(color, "#ffffff", PAPER.dark);
  return {
    light: { accent: color, strong: mix(color, "#000000", 0.25), on: "#ffffff" },
    dark: { accent: dark, strong: mix(dark, "#ffffff", 0.35), on: "#10161b" },
  };
}

/** Mixes a color with another until its contrast to a background is enough. */
function toward(color: string, other: string, background: string): string {
  for (let part = 0; part < 1; part += 0.02) {
    const mixed = mix(color, other, part);
    if (contrast(mixed, background) >= ENOUGH + 0.5) return mixed;
  }
  return other;
}

export function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].toSorted((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(color: string): number {
  const [red, green, blue] = rgbOf(color).map((value) => {
    const part = value / 255;
    return part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * (red ?? 0) + 0.7152 * (green ?? 0) + 0.0722 * (blue ?? 0);
}

function mix(a: string, b: string, part: number): string {
  const other = rgbOf(b);
  const mixed = rgbOf(a).map((value, index) => Math.round(value * (1 - part) + (other[index] ?? 0) * part));
  return `#${mixed.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
}

function rgbOf(color: string): Rgb {
  const number = Number.parseInt(color.slice(1), 16);
  return [(number >> 16) & 255, (number >> 8) & 255, number & 255];
}
