/**
 * What every engine promises, whatever keeps its data. An engine's test calls {@link engineContract} with a way to
 * open it on an empty store.
 */
import { describe, expect, it } from "vitest";
import { countsContract } from "./engine-counts.contract.ts";
import { importProperties } from "./engine-import-property.contract.ts";
import { importContract } from "./engine-import.contract.ts";
import { needContract } from "./engine-need.contract.ts";
import { pullsContract } from "./engine-pulls.contract.ts";
import { queueContract } from "./engine-queue.contract.ts";
import { queueProperties } from "./engine-queue-property.contract.ts";
import { rosterContract } from "./engine-roster.contract.ts";
import { alice, load, row, sceneForEach, type Store } from "./engine-scene.ts";
import { sessionsContract } from "./engine-sessions.contract.ts";
import { signaturesContract } from "./engine-signatures.contract.ts";
import { spendingContract } from "./engine-spending.contract.ts";

/**
 * @param openStore makes an empty store whose engines read the time from `now`
 * @param runs how often each property is tried; fewer where a store is slow
 */
export function engineContract(
  name: string,
  openStore: (now: () => number) => Promise<Store>,
  runs = 60,
): void {
  describe(`${name} as an engine`, () => {
    const scene = sceneForEach(openStore);

    it("is ready once it is open", async () => {
      await expect(scene().engine.ready()).resolves.toBeUndefined();
    });

    it("is not ready once it is closed", async () => {
      await scene().engine.close();
      await expect(scene().engine.ready()).rejects.toMatchObject({ code: "database-unreachable" });
    });

    it("keeps cursors that move on and never back", async () => {
      const { cursors } = scene().engine;
      expect(await cursors.find("deliveries of github")).toBeNull();
      await cursors.move("deliveries of github", 5);
      await cursors.move("deliveries of github", 3);
      await cursors.move("deliveries of gitee", 1);
      const again = await scene().store.open();
      expect(await again.cursors.find("deliveries of github")).toBe(5);
      expect(await again.cursors.find("deliveries of gitee")).toBe(1);
    });

    it("counts the cursors of a prefix that are fresh, and forgets its others", async () => {
      const { cursors } = scene().engine;
      for (const [name, at] of [
        ["at work: one", 10],
        ["at work: two", 20],
        ["at work: three", 99],
        ["deliveries of github", 1],
      ] as const)
        await cursors.move(name, at);
      expect(await cursors.fresh("at work: ", 15, 30)).toBe(1);
      expect(await cursors.fresh("at work: ", 0, 100)).toBe(1);
      expect(await cursors.find("deliveries of github")).toBe(1);
    });

    it("keeps to which server of a host its account numbers belong, from the first number on", async () => {
      const { engine, store } = scene();
      expect(await engine.serverOf("github", "gihtub.example.com")).toBe("gihtub.example.com");
      expect(await engine.serverOf("github", "github.example.com")).toBe("github.example.com");
      await load(engine, [row(alice, 1)]);
      expect(await engine.serverOf("github", "github.com")).toBe("github.example.com");
      expect(await engine.serverOf("gitee", "gitee.com")).toBe("gitee.com");
      expect(await (await store.open()).serverOf("github", "github.com")).toBe("github.example.com");
    });

    describe("queue", () => {
      queueContract(scene);
      queueProperties(openStore, runs);
    });
    describe("work in the order of need", () => {
      needContract(scene);
    });
    describe("what the queue tells and keeps", () => {
      countsContract(scene);
    });
    describe("what is spent of a host's limits", () => {
      spendingContract(scene);
    });
    describe("pull requests", () => {
      pullsContract(scene);
    });
    describe("signatures", () => {
      signaturesContract(scene);
    });
    describe("a session", () => {
      sessionsContract(scene);
    });
    describe("an import", () => {
      importContract(scene);
      importProperties(openStore, runs);
    });
    describe("a roster", () => {
      rosterContract(scene);
    });
  });
}
