/** The URLs of the simulated GitHub: its REST API and its web pages, without a trailing slash. */
export interface Site {
  api: string;
  web: string;
}

/** A time in GitHub's JSON format: whole seconds, UTC. */
export function iso(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}

export function isoOrNull(date: Date | null): string | null {
  return date && iso(date);
}

/** `{ a_url: "BASE/a" }` and so on, from a table of suffixes. */
export function urls(base: string, suffixes: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(suffixes).map(([key, suffix]) => [key, base + suffix]));
}
