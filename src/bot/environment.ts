/** Everything that Countersign reads from its environment. */
import { readFileSync } from "node:fs";
import { HOSTS, type HostName } from "../account.ts";
import { Problems, type Problem } from "../error.ts";
import type { TelemetryEnvironment } from "./telemetry.ts";
import { privateKeyIn } from "./private-key.ts";
import { VariableReader, type Variables } from "./variable-reader.ts";

export type { Variables } from "./variable-reader.ts";

export interface Environment {
  readonly host: string;
  readonly port: number;
  /** The bot's public URL, without a trailing slash. */
  readonly publicUrl: string;
  readonly metrics: MetricsEnvironment;
  readonly databaseUrl: string;
  readonly configFile: string;
  /** A secret word that distinguishes operators in the audit log; null: not set. */
  readonly operator: string | null;
  readonly logLevel: (typeof LOG_LEVELS)[number];
  readonly logFormat: "json" | "pretty";
  /** The URL for OpenTelemetry traces; null: no traces. */
  readonly telemetry: TelemetryEnvironment | null;
  readonly github: GitHubEnvironment | null;
  readonly gitee: GiteeEnvironment | null;
}

/** Who may read `/metrics`. If neither is set, only requests from this machine. */
export interface MetricsEnvironment {
  /** The bearer token that a reader must send; null: not needed. */
  readonly token: string | null;
  /** A separate port on {@link Environment.host}; null: the bot's port. */
  readonly port: number | null;
}

export interface GitHubEnvironment {
  readonly appId: number;
  readonly privateKey: string;
  readonly webhookSecret: string;
  /** `https://github.com`, or the GitHub Enterprise Server's. */
  readonly webUrl: string;
  /** The GitHub Enterprise Server, with its port if needed; null: github.com. */
  readonly enterprise: { readonly host: string; readonly protocol: "http" | "https" } | null;
  readonly signIn: SignInEnvironment | null;
}

export interface GiteeEnvironment {
  readonly token: string;
  readonly webhookSecret: string;
  /** `https://gitee.com`, or another server's. */
  readonly webUrl: string;
  readonly signIn: SignInEnvironment | null;
}

export interface SignInEnvironment {
  readonly clientId: string;
  readonly clientSecret: string;
}

export const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;
const DATABASE = /^(file:.+|postgres(ql)?:\/\/.+)$/;

/**
 * Reads the environment. An empty variable is an absent one. A host without any variable is null.
 * @param isTerminal whether logs go to a terminal; then the default format is pretty
 * @throws Problems (`configuration`) with every variable that is wrong or missing, but never a value
 */
export function readEnvironment(variables: Variables, isTerminal: boolean): Environment {
  const { environment, problems } = examineEnvironment(variables, isTerminal);
  if (problems.length > 0) throw new Problems("configuration", problems);
  return environment;
}

export interface ExaminedEnvironment {
  /** A missing webhook secret is empty here. */
  readonly environment: Environment;
  readonly problems: readonly Problem[];
  /** The hosts with a variable, even if it is wrong. */
  readonly mentioned: readonly HostName[];
  /** What is set of hosts that can't be asked anything: their addresses are right, and missing variables are empty. */
  readonly partial: Pick<Environment, "github" | "gitee">;
}

/**
 * Reads the valid part of the environment: a wrong variable counts as absent. A host counts as off only without the
 * variables that are needed to ask it anything: its address and the bot's credentials.
 */
export function examineEnvironment(variables: Variables, isTerminal: boolean): ExaminedEnvironment {
  const reader = new VariableReader(variables);
  const port = reader.integer("PORT", 3000, 0, 65_535);
  const github = parted(reader, readGitHub);
  const gitee = parted(reader, readGitee);
  const environment: Environment = {
    host: reader.text("HOST") ?? "localhost",
    port,
    publicUrl: readPublicUrl(reader) ?? `http://localhost:${port}`,
    metrics: readMetrics(reader, port),
    databaseUrl: readDatabaseUrl(reader),
    configFile: configFileOf(variables),
    operator: reader.text("COUNTERSIGN_OPERATOR") ?? null,
    logLevel: reader.oneOf("LOG_LEVEL", LOG_LEVELS) ?? "info",
    logFormat: reader.oneOf("LOG_FORMAT", ["json", "pretty"] as const) ?? (isTerminal ? "pretty" : "json"),
    telemetry: readTelemetry(reader),
    github: github.whole,
    gitee: gitee.whole,
  };
  const { problems } = reader;
  const mentioned = HOSTS.filter((host) => isMentioned(reader, host));
  return { environment, problems, mentioned, partial: { github: github.partial, gitee: gitee.partial } };
}

