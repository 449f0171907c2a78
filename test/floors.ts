/** The rooms of `src/` by floor, from the top down. A room imports itself and the rooms on floors below its own. */
export const FLOORS = [
  ["cli"],
  ["bot"],
  ["github", "gitee"],
  ["check", "http"],
  ["report"],
  ["sqlite", "postgres"],
  ["ports"],
  ["verdict", "formats", "yaml", "markdown"],
  ["records"],
  ["words"],
] as const;

export type Room = (typeof FLOORS)[number][number];
