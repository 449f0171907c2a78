/**
 * Loaded by `--import` into the bot's process: takes its clock from the playground, and ends the process when the
 * playground is gone.
 */
import { setClock } from "./clock.ts";

setClock(Number(process.env["CLOCK_OFFSET"] ?? 0));
process.on("disconnect", () => process.kill(process.pid, "SIGTERM"));
// The channel alone must not keep a command running that is done.
process.channel?.unref();
