import pino, { type Logger } from "pino";
import type { Environment } from "./environment.ts";

/**
 * The process's log, on standard error. Repositories and pull requests appear in it by number; nothing that
 * names a person may be given to it.
 */
export async function openLog({
  logLevel,
  logFormat,
}: Pick<Environment, "logLevel" | "logFormat">): Promise<Logger> {
  const options = {
    level: logLevel,
    base: null,
    // Of a bug, what to mend it by; a host's answer that hangs on an error stays out of the log.
    serializers: {
      err: (error: unknown) =>
        error instanceof Error ? { type: error.name, stack: error.stack } : String(error),
    },
  };
  if (logFormat === "json") return pino(options, pino.destination({ dest: 2, sync: true }));
  const { default: pretty } = await import("pino-pretty");
  return pino(
    options,
    pretty({ destination: 2, sync: true, ignore: "pid,hostname", translateTime: "SYS:HH:MM:ss" }),
  );
}
