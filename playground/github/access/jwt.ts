import { verify, type KeyObject } from "node:crypto";
import { z } from "zod";

const Claims = z.object({ iat: z.number(), exp: z.number(), iss: z.union([z.string(), z.number()]) });

const Header = z.object({ alg: z.literal("RS256") });

function decoded(part: string | undefined): unknown {
  try {
    return JSON.parse(Buffer.from(part ?? "", "base64url").toString());
  } catch {
    return null;
  }
}

/**
 * Checks an app's JSON Web Token as GitHub does. Returns null if it is valid, else GitHub's message.
 * @param issuers the valid values of `iss`: the app's number or its client id
 * @param now in seconds
 */
export function refusalOfJwt(
  token: string,
  key: KeyObject,
  issuers: readonly string[],
  now: number,
): string | null {
  const [header, body, signature] = token.split(".");
  const claims = Claims.safeParse(decoded(body));
  if (!Header.safeParse(decoded(header)).success || !claims.success)
    return "A JSON web token could not be decoded";
  const good = verify(
    "RSA-SHA256",
    Buffer.from(`${header}.${body}`),
    key,
    Buffer.from(signature ?? "", "base64url"),
  );
  if (!good) return "A JSON web token could not be decoded";
  const { iat, exp, iss } = claims.data;
  if (!issuers.includes(String(iss))) return "'Issuer' claim ('iss') must be an Integer or String";
  if (iat > now + 60)
    return "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued";
  if (exp <= now)
    return "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires";
  if (exp - now > 600 + 60) return "'Expiration time' claim ('exp') is too far in the future";
  return null;
}
