/** Generates docs/reference.md from the code. */
import { Command } from "commander";
import { COMMANDS } from "../../src/cli/commands.ts";
import type { Console } from "../../src/cli/command-line.ts";
import { FAILURES, adviceOf, type FailureCode } from "../../src/error.ts";
import { createMetrics } from "../../src/http/metrics.ts";
import { IDLE_SOURCES } from "../http/metric-sources.ts";
import { configurationSchema, policySchema } from "../schema/json-schema.ts";

/** The meaning and the default of each variable. */
export const VARIABLES: Readonly<Record<string, readonly [meaning: string, fallback: string]>> = {
  HOST: ["the address on which the bot listens", "`localhost`"],
  PORT: ["the port on which the bot listens", "`3000`"],
  PUBLIC_URL: ["how people and hosts reach the bot", "`http://localhost:PORT`"],
  DATABASE_URL: ["`file:PATH` (SQLite) or `postgres://…`", "`file:data/countersign.db`"],
  COUNTERSIGN_CONFIG: ["the configuration file", "`countersign.yml`"],
  COUNTERSIGN_OPERATOR: ["a secret word for each operator, which distinguishes them in the audit log", ""],
  LOG_LEVEL: ["`trace`, `debug`, `info`, `warn`, `error`, `fatal` or `silent`", "`info`"],
  LOG_FORMAT: ["`json` or `pretty`", "`pretty` on a terminal, else `json`"],
  METRICS_TOKEN: ["the bearer token that a reader of `/metrics` sends", "only this machine may read"],
  METRICS_PORT: ["a separate port for `/metrics`", "`PORT`"],
  OTEL_EXPORTER_OTLP_ENDPOINT: ["where OpenTelemetry traces go, by OTLP over HTTP", "no traces"],
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: ["the same as a complete URL, only for traces", ""],
  OTEL_SERVICE_NAME: ["the service's name in traces", "`countersign`"],
  OTEL_SDK_DISABLED: ["`true`: no traces", ""],
  APP_ID: ["the GitHub App's number", ""],
  PRIVATE_KEY: ["the GitHub App's private key: PEM, in one line with `\\n`, or base64", ""],
  PRIVATE_KEY_PATH: ["or the file that contains it", ""],
  WEBHOOK_SECRET: ["the secret of the GitHub App's webhook", ""],
  GHE_HOST: ["a GitHub Enterprise Server", "github.com"],
  GHE_PROTOCOL: ["`https` or `http`", "`https`"],
  GITHUB_CLIENT_ID: ["sign-in with GitHub: the client's id", "no sign-in"],
  GITHUB_CLIENT_SECRET: ["sign-in with GitHub: the client's secret", ""],
  GITEE_TOKEN: ["a personal access token of the bot's Gitee account", ""],
  GITEE_WEBHOOK_SECRET: ["the webhook's signature key or password", ""],
  GITEE_URL: ["another Gitee server", "`https://gitee.com`"],
  GITEE_CLIENT_ID: ["sign-in with Gitee: the client's id", "no sign-in"],
  GITEE_CLIENT_SECRET: ["sign-in with Gitee: the client's secret", ""],
};

