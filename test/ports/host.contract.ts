/**
 * What the bot promises on every host, as scenarios through the whole running bot. A host's test calls
 * {@link hostContract} with a way to drive it. The printed coverage names the scenarios that ran, and for each other
 * one the capability that the host lacks.
 */
import { describe, expect, it } from "vitest";
import type { HostName } from "../../src/account.ts";
import type { Capabilities } from "../../src/ports/host.ts";
import type { Stage } from "../../playground/stage.ts";
import { displayScenarios } from "./host-display.contract.ts";
import { eventScenarios } from "./host-events.contract.ts";
import { peopleScenarios } from "./host-people.contract.ts";
import { DIFFERENCES, isDocumented, scenariosOf } from "./host-scene.ts";
import type { Stand } from "./host-stand.ts";
import { troubleScenarios } from "./host-trouble.contract.ts";

export function hostContract(
  name: HostName,
  capabilities: Capabilities,
  standOf: (stage: Stage) => Stand,
): void {
  describe(`${name} as a host`, () => {
    const scenario = scenariosOf(name, capabilities, standOf);
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
