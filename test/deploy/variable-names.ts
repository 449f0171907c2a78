import { configFileOf, examineEnvironment, type Variables } from "../../src/bot/environment.ts";

/** The name of every variable that the bot reads, determined by letting it read them. */
export const VARIABLE_NAMES: readonly string[] = namesRead();

function namesRead(): readonly string[] {
  const names = new Set<string>();
  const values: Variables = {
    APP_ID: "1",
    PRIVATE_KEY_PATH: "/nowhere",
    GITHUB_CLIENT_ID: "x",
    GITEE_TOKEN: "x",
    GITEE_CLIENT_ID: "x",
    OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1",
  };
  const spy = new Proxy(values, {
    get(target, name) {
      if (typeof name === "string") names.add(name);
      return typeof name === "string" ? target[name] : undefined;
    },
  });
  examineEnvironment(spy, false);
  configFileOf(spy);
  return [...names].toSorted();
}
