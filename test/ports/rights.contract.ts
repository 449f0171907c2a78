/**
 * What every engine promises about agreements, employers, a person's rights and the audit. An engine's test calls
 * {@link rightsContract} with a way to open it on an empty store.
 */
import { describe } from "vitest";
import { sceneForEach, type Store } from "./engine-scene.ts";
import { agreementsContract } from "./rights-agreements.contract.ts";
import { auditContract } from "./rights-audit.contract.ts";
import { entitiesContract } from "./rights-entities.contract.ts";
import { erasureContract } from "./rights-erasure.contract.ts";
import { retentionContract } from "./rights-retention.contract.ts";
import { subjectsContract } from "./rights-subjects.contract.ts";

/** @param openStore makes an empty store whose engines read the time from `now` */
export function rightsContract(name: string, openStore: (now: () => number) => Promise<Store>): void {
  describe(`${name} as the keeper of rights`, () => {
    const scene = sceneForEach(openStore);

    describe("the record of agreements", () => {
      agreementsContract(scene);
    });
    describe("an employer", () => {
      entitiesContract(scene);
    });
    describe("a person", () => {
      subjectsContract(scene);
    });
    describe("an erasure", () => {
      erasureContract(scene);
    });
    describe("the audit", () => {
      auditContract(scene);
    });
    describe("retention", () => {
      retentionContract(scene);
    });
  });
}
