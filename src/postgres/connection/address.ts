import { Failure } from "../../error.ts";

/** What libpq knows; https://www.postgresql.org/docs/current/libpq-ssl.html#LIBPQ-SSL-PROTECTION */
const MODES = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"];

const CHOICE =
  "write sslmode=verify-full (with sslrootcert=FILE where a private authority signed the certificate), " +
  "sslmode=require, or sslmode=disable";

/**
 * The address as the driver is to have it: `sslmode` means what it means to libpq.
 * @throws Failure `configuration` for an `sslmode` that libpq does not know, or that may silently encrypt nothing
 */
export function addressOf(url: string): string {
  const mode = sslModeOf(url);
  if (mode === null) return url;
  if (!MODES.includes(mode))
    throw new Failure("configuration", `DATABASE_URL: there is no sslmode of that name; ${CHOICE}`);
  if (mode === "allow" || mode === "prefer")
    throw new Failure(
      "configuration",
      `DATABASE_URL: sslmode=${mode} connects without encryption where TLS fails, and says nothing; ${CHOICE}`,
    );
  // By itself the driver takes these for verify-full and warns about it on standard error.
  if (mode === "require" || mode === "verify-ca") return `${url}&uselibpqcompat=true`;
  return url;
}

/** What to tell an operator whose connection is not encrypted though it leaves the machine; null: nothing. */
export function plainTextWarning(url: string): string | null {
  if (sslModeOf(url) !== null || isLocal(url)) return null;
  return `DATABASE_URL has no sslmode, so the connection to PostgreSQL is not encrypted: ${CHOICE}`;
}

function sslModeOf(url: string): string | null {
  const [, query = ""] = url.split("?", 2);
  return new URLSearchParams(query).get("sslmode");
}

function isLocal(url: string): boolean {
  try {
    const { hostname, searchParams } = new URL(url);
    const host = searchParams.get("host") ?? decodeURIComponent(hostname);
    return ["", "localhost", "127.0.0.1", "[::1]", "::1"].includes(host) || host.startsWith("/");
  } catch {
    return true;
  }
}
