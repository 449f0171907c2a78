/**
 * What the bot promises on every host, as scenarios through the whole running bot. A host's test calls
 * {@link hostContract} with a way to drive it; at the end stands which scenarios it went through, and why it
 * can't have the others.
 */
import { describe, expect, it } from "vitest";
import type { HostName } from "../../src/account.ts";
import type { Stage } from "../../playground/stage.ts";
import { displayScenarios } from "./host-display.contract.ts";
import { eventScenarios } from "./host-events.contract.ts";
import { DIFFERENCES, peopleScenarios } from "./host-people.contract.ts";
import { isDocumented, scenariosOf } from "./host-scene.ts";
import type { Stand } from "./host-stand.ts";
import { troubleScenarios } from "./host-trouble.contract.ts";

export function hostContract(name: HostName, standOf: (stage: Stage) => Stand): void {
  describe(`${name} as a host`, () => {
    const scenario = scenariosOf(name, standOf);
    describe("people", () => {
      peopleScenarios(scenario);
    });
    describe("events", () => {
      eventScenarios(scenario);
    });
    describe("display", () => {
      displayScenarios(scenario);
    });
    describe("trouble", () => {
      troubleScenarios(scenario);
    });

    it.each(Object.values(DIFFERENCES))("differs only as docs/gitee.md says: %s", (difference) => {
      expect(isDocumented(difference)).toBe(true);
    });
  });
}
