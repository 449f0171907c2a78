import { raw } from "hono/html";

const icon = (path: string) =>
  raw(`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">${path}</svg>`);

const circle = '<circle cx="12" cy="12" r="9.5"/>';

/** Icons beside a word that says the same; screen readers skip them. */
export const ICONS = {
  good: icon(`${circle}<path d="M7.5 12.5l3 3 6-6.5"/>`),
  bad: icon(`${circle}<path d="M12 7v6.5M12 16.8v.2"/>`),
  doubt: icon(`${circle}<path d="M9.3 9.4a2.8 2.8 0 1 1 3.9 2.6c-.8.4-1.2.9-1.2 1.8M12 17v.2"/>`),
  calm: icon(`${circle}<path d="M7.5 12h9"/>`),
} as const;

/** The color and icon of a state. */
export type Tone = keyof typeof ICONS;
