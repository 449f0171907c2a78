import { Client } from "pg";
import { Failure } from "../../error.ts";

/** The values that libpq knows; https://www.postgresql.org/docs/current/libpq-ssl.html#LIBPQ-SSL-PROTECTION */
const MODES = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"];

const CHOICE =
  "write sslmode=verify-full (with sslrootcert=FILE where a private authority signed the certificate), " +
  "sslmode=require, or sslmode=disable";

/** Environment variables of libpq; https://www.postgresql.org/docs/current/libpq-envars.html */
type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The address for the driver: `sslmode` has the same meaning as in libpq, also from `PGSSLMODE`.
 * @throws Failure `configuration` for an `sslmode` that libpq does not know, or that may silently not encrypt
 */
export function addressOf(url: string, environment: Environment = process.env): string {
  const parameters = parametersOf(url);
  const ssl = last(parameters, "ssl");
  if (ssl !== null && !["true", "1", "0"].includes(ssl))
    throw new Failure("configuration", `DATABASE_URL: unknown value of ssl; ${CHOICE}`);
  const own = last(parameters, "sslmode");
  const inherited = own === null && ssl === null ? environment["PGSSLMODE"] || null : null;
  const mode = own ?? inherited;
  if (mode === null) return url;
  const where = own === null ? "PGSSLMODE" : "DATABASE_URL";
  if (!MODES.includes(mode)) throw new Failure("configuration", `${where}: unknown sslmode; ${CHOICE}`);
  if (mode === "allow" || mode === "prefer")
    throw new Failure(
      "configuration",
      `${where}: sslmode=${mode} silently connects without encryption if TLS fails; ${CHOICE}`,
    );
  if (mode === "verify-ca" && !last(parameters, "sslrootcert"))
    throw new Failure(
      "configuration",
      `${where}: sslmode=verify-ca needs sslrootcert=FILE in DATABASE_URL, the certificate of the private authority; ` +
        "for a public one write sslmode=verify-full",
    );
  // By default the driver treats these as verify-full and warns about it on standard error.
  const compatible = mode === "require" || mode === "verify-ca" ? ["uselibpqcompat=true"] : [];
  const added = [...(own === null ? [`sslmode=${mode}`] : []), ...compatible].join("&");
  if (added === "") return url;
  return `${url}${url.includes("?") ? "&" : "?"}${added}`;
}

/** The warning about an unencrypted connection to another machine; null: no warning. */
export function plainTextWarning(url: string, environment: Environment = process.env): string | null {
  const address = addressOf(url, environment);
  const parameters = parametersOf(address);
  if (last(parameters, "sslmode") !== null || last(parameters, "ssl") === "0") return null;
  const client = clientOf(address);
  if (client === null || client.ssl || isLocal(client.host)) return null;
  return `DATABASE_URL has no sslmode, so the connection to PostgreSQL is not encrypted: ${CHOICE}`;
}

/** The driver resolves the host and whether it encrypts, without connecting. Null: it can't read the address. */
function clientOf(address: string): Client | null {
  try {
    return new Client(address);
  } catch {
    return null;
  }
}

function parametersOf(url: string): URLSearchParams {
  const [address = ""] = url.split("#", 1);
  return new URLSearchParams(address.includes("?") ? address.slice(address.indexOf("?")) : "");
}

/** The driver and libpq use the last one of several values. */
function last(parameters: URLSearchParams, name: string): string | null {
  return parameters.getAll(name).at(-1) ?? null;
}

function isLocal(host: string): boolean {
  return ["", "localhost", "::1"].includes(host) || /^127(\.\d+){3}$/.test(host) || host.startsWith("/");
}
