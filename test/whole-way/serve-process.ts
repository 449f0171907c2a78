/** Runs `countersign serve` and other commands as separate processes, between simulated hosts in this one. */
import {
  runCommand,
  startBotProcess,
  type BotProcess,
  type CommandResult,
} from "../../playground/bot-process.ts";
import type { StageHosts } from "../../playground/stage.ts";

export type Served = BotProcess;

/** Starts the bot, waits until it listens, and points the hosts' webhooks to it. */
export async function serve(hosts: StageHosts, variables: Record<string, string> = {}): Promise<Served> {
  const bot = await startBotProcess({ ...hosts.variables, ...variables });
  hosts.announceTo(bot.url);
  return bot;
}

/** Runs a command to its end. @param killAfter milliseconds after which it is killed with SIGKILL */
export function command(
  hosts: Pick<StageHosts, "variables">,
  args: readonly string[],
  killAfter?: number,
): Promise<CommandResult> {
  return runCommand(hosts.variables, args, { killAfter });
}
