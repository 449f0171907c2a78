import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { EVENTS, missingPermissions, PERMISSIONS } from "../../src/github/permissions.ts";
import * as simulated from "../../playground/github/options.ts";

describe("the permissions that doctor asks for", () => {
  it("are those of the manifest, and so are the events", () => {
    const manifest: unknown = parse(readFileSync(new URL("../../app.yml", import.meta.url), "utf8"));
    expect(manifest).toMatchObject({ default_permissions: PERMISSIONS, default_events: EVENTS });
    expect(Object.keys((manifest as { default_permissions: object }).default_permissions)).toEqual(
      Object.keys(PERMISSIONS),
    );
  });

  it("are those that the simulated GitHub grants, and those are its events", () => {
    expect(simulated.PERMISSIONS).toEqual(PERMISSIONS);
    expect([...simulated.EVENTS].toSorted()).toEqual([...EVENTS].toSorted());
  });

  it("are held by a higher one, and lacked where there is a lower one or none", () => {
    expect(missingPermissions({ ...PERMISSIONS, contents: "write", members: "admin" })).toEqual([]);
    const lacking = missingPermissions({ ...PERMISSIONS, statuses: "read", checks: "none" });
    expect(lacking.map(({ permission }) => permission)).toEqual(["statuses: write", "checks: write"]);
  });
});
