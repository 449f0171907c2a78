/**
 * Loaded by `--import` into the bot's process: takes its clock from the playground, which may move it on while the bot
 * runs, and ends the process when the playground is gone.
 */
import { followClock, setClock } from "./clock.ts";

setClock(Number(process.env["CLOCK_OFFSET"] ?? 0));
followClock();
process.on("message", (message: { readonly clock: number }) => setClock(message.clock));
process.on("disconnect", () => process.kill(process.pid, "SIGTERM"));
// The channel alone must not keep a finished command running.
process.channel?.unref();
