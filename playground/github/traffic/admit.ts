import { setTimeout as sleep } from "node:timers/promises";
import { refusalOf, type Principal } from "../access/principal.ts";
import type { Core } from "../core.ts";
import type { Fault } from "./faults.ts";
import type { Call } from "./ledger.ts";

type Limits = Record<string, string>;

/** Who pays for a call. */
export function payer(principal: Principal | string): string {
  if (typeof principal === "string") return "nobody";
  if (principal.kind === "installation") return `installation ${principal.installation.id}`;
  return principal.kind === "user" ? `user ${principal.user.id}` : principal.kind;
}

function refuse(status: number, message: string, headers: Limits): Response {
  return Response.json(
    { message, documentation_url: "https://docs.github.com/rest", status: String(status) },
    {
      status,
      headers,
    },
  );
}

export const SECONDARY =
  "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.";

/** The header for a wait in seconds; none if there is no end time. */
export function retryHeader(retryAfter: number | null): Limits {
  return retryAfter === null ? {} : { "retry-after": String(retryAfter) };
}

function secondary(status: number, retryAfter: number | null, limits: Limits): Response {
  return refuse(status, SECONDARY, { ...limits, ...retryHeader(retryAfter) });
}

function primary(reset: number, limits: Limits): Response {
  return refuse(403, "API rate limit exceeded for installation.", {
    ...limits,
    "x-ratelimit-remaining": "0",
    "x-ratelimit-reset": String(reset),
  });
}

/** A fault's answer; `pass` if the handler must simulate the fault; null: close the connection. */
function actOut(core: Core, fault: Fault, limits: Limits): Response | "pass" | null {
  switch (fault.kind) {
    case "bad gateway":
      return new Response("<html><title>502 Bad Gateway</title></html>", {
        status: 502,
        headers: { "content-type": "text/html" },
      });
    case "not JSON":
      return new Response("<html>Please sign in</html>", { headers: { "content-type": "text/html" } });
    case "status":
      return refuse(fault.status, fault.message, { ...limits, ...fault.headers });
    case "body":
      return Response.json(fault.body, { headers: { ...limits } });
    case "secondary limit":
      return secondary(fault.status ?? 403, fault.retryAfter, limits);
    case "primary limit":
      return primary(Math.ceil(core.world.now().getTime() / 1000) + fault.resetIn, limits);
    case "reset":
      return null;
    case "graphql rate limited":
    case "graphql field":
    case "graphql error":
    case "graphql null":
    case "graphql secondary limit":
      return "pass";
  }
}

/**
 * Admits a call as GitHub's front end does: counts it, lets listeners act, delays it, and refuses it if a limit or a
 * fault demands that. `answer` handles the other calls; it gets the rate-limit headers and the fault that it must
 * simulate itself. Null: close the connection.
 */
export async function admit(
  core: Core,
  described: Omit<Call, "status" | "at" | "installation">,
  principal: Principal | string,
  creates: boolean,
  answer: (limits: Limits, fault: Fault | null, call: Call) => Promise<Response>,
): Promise<Response | null> {
  const call = core.ledger.open({
    ...described,
    installation:
      typeof principal === "object" && principal.kind === "installation" ? principal.installation.id : null,
    at: core.world.now().getTime(),
  });
  const caller = payer(principal);
  const refusal = core.limits.begin(caller, call, creates);
  try {
    for (const listener of core.listeners) await listener(call);
    if (core.faults.latency > 0) await sleep(core.faults.latency);
    if (core.faults.down) return null;
    const limits = core.limits.headers(caller, call.kind === "graphql" ? "graphql" : "core");
    const fault = core.faults.meet(call);
    const acted = fault ? actOut(core, fault, limits) : "pass";
    let response: Response | null;
    if (acted !== "pass") response = acted;
    else if (refusal?.kind === "primary") response = primary(Math.ceil(refusal.resetAt / 1000), limits);
    else if (refusal) response = secondary(403, refusal.retryAfter, limits);
    else if (
      typeof principal === "object" &&
      principal.kind === "installation" &&
      (principal.installation.suspendedAt || principal.installation.deleted)
    )
      response = principal.installation.deleted
        ? refuse(401, "Bad credentials", limits)
        : refuse(403, "This installation has been suspended", limits);
    else if (call.kind === "rest" && typeof principal === "object" && refusalOf(principal))
      response = refuse(403, refusalOf(principal) ?? "", limits);
    else response = await answer(limits, fault, call);
    call.status = response?.status ?? 0;
    return response;
  } finally {
    core.limits.end(caller);
  }
}
