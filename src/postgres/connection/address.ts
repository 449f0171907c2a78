import { Failure } from "../../error.ts";

/** The values that libpq knows; https://www.postgresql.org/docs/current/libpq-ssl.html#LIBPQ-SSL-PROTECTION */
const MODES = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"];

const CHOICE =
  "write sslmode=verify-full (with sslrootcert=FILE where a private authority signed the certificate), " +
  "sslmode=require, or sslmode=disable";

/**
 * The address for the driver: `sslmode` has the same meaning as in libpq.
 * @throws Failure `configuration` for an `sslmode` that libpq does not know, or that may silently not encrypt
 */
export function addressOf(url: string): string {
  const mode = sslModeOf(url);
  if (mode === null) return url;
  if (!MODES.includes(mode)) throw new Failure("configuration", `DATABASE_URL: unknown sslmode; ${CHOICE}`);
  if (mode === "allow" || mode === "prefer")
    throw new Failure(
      "configuration",
      `DATABASE_URL: sslmode=${mode} silently connects without encryption if TLS fails; ${CHOICE}`,
    );
  // By default the driver treats these as verify-full and warns about it on standard error.
  if (mode === "require" || mode === "verify-ca") return `${url}&uselibpqcompat=true`;
  return url;
}

/** The warning about an unencrypted connection to another machine; null: no warning. */
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
