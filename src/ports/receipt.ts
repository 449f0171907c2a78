import type { ZodError } from "zod";
import type { Receipt } from "./host.ts";

/** A delivery whose body is not what it claims to be. @param reason contains no value of the body */
export function badRequest(reason: string): Receipt {
  return { kind: "refused", status: 400, reason };
}

/** A payload that does not fit its event. The message tells only where, because values may be names and logins. */
export function misshapen({ issues }: ZodError): Receipt {
  const where = issues.map(({ path }) => path.join(".") || "the body").join(", ");
  return badRequest(`not the payload of such an event: ${where}`);
}