export async function reference(): Promise<string> {
  return `# Reference

<!-- Generated from the code by npm run reference; a test compares it. -->

## Environment

An empty variable counts as absent. A \`.env\` file in the working directory is read; variables that are already set take precedence.
A host without any variable is off.

${table(
  ["name", "meaning", "default"],
  Object.entries(VARIABLES).map(([name, [meaning, fallback]]) => [code(name), meaning, fallback]),
)}
## Commands

\`countersign COMMAND --help\` has an example of each. Exit codes: 0 done, 1 refused or failed, 2 not understood.

${table(["command", "does", "flags"], await commandRows())}
## \`countersign.yml\`

[schema/countersign.schema.json](../schema/countersign.schema.json) is its JSON Schema. For completion in an editor, begin
the file with \`# yaml-language-server: $schema=\` and that file's URL.

${table(["key", "meaning", "values"], keyRows(configurationSchema(), "", "policy"))}
## The policy file

\`.github/cla.yml\` or \`.gitee/cla.yml\`, and \`policy:\` of \`countersign.yml\`.
[schema/policy.schema.json](../schema/policy.schema.json) is its JSON Schema. [policy.md](policy.md) explains each key.

${table(["key", "meaning", "values"], keyRows(policySchema(), ""))}
## Metrics

\`GET /metrics\` has them in Prometheus' text format, with those of the process beside them.

${table(
  ["metric", "labels", "meaning"],
  createMetrics(IDLE_SOURCES)
    .list()
    .map(({ name, labels, help }) => [code(name), labels.map(code).join(", "), help]),
)}
## Error codes

They are in the log (\`code\`), in \`countersign stats\`, and as \`reason\` in metrics. "later" is tried again with growing pauses
for a day, "briefly" for an hour, "daily" soon and then once a day, "never" only when something new happens.

${table(
  ["code", "means", "tried again", "what to do"],
  Object.entries(FAILURES).map(([name, failure]) => [
    code(name),
    failure.says,
    failure.retry,
    adviceOf(name as FailureCode) ?? "",
  ]),
)}`;
}

async function commandRows(): Promise<readonly (readonly string[])[]> {
  const program = new Command("countersign").helpCommand(false);
  const console = { variables: {} } as unknown as Console;
  for (const load of COMMANDS.values()) (await load())(program, console);
  return program.commands.flatMap((command) =>
    command.commands.length === 0
      ? [rowOf(command, "")]
      : command.commands.map((verb) => rowOf(verb, `${command.name()} `)),
  );
}

function rowOf(command: Command, group: string): readonly string[] {
  const words = command.registeredArguments.map((argument) => {
    const { required, variadic } = argument;
    const word = `${argument.name()}${variadic ? "…" : ""}`;
    return required ? word.toUpperCase() : `[${word.toUpperCase()}]`;
  });
  const flags = command.options.filter(({ hidden }) => !hidden).map(({ flags }) => code(flags));
  const shown = [`${group}${command.name()}`, ...words].join(" ");
  return [code(shown), command.summary() || command.description(), flags.join(", ")];
}

interface Schema {
  readonly description?: string;
  readonly type?: string;
  readonly const?: string | number | boolean;
  readonly enum?: readonly string[];
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
}

/** @param closed a key whose own keys are described elsewhere */
export function keyRows(schema: Schema, prefix: string, closed?: string): readonly (readonly string[])[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, one]) => {
    const name = `${prefix}${key}`;
    const inner = one.anyOf?.find(({ properties }) => properties !== undefined) ?? one;
    const isList = inner.type === "array" && inner.items?.properties !== undefined;
    const below =
      key === closed || key === "labels"
        ? []
        : isList
          ? keyRows(inner.items ?? {}, `${name}[].`)
          : keyRows(inner, `${name}.`);
    return [[code(name), one.description ?? "", valuesOf(one)], ...below];
  });
}

function valuesOf({ anyOf, enum: words, const: only, type, items, properties }: Schema): string {
  if (anyOf !== undefined) {
    const some = anyOf.filter(({ type: one }) => one !== "null").map(valuesOf);
    return [...new Set(some.filter((text) => text !== ""))].join(" or ");
  }
  if (words !== undefined) return words.map(code).join(", ");
  if (only !== undefined) return code(String(only));
  if (type === "array")
    return items?.properties === undefined ? `a list of ${valuesOf(items ?? {})}` : "a list";
  if (type === "object") return properties === undefined ? "one for each language" : "";
  return type === "integer" ? "a whole number" : type === "string" ? "text" : "";
}

function code(text: string): string {
  return `\`${text}\``;
}

/** A table in oxfmt's layout. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [head, ...rows].map((row) => row.map((cell) => cell.replaceAll("|", "\\|")));
  const widths = head.map((_, column) => Math.max(3, ...cells.map((row) => (row[column] ?? "").length)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |\n`;
  const [first = [], ...rest] = cells;
  return line(first) + line(widths.map((width) => "-".repeat(width))) + rest.map(line).join("");
}
