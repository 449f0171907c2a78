import { describe, expect, it } from "vitest";
import { accountOf } from "../../src/account.ts";
import {
  amendDetails,
  requireImported,
  requireMovable,
  requireMoved,
  versionTaken,
} from "../../src/records/correction.ts";

const [alice, bob] = [accountOf("github", 1), accountOf("github", 2)];
const correction = {
  kind: "signature",
  agreement: "icla",
  version: "1.0",
  signedAt: 7,
  newVersion: "1.1",
} as const;
const refused = (message: string) => expect.objectContaining({ code: "refused", message });

describe("a correction", () => {
  it("moves a record to another account that was not erased", () => {
    expect(() => requireMovable(alice, bob, false)).not.toThrow();
    expect(() => requireMovable(alice, alice, false)).toThrow(
      refused("the record already belongs to that account"),
    );
    expect(() => requireMovable(alice, bob, true)).toThrow(
      refused("github:2 was erased at its person's request"),
    );
  });

  it.each([
    [1, 0, 0],
    [0, 1, 0],
    [1, 0, 3],
  ])("that moved %i signatures and %i places is done, with %i kept", (signatures, places, kept) => {
    expect(() => requireMoved(alice, { signatures, places, kept })).not.toThrow();
  });

  it("that moved nothing says whether the person's own signatures are the reason", () => {
    const moved = { signatures: 0, places: 0 };
    expect(() => requireMoved(alice, { ...moved, kept: 0 })).toThrow(
      refused("nothing stored about github:1 can be corrected"),
    );
    expect(() => requireMoved(alice, { ...moved, kept: 1 })).toThrow(
      refused(
        "github:1 gave its signatures while signed in, so its number is right: the person can withdraw, restrict or erase them",
      ),
    );
  });

  it("changes an imported signature, and neither a missing one nor one that the person gave", () => {
    const imported = { evidence: "import" } as const;
    expect(requireImported(alice, correction, imported)).toBe(imported);
    expect(() => requireImported(alice, correction, undefined)).toThrow(
      refused("github:1 has no signature of its own of icla 1.0"),
    );
    for (const evidence of ["page", "comment:5"] as const)
      expect(() => requireImported(alice, correction, { evidence })).toThrow(
        refused(
          "github:1 gave this signature while signed in, with this date and version: it can be withdrawn, not corrected",
        ),
      );
  });

  it("to a version that the account has signed is refused with the version", () => {
    expect(versionTaken(alice, correction, "1.1")).toEqual(
      refused("github:1 already has a signature of icla 1.1"),
    );
  });

  it("is in the audit with what it changed", () => {
    expect(amendDetails(correction, 3)).toEqual({
      agreement: "icla",
      version: "1.0",
      "new version": "1.1",
      "signed at": 3,
      "new signed at": 7,
    });
  });
});
