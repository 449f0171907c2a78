import { describe, expect, it } from "vitest";
import {
  deserves,
  expected,
  hasSigned,
  mayBeGreen,
  type Pull,
  type Truth,
} from "../../playground/model/truth.ts";

const NOW = 1_000;

/** Person 0 has signed, person 1 has not. */
function truthWith(...pulls: Pull[]): Truth {
  return {
    version: 1,
    graceUntil: 0,
    signatures: [{ person: 0, version: 1, at: 10 }],
    revoked: new Map(),
    erased: new Set(),
    restricted: new Set(),
    repositories: [{ covered: true, policy: "require", waived: new Set() }],
    pulls,
    sharedHeads: true,
    coauthorsByDefault: "require",
  };
}

function pullBy(opener: number, author: number | null = opener, coauthor: number | null = null): Pull {
  return { repository: 0, opener, commits: [{ id: "a", author, coauthor }], open: true, told: true };
}

describe("the model", () => {
  it.each<[string, Pull, string]>([
    ["whose opener and author have signed is green", pullBy(0), "green"],
    ["whose opener has not signed is red", pullBy(1, 0), "red"],
    ["with an unsigned author is red", pullBy(0, 1), "red"],
    ["with an unsigned co-author is red", pullBy(0, 0, 1), "red"],
    ["with an author without an account is red", pullBy(0, null), "red"],
  ])("says that a pull request %s", (_, pull, display) => {
    expect(deserves(truthWith(pull), pull, NOW)).toBe(display);
  });

  it("counts a signature until it is revoked, outdated or restricted", () => {
    const truth = truthWith();
    expect(hasSigned(truth, 0, NOW)).toBe(true);
    truth.revoked.set(0, 20);
    expect(hasSigned(truth, 0, NOW)).toBe(false);
    truth.signatures.push({ person: 0, version: 1, at: 30 });
    expect(hasSigned(truth, 0, NOW)).toBe(true);
    truth.version = 2;
    expect(hasSigned(truth, 0, NOW)).toBe(false);
    truth.graceUntil = NOW + 1;
    expect(hasSigned(truth, 0, NOW)).toBe(true);
    truth.restricted.add(0);
    expect(hasSigned(truth, 0, NOW)).toBe(false);
  });

  it("lets no head be green that another open pull request shares and has not earned", () => {
    const [own, other] = [pullBy(0), pullBy(1, 0)];
    const truth = truthWith(own, other);
    expect(expected(truth, own, NOW)).toBe("red");
    expect(mayBeGreen(truth, own, own.commits, NOW)).toBe(false);
    other.open = false;
    expect(expected(truth, own, NOW)).toBe("green");
    expect(mayBeGreen(truth, own, own.commits, NOW)).toBe(true);
  });
});