/** Variables without which a host can still be asked about the rest. */
const DISPENSABLE = /_CLIENT_(?:ID|SECRET)$|WEBHOOK_SECRET$/;

/** Without them, not even the server is known. */
const ADDRESSES = ["GHE_HOST", "GHE_PROTOCOL", "GITEE_URL"];

/** A host's variables: whole, or partial if one is wrong or missing without which it can't be asked. */
function parted<T>(
  reader: VariableReader,
  read: (reader: VariableReader) => T | null,
): { readonly whole: T | null; readonly partial: T | null } {
  const before = reader.problems.length;
  const found = read(reader);
  const wrong = reader.problems.slice(before).map(({ field }) => field ?? "");
  if (wrong.every((name) => DISPENSABLE.test(name))) return { whole: found, partial: null };
  return { whole: null, partial: wrong.some((name) => ADDRESSES.includes(name)) ? null : found };
}

/** Only the database, for commands that need nothing else. @throws Problems if it is not a database URL */
export function databaseUrlOf(variables: Variables): string {
  const reader = new VariableReader(variables);
  const url = readDatabaseUrl(reader);
  if (reader.problems.length > 0) throw new Problems("configuration", reader.problems);
  return url;
}

function readDatabaseUrl(reader: VariableReader): string {
  return reader.matching("DATABASE_URL", DATABASE, "file:PATH or postgres://…") ?? "file:data/countersign.db";
}

/** Shorter secrets can be guessed. */
const SHORTEST_TOKEN = 16;

function readMetrics(reader: VariableReader, port: number): MetricsEnvironment {
  const token = reader.text("METRICS_TOKEN");
  if (token !== null && (token.length < SHORTEST_TOKEN || !/^[!-~]+$/.test(token)))
    reader.problem(
      "METRICS_TOKEN",
      `expected at least ${SHORTEST_TOKEN} letters, digits and signs without spaces`,
    );
  const own = reader.text("METRICS_PORT") === null ? null : reader.integer("METRICS_PORT", null, 0, 65_535);
  if (own !== null && own !== 0 && own === port)
    reader.problem("METRICS_PORT", "is the bot's own PORT: choose another");
  return { token, port: own };
}

/**
 * https://opentelemetry.io/docs/specs/otel/protocol/exporter/#endpoint-urls-for-otlphttp and
 * https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables
 */
function readTelemetry(reader: VariableReader): TelemetryEnvironment | null {
  const base = reader.url("OTEL_EXPORTER_OTLP_ENDPOINT");
  const own = reader.url("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT");
  const tracesUrl = own ?? (base === null ? null : `${base}/v1/traces`);
  if (tracesUrl === null || reader.text("OTEL_SDK_DISABLED")?.toLowerCase() === "true") return null;
  return { tracesUrl, serviceName: reader.text("OTEL_SERVICE_NAME") ?? "countersign" };
}

/** The path of the configuration file, even if the rest of the environment is wrong. */
export function configFileOf(variables: Variables): string {
  return new VariableReader(variables).text("COUNTERSIGN_CONFIG") ?? "countersign.yml";
}

/** The variables that belong to one GitHub App. */
export const APP_VARIABLES: readonly string[] = [
  "APP_ID",
  "PRIVATE_KEY",
  "PRIVATE_KEY_PATH",
  "WEBHOOK_SECRET",
  "GITHUB_CLIENT_ID",
  "GITHUB_CLIENT_SECRET",
];

const HOST_VARIABLES: Readonly<Record<HostName, readonly string[]>> = {
  github: [...APP_VARIABLES, "GHE_HOST"],
  gitee: ["GITEE_TOKEN", "GITEE_WEBHOOK_SECRET", "GITEE_CLIENT_ID", "GITEE_CLIENT_SECRET", "GITEE_URL"],
};

function isMentioned(reader: VariableReader, host: HostName): boolean {
  return HOST_VARIABLES[host].some((name) => reader.text(name) !== null);
}

