/** Changes a host's answer: a value is missing, null or of another kind, a header or the status is, or the text is broken. */
import type { Answer } from "./altering-proxy.ts";
import { mutate } from "./mutate.ts";

/** Values that no host means: whatever stands there, the bot knows less than before. */
const AWKWARD: readonly unknown[] = [null, undefined, {}, [], "", "canary", -1, 2 ** 53, true, [null], [{}]];

interface Place {
  readonly holder: Record<string, unknown>;
  readonly key: string;
}

/** Every place of a JSON document, in its order. */
function placesIn(text: string): { readonly document: Record<string, unknown>; readonly places: Place[] } {
  const places: Place[] = [];
  const document: Record<string, unknown> = { root: JSON.parse(text) };
  const visit = (holder: object): void => {
    for (const key of Object.keys(holder)) {
      places.push({ holder: holder as Record<string, unknown>, key });
      const value = (holder as Record<string, unknown>)[key];
      if (typeof value === "object" && value !== null) visit(value);
    }
  };
  visit(document);
  return { document, places };
}

/** How many places a JSON document has. */
export function countPlaces(text: string): number {
  return placesIn(text).places.length;
}

/** The document with another value in a place; undefined: without the place. */
export function withValue(text: string, place: number, value: unknown): string {
  const { document, places } = placesIn(text);
  const { holder, key } = places[place] ?? { holder: document, key: "root" };
  holder[key] = value;
  return JSON.stringify(document["root"]) ?? "";
}

/** Puts an awkward value in a place of a JSON document. */
function alterValue(text: string, random: () => number): string {
  const pick = (length: number): number => Math.floor(random() * length);
  const { places } = placesIn(text);
  const place = pick(places.length);
  const awkward = AWKWARD[pick(AWKWARD.length)];
  // Another message of a commit is a lie, which nobody can notice.
  const isLie = places[place]?.key === "message" && typeof awkward === "string";
  return withValue(text, place, isLie ? null : awkward);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const HEADERS = ["", "NaN", "-1", "99999999999999999999", "<>; rel=next", "text/html"] as const;

/** Headers that an answer may have in addition. */
const ADDED = [
  { "www-authenticate": 'Bearer error="invalid_token"' },
  { "content-encoding": "gzip" },
  { "retry-after": "1e9" },
  { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "canary" },
  { location: "//canary" },
  { link: "<https://canary/>; rel=next" },
] as const;

/** Statuses of failures; no host means the others with a body. */
const STATUSES = [204, 301, 400, 401, 403, 404, 410, 422, 429, 500, 502, 503] as const;

/** Changed text that is still JSON may be a lie, which nobody can notice. */
export function alterAnswer(answer: Answer, random: () => number): Answer {
  const { status, headers, body } = answer;
  const chance = random();
  if (chance < 0.15) {
    const broken = mutate(body, random);
    if (!isJson(broken)) return { ...answer, body: broken };
  }
  if (chance < 0.3) {
    const names = Object.keys(headers);
    const name = names[Math.floor(random() * names.length)] ?? "";
    const value = HEADERS[Math.floor(random() * HEADERS.length)];
    return { ...answer, headers: { ...headers, [name]: value } };
  }
  if (chance < 0.4) {
    const other = STATUSES[Math.floor(random() * STATUSES.length)] ?? status;
    const added = ADDED[Math.floor(random() * ADDED.length)];
    return { ...answer, status: other, headers: { ...headers, ...added }, body: other === 204 ? "" : body };
  }
  return { ...answer, body: isJson(body) ? alterValue(body, random) : body };
}
