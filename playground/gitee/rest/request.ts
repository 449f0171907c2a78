import type { Context } from "hono";
import type { z } from "zod";
import { ApiError } from "../state/api-error.ts";
import { MAX_PER_PAGE } from "../state/settings.ts";
import { shownOf, type Permission, type Pull, type Repository } from "../state/records.ts";
import type { Grant, World } from "../state/world.ts";

/** What every route can use: the world and the caller. */
export interface ApiEnv {
  Variables: { world: World; grant: Grant };
}
export type ApiContext = Context<ApiEnv>;

/** The body as JSON or as a form; Gitee accepts both and ignores unknown fields. @throws ApiError 400 */
export async function readBody<T>(c: ApiContext, schema: z.ZodType<T>): Promise<T> {
  const result = schema.safeParse(parseBody(c.req.header("content-type"), await c.req.text()));
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new ApiError(400, `${issue?.path.join(".") || "body"}: ${issue?.message ?? "is invalid"}`);
}

/** Undefined for any other text. */
export function parseBody(contentType: string | undefined, text: string): unknown {
  if (contentType?.startsWith("application/x-www-form-urlencoded")) {
    return nested(new URLSearchParams(text));
  }
  if (text === "") return {};
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `output[title]` is a field of `output`, `annotations[0][path]` one of the first item of a list. */
function nested(form: URLSearchParams): Record<string, unknown> {
  const root = new Map<string, unknown>();
  for (const [name, value] of form) {
    const [first = "", ...rest] = name
      .split("[")
      .map((part, at) => (at === 0 ? part : part.replace(/\]$/, "")));
    let place = root;
    let key = first;
    for (const part of rest) {
      const inner = place.get(key);
      const next = inner instanceof Map ? inner : new Map<string, unknown>();
      place.set(key, next);
      place = next;
      key = part;
    }
    place.set(key, value);
  }
  return Object.fromEntries([...root].map(([key, value]) => [key, plain(value)]));
}

/** An object; a list if every key is a number. */
function plain(value: unknown): unknown {
  if (!(value instanceof Map)) return value;
  const entries = [...value].map(([key, inner]): [string, unknown] => [String(key), plain(inner)]);
  return entries.every(([key]) => /^\d+$/.test(key))
    ? entries.map(([, inner]) => inner)
    : Object.fromEntries(entries);
}

/** A parameter from the route's pattern. */
export function param(c: ApiContext, name: string): string {
  return c.req.param(name) ?? "";
}

const RANK: Record<Permission, number> = { read: 1, write: 2, admin: 3 };

/**
 * The repository in the path.
 * @throws ApiError 404 when it does not exist or is not visible to the token, 403 when the permission is missing
 */
export function repositoryOf(c: ApiContext, needed: Permission = "read"): Repository {
  const world = c.get("world");
  const repository = world.repositoryAt(param(c, "owner"), param(c, "repo"));
  const permission = repository && world.permissionOf(c.get("grant").user, repository);
  if (!repository || !permission) throw new ApiError(404, "404 Project Not Found");
  if (RANK[permission] < RANK[needed]) throw new ApiError(403, "403 Forbidden");
  return repository;
}

export function pullOf(c: ApiContext, needed: Permission = "read"): Pull {
  const number = Number(param(c, "number"));
  const pull = repositoryOf(c, needed).pulls.find((each) => each.number === number);
  if (pull === undefined) throw new ApiError(404, "404 Pull Request Not Found");
  return c.req.method === "GET" ? shownOf(pull) : pull;
}

/** Answers one page, `per_page` capped at 100, with Gitee's counting headers and a `Link`. */
export function answerPage<T>(c: ApiContext, all: readonly T[], shape: (item: T) => unknown): Response {
  return c.json(pageOf(c, all).map(shape));
}

/** The items of the requested page; sets the headers about the other pages. */
export function pageOf<T>(c: ApiContext, all: readonly T[]): readonly T[] {
  const page = wholeNumber(c.req.query("page"), 1);
  const perPage = Math.min(wholeNumber(c.req.query("per_page"), 20), MAX_PER_PAGE);
  const pages = Math.max(1, Math.ceil(all.length / perPage));
  c.header("total_count", String(all.length));
  c.header("total_page", String(pages));
  const link = (rel: string, to: number): string => {
    const url = new URL(c.req.url);
    url.searchParams.delete("access_token");
    url.searchParams.set("page", String(to));
    url.searchParams.set("per_page", String(perPage));
    return `<${url.href}>; rel="${rel}"`;
  };
  const next = page < pages ? [link("next", page + 1)] : [];
  c.header("Link", [link("first", 1), ...next, link("last", pages)].join(", "));
  return all.slice((page - 1) * perPage, page * perPage);
}

function wholeNumber(text: string | undefined, fallback: number): number {
  const number = Number(text);
  return Number.isInteger(number) && number > 0 ? number : fallback;
}
