import { expect, it } from "vitest";
import { VARIABLE_NAMES } from "../deploy/variable-names.ts";
import { reference, VARIABLES } from "./reference.ts";

it("docs/reference.md is what the code has; npm run reference writes it", async () => {
  await expect(await reference()).toMatchFileSnapshot("../../docs/reference.md");
});

it("docs/reference.md names every variable that the bot reads, and no other", () => {
  expect(Object.keys(VARIABLES).toSorted()).toEqual(VARIABLE_NAMES);
});
