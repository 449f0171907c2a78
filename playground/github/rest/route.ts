import type { Principal } from "../access/principal.ts";
import type { Core } from "../core.ts";
import type { Level, Pull, Repository } from "../state/model.ts";
import type { User } from "../state/user.ts";
import { notFound } from "./refusal.ts";

/** A request as a handler receives it: validated against GitHub's description, and authorized. */
export interface Request {
  core: Core;
  principal: Principal;
  params: Record<string, string>;
  query: Record<string, string | number | boolean>;
  body: Record<string, unknown>;
  accept: string;
  url: URL;
}

export interface Reply {
  status: number;
  /** A text is sent unchanged, anything else as JSON; null for no body. */
  body: unknown;
  headers?: Record<string, string>;
}

export interface Route {
  method: string;
  /** The path in GitHub's description. */
  template: string;
  /** The permissions, of which one is needed; empty for routes that need no installation. */
  needs?: readonly (readonly [name: string, level: Level])[];
  /** Allowed only for the app itself, with its JWT. */
  app?: boolean;
  /** Allowed only for the application, with its client id and secret. */
  client?: boolean;
  /** Creates content that people see, which GitHub limits separately. */
  creates?: boolean;
  answer(request: Request, repository: Repository): Reply | Promise<Reply>;
}

/** A route by `METHOD /path/{template}`. Under `/repos/{owner}/{repo}` the handler gets the repository. */
export function route(
  signature: string,
  options: Pick<Route, "needs" | "app" | "client" | "creates">,
  answer: Route["answer"],
): Route {
  const [method = "", template = ""] = signature.split(" ");
  return { method, template, ...options, answer };
}

export function json(body: unknown, status = 200, headers?: Record<string, string>): Reply {
  return { status, body, ...(headers ? { headers } : {}) };
}

export function nothing(): Reply {
  return { status: 204, body: null };
}

/** One page of a list, with the `Link` header to the others. */
export function paged<T>({ query, url }: Request, items: readonly T[], present: (item: T) => unknown): Reply {
  const { slice, headers } = pageOf({ query, url }, items);
  return json(slice.map(present), 200, headers);
}

export function pageOf<T>({ query, url }: Pick<Request, "query" | "url">, items: readonly T[]) {
  const size = Math.min(100, Math.max(1, Number(query["per_page"] ?? 30)));
  const page = Math.max(1, Number(query["page"] ?? 1));
  const last = Math.max(1, Math.ceil(items.length / size));
  const link = (to: number, rel: string) => {
    const target = new URL(url);
    target.searchParams.set("page", String(to));
    return `<${target.href}>; rel="${rel}"`;
  };
  const links = [
    ...(page > 1 ? [link(page - 1, "prev")] : []),
    ...(page < last ? [link(page + 1, "next"), link(last, "last")] : []),
    ...(page > 1 ? [link(1, "first")] : []),
  ];
  const slice = items.slice((page - 1) * size, page * size);
  return { slice, headers: links.length > 0 ? { link: links.join(", ") } : {} };
}

/** The author of a write: the app's account for an installation, else the user. */
export function actor({ core, principal }: Request): User {
  return principal.kind === "user" ? principal.user : core.world.bot;
}

export function text(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

/** @throws 404 when the repository has no such pull request */
export function pullOf(repository: Repository, number: string | undefined): Pull {
  const pull = repository.pulls.get(Number(number));
  if (!pull) throw notFound();
  return pull;
}
