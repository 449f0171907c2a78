/**
 * Everything that can go wrong between the bot and the world, by name: the same list for the page, the tour and
 * tests. The hosts' faults are those of `../faults.ts`; the bot's and the database's are their own.
 */
import type { HostName } from "../../src/account.ts";
import type { Scene } from "./scene.ts";
import { FAULTS_OF, type Fault } from "../faults.ts";
import { sentence, SiteRefusal } from "./sentence.ts";

/** How long the database stays locked, in milliseconds. */
const LOCKED_MS = 8_000;

/** Makes something go wrong. @param host where; those of the bot and of the database need none */
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

/** Everything works again; a killed bot is started. */
export async function recover(scene: Scene): Promise<void> {
  scene.hosts.faults.recover();
  scene.databaseLock.release();
  if (scene.bot === null) await scene.startBot();
}
