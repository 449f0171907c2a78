import pino, { type Logger } from "pino";
import type { Environment } from "./environment.ts";
import { traceOf } from "./trace.ts";

/**
 * The process's log, on standard error. Repositories and pull requests appear by number. Never log anything that names
 * a person.
 */
export async function openLog({
  logLevel,
  logFormat,
}: Pick<Environment, "logLevel" | "logFormat">): Promise<Logger> {
  const options = {
    level: logLevel,
    base: null,
    serializers: { err: traceOf },
  };
  if (logFormat === "json") return pino(options, pino.destination({ dest: 2, sync: true }));
  const { default: pretty } = await import("pino-pretty");
  return pino(
    options,
    pretty({ destination: 2, sync: true, ignore: "pid,hostname", translateTime: "SYS:HH:MM:ss" }),
  );
}