function readGitHub(reader: VariableReader): GitHubEnvironment | null {
  if (!isMentioned(reader, "github")) return null;
  const named = reader.matching("GHE_HOST", /^[\w.-]+(:\d+)?$/, "a host name, e.g. github.example.com");
  const host = named?.toLowerCase() === "github.com" ? null : named;
  if (host !== null && /^api\./i.test(host) && /\.(?:ghe|github)\.com$|^api\.github\.com$/i.test(host))
    reader.problem("GHE_HOST", "is the API's host name: leave out “api.”, e.g. SUBDOMAIN.ghe.com");
  else if (host !== null && /(?:^|\.)github\.com(?::\d+)?$/i.test(host))
    reader.problem("GHE_HOST", "is an Enterprise Server's host name: leave it out for github.com");
  const protocol = reader.oneOf("GHE_PROTOCOL", ["http", "https"] as const) ?? "https";
  return {
    appId: reader.integer("APP_ID", null, 1, Number.MAX_SAFE_INTEGER),
    privateKey: readPrivateKey(reader),
    // Probot uses a publicly known default; we refuse to start.
    webhookSecret: reader.required("WEBHOOK_SECRET", "the secret of the GitHub App's webhook"),
    webUrl: host === null ? "https://github.com" : `${protocol}://${host}`,
    enterprise: host === null ? null : { host, protocol },
    signIn: readSignIn(reader, "GITHUB"),
  };
}

function readGitee(reader: VariableReader): GiteeEnvironment | null {
  if (!isMentioned(reader, "gitee")) return null;
  return {
    token: readToken(reader),
    webhookSecret: reader.required("GITEE_WEBHOOK_SECRET", "the webhook's signature key or password"),
    webUrl: readGiteeUrl(reader),
    signIn: readSignIn(reader, "GITEE"),
  };
}

/** Another sign can't be sent in a header, so every request would seem to fail on the way. */
function readToken(reader: VariableReader): string {
  const token = reader.required("GITEE_TOKEN", "a personal access token of the bot's Gitee account");
  return /^[!-~]*$/.test(token)
    ? token
    : reader.problem(
        "GITEE_TOKEN",
        "expected the token in one line: letters, digits and signs without spaces",
      );
}

/** Comments and pages show it, so it must not contain secrets. */
function readPublicUrl(reader: VariableReader): string | null {
  const url = reader.url("PUBLIC_URL");
  return url !== null && /^https?:\/\/[^/]*@/.test(url)
    ? reader.problem("PUBLIC_URL", "contains a user or password, which everybody would see: remove it")
    : url;
}

/** The server's address, to which the API's path is added. */
function readGiteeUrl(reader: VariableReader): string {
  const text = reader.text("GITEE_URL") ?? "";
  // A user and password would be sent with every request, and be part of links.
  if (/^[a-z]+:\/\/[^/]*@/i.test(text))
    return reader.problem(
      "GITEE_URL",
      "contains a user or password: remove what is before the “@”, and the “@”",
    );
  const [, place] = /^(?:https?:\/\/)?([\w.-]+(?::\d+)?)(?:[/?#]|$)/i.exec(text) ?? [];
  if (place !== undefined && (!/^https?:\/\//i.test(text) || /[?#]/.test(text))) {
    const scheme = /^http:/i.test(text) ? "http" : "https";
    return reader.problem("GITEE_URL", `expected the server's URL only: set it to ${scheme}://${place}`);
  }
  const url = reader.url("GITEE_URL") ?? "https://gitee.com";
  const [, server] = /^([a-z]+:\/\/[^/]+(?:\/[^/]+)*?)\/+api(?:\/v\d+)?(?:\/|$)/i.exec(url) ?? [];
  return server === undefined
    ? url
    : reader.problem("GITEE_URL", `contains the API's path: set it to the server's URL only, ${server}`);
}

function readSignIn(reader: VariableReader, prefix: "GITHUB" | "GITEE"): SignInEnvironment | null {
  const [id, secret] = [`${prefix}_CLIENT_ID`, `${prefix}_CLIENT_SECRET`] as const;
  if (reader.text(id) === null && reader.text(secret) === null) return null;
  const clientId = reader.required(id, "sign-in needs the client's id and its secret");
  const clientSecret = reader.required(secret, "sign-in needs the client's id and its secret");
  return clientId === "" || clientSecret === "" ? null : { clientId, clientSecret };
}

function readPrivateKey(reader: VariableReader): string {
  const path = reader.text("PRIVATE_KEY_PATH");
  let key = reader.text("PRIVATE_KEY");
  if (key === null && path === null)
    return reader.problem(
      "PRIVATE_KEY",
      "is missing: set it, or PRIVATE_KEY_PATH, to the GitHub App's private key",
    );
  if (key === null && path !== null) {
    try {
      key = readFileSync(path, "utf8");
    } catch {
      return reader.problem("PRIVATE_KEY_PATH", "names a file that can't be read");
    }
  }
  const pem = privateKeyIn(key ?? "");
  if (typeof pem === "string") return pem;
  return reader.problem(reader.text("PRIVATE_KEY") === null ? "PRIVATE_KEY_PATH" : "PRIVATE_KEY", pem.fault);
}
