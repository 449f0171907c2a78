import { describe, expect, it } from "vitest";
import { readEnvironment, type Variables } from "../../src/bot/environment.ts";
import { Problems } from "../../src/error.ts";

const KEY = "-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----";
const GITHUB = { APP_ID: "7", PRIVATE_KEY: KEY, WEBHOOK_SECRET: "s3cret" };

function problems(variables: Variables): readonly string[] {
  try {
    readEnvironment(variables, false);
    return [];
  } catch (error) {
    if (error instanceof Problems) return error.problems.map(({ field, message }) => `${field}: ${message}`);
    throw error;
  }
}

describe("the environment", () => {
  it("that is empty turns both hosts off and has a default for the rest", () => {
    expect(readEnvironment({}, false)).toEqual({
      host: "localhost",
      port: 3000,
      publicUrl: "http://localhost:3000",
      metrics: { token: null, port: null },
      telemetry: null,
      databaseUrl: "file:data/countersign.db",
      configFile: "countersign.yml",
      operator: null,
      logLevel: "info",
      logFormat: "json",
      github: null,
      gitee: null,
    });
  });

  it("with half of a host names everything that is missing, at once", () => {
    expect(problems({ APP_ID: "x7", GITEE_WEBHOOK_SECRET: "s" })).toMatchInlineSnapshot(`
      [
        "APP_ID: expected a whole number from 1 to 9007199254740991",
        "PRIVATE_KEY: is missing: set it, or PRIVATE_KEY_PATH, to the GitHub App's private key",
        "WEBHOOK_SECRET: is missing: the secret of the GitHub App's webhook",
        "GITEE_TOKEN: is missing: a personal access token of the bot's Gitee account",
      ]
    `);
  });

  it("with nothing but a host's address names what is missing of that host", () => {
    expect(problems({ GHE_HOST: "ghe.example.com" })).toHaveLength(3);
    expect(problems({ GITEE_URL: "https://gitee.example.com" })).toHaveLength(2);
  });

  it.each(["…", "令牌", "t0ken of the bot", "t0ken\nGITEE_URL=x"])("has no Gitee token %j", (token) => {
    expect(problems({ GITEE_TOKEN: token, GITEE_WEBHOOK_SECRET: "s" })).toEqual([
      "GITEE_TOKEN: expected the token in one line: letters, digits and signs without spaces",
    ]);
  });

  it("never repeats a value that may be a secret", () => {
    const said = problems({
      ...GITHUB,
      PRIVATE_KEY: "hunter2",
      PORT: "hunter2",
      LOG_LEVEL: "hunter2",
      DATABASE_URL: "hunter2",
    });
    expect(said).toHaveLength(4);
    expect(said.join("\n")).not.toContain("hunter2");
  });

  it.each([
    ["as it is", KEY],
    ["in one line", KEY.replaceAll("\n", "\\n")],
    ["in one line with blanks for line ends", KEY.replaceAll("\n", " ")],
    ["in base64", Buffer.from(KEY).toString("base64")],
    ["in quotes", `"${KEY}"`],
    ["in one line in single quotes", `'${KEY.replaceAll("\n", "\\n")}'`],
    ["in base64 in quotes", `"${Buffer.from(KEY).toString("base64")}"`],
    ["in one line with \\r\\n for line ends", KEY.replaceAll("\n", "\\r\\n")],
    ["in one line with two backslashes", KEY.replaceAll("\n", "\\\\n")],
    ["in one line with tabs", KEY.replaceAll("\n", "\t\t")],
    ["in one line without line ends", KEY.replaceAll("\n", "")],
    ["with empty lines", KEY.replaceAll("\n", "\n\n")],
    ["in the quotes of a word processor", `“${KEY}”`],
    ["with one quote", `"${KEY}`],
    ["with its name before it", `PRIVATE_KEY='${KEY}'`],
    ["in quotes in base64", Buffer.from(`"${KEY}"`).toString("base64")],
    ["with blanks before and after each line", `  ${KEY.replaceAll("\n", "  \r\n\t ")} \n`],
  ])("reads a private key %s", (_how, PRIVATE_KEY) => {
    expect(readEnvironment({ ...GITHUB, PRIVATE_KEY }, false).github?.privateKey).toBe(KEY);
  });

  it("refuses a public URL with a password in it, and does not repeat that", () => {
    expect(problems({ PUBLIC_URL: "https://bot:hunter2@cla.example.com" })).toEqual([
      "PUBLIC_URL: contains a user or password, which everybody would see: remove it",
    ]);
  });

  it("knows a GitHub Enterprise Server by its host", () => {
    const { github } = readEnvironment({ ...GITHUB, GHE_HOST: "ghe.example.com" }, false);
    expect(github?.enterprise).toEqual({ host: "ghe.example.com", protocol: "https" });
    expect(github?.webUrl).toBe("https://ghe.example.com");
    const { github: own } = readEnvironment({ ...GITHUB, GHE_HOST: "github.com" }, false);
    expect([own?.enterprise, own?.webUrl]).toEqual([null, "https://github.com"]);
    for (const host of ["www.github.com", "github.com:443", "gist.GitHub.com"])
      expect(problems({ ...GITHUB, GHE_HOST: host })).toEqual([
        "GHE_HOST: is an Enterprise Server's host name: leave it out for github.com",
      ]);
    for (const host of ["api.octo.ghe.com", "api.github.com"])
      expect(problems({ ...GITHUB, GHE_HOST: host })).toEqual([
        "GHE_HOST: is the API's host name: leave out “api.”, e.g. SUBDOMAIN.ghe.com",
      ]);
  });

  it("takes a public URL without its last slash, with logs pretty on a terminal", () => {
    const environment = readEnvironment({ PUBLIC_URL: "https://cla.example.com/" }, true);
    expect(environment.publicUrl).toBe("https://cla.example.com");
    expect(environment.logFormat).toBe("pretty");
  });

  it("explains a private key that is none, and a Gitee address that holds the API's path", () => {
    expect(problems({ ...GITHUB, PRIVATE_KEY: "ssh-rsa AAAA" })).toEqual([
      "PRIVATE_KEY: does not contain a PEM private key: set it to the whole content of the .pem file, from -----BEGIN to -----END",
    ]);
    expect(problems({ ...GITHUB, PRIVATE_KEY: KEY.slice(0, -12) })).toEqual([
      "PRIVATE_KEY: is cut: its line -----END is missing; set it to the whole content of the .pem file",
    ]);
    const gitee = { GITEE_TOKEN: "t", GITEE_WEBHOOK_SECRET: "s" };
    for (const path of ["api/v5", "api/v5/", "API/V5", "api"].map((end) => `/${end}`))
      expect(problems({ ...gitee, GITEE_URL: `https://gitee.com${path}` })).toEqual([
        "GITEE_URL: contains the API's path: set it to the server's URL only, https://gitee.com",
      ]);
    for (const url of ["gitee.com", "gitee.com/api/v5", "https://gitee.com/api/v5?x=1"])
      expect(problems({ ...gitee, GITEE_URL: url })).toEqual([
        "GITEE_URL: expected the server's URL only: set it to https://gitee.com",
      ]);
    const [named = ""] = problems({ ...gitee, GITEE_URL: "https://user:pass@gitee.com" });
    expect(named).toContain("contains a user or password");
    expect(named).not.toContain("user:pass");
    for (const url of ["http://api", "https://api/v5", "https://api.example.com"])
      expect(problems({ ...gitee, GITEE_URL: url }).filter((one) => one.startsWith("GITEE_URL"))).toEqual([]);
  });

  it("says where traces go, as OpenTelemetry's variables do", () => {
    const read = (variables: Record<string, string>) => readEnvironment(variables, false).telemetry;
    expect(read({ OTEL_EXPORTER_OTLP_ENDPOINT: "http://otel:4318/" })).toEqual({
      tracesUrl: "http://otel:4318/v1/traces",
      serviceName: "countersign",
    });
    expect(read({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "https://otel/x", OTEL_SERVICE_NAME: "cla" })).toEqual({
      tracesUrl: "https://otel/x",
      serviceName: "cla",
    });
    expect(read({ OTEL_EXPORTER_OTLP_ENDPOINT: "http://otel", OTEL_SDK_DISABLED: "true" })).toBeNull();
    expect(() => read({ OTEL_EXPORTER_OTLP_ENDPOINT: "otel:4318" })).toThrow(/OTEL_EXPORTER_OTLP_ENDPOINT/);
  });

  it("says who may read the metrics, and refuses a token that can be guessed or a port that is taken", () => {
    const { metrics } = readEnvironment({ METRICS_TOKEN: "0123456789abcdef", METRICS_PORT: "9090" }, false);
    expect(metrics).toEqual({ token: "0123456789abcdef", port: 9090 });
    expect(problems({ METRICS_TOKEN: "secret" })).toHaveLength(1);
    expect(problems({ METRICS_PORT: "3000" })).toEqual([
      "METRICS_PORT: is the bot's own PORT: choose another",
    ]);
  });
});
