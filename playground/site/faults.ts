/**
 * All faults by name: the same list for the page, the tour and tests. The hosts' faults are those of `../faults.ts`;
 * this file adds those of the bot and of the database.
 */
import type { HostName } from "../../src/account.ts";
import type { Scene } from "./scene.ts";
import { FAULTS_OF, type Fault } from "../faults.ts";
import { sentence, SiteRefusal } from "./sentence.ts";

/** How long the database stays locked, in milliseconds. */
const LOCKED_MS = 8_000;

/** Causes a fault. @param host the host of the fault; null for the bot and the database */
export async function fail(scene: Scene, fault: Fault, host: HostName): Promise<void> {
  switch (fault) {
    case "kill":
      return scene.killBot();
    case "start":
      return scene.bot === null ? scene.startBot() : undefined;
    case "database-locked":
      scene.databaseLock.hold(LOCKED_MS);
      return;
    default:
      if (!FAULTS_OF[host].includes(fault))
        throw new SiteRefusal(sentence("no-fault", scene.site(host).title));
      scene.hosts.faults.fail(host, fault);
  }
}

/** Whether a fault still affects anything. @param host null for the bot and the database */
export function isOn(scene: Scene, fault: Fault, host: HostName | null): boolean {
  switch (fault) {
    case "kill":
      return scene.bot === null;
    case "start":
      return false;
    case "database-locked":
      return scene.databaseLock.isHeld;
    default:
      return host !== null && scene.hosts.faults.isOn(host, fault);
  }
}

/** Ends all faults, and starts a killed bot. */
export async function recover(scene: Scene): Promise<void> {
  scene.hosts.faults.recover();
  scene.databaseLock.release();
  if (scene.bot === null) await scene.startBot();
}
