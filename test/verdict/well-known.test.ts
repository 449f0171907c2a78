import { describe, expect, it } from "vitest";
import { accountOf } from "../../src/account.ts";
import { AGENTS, BOTS } from "../../src/verdict/known-bots.ts";
import {
  isKnownBot,
  isKnownBotAddress,
  isWellKnownAgent,
  writesOwnContent,
} from "../../src/verdict/well-known.ts";
import { person, stranger } from "./facts.ts";

describe("the list of bots", () => {
  it.each([49699333, 29139614, 66853113, 198982749, 31301654])(
    "knows github:%i as one that writes its own content",
    (number) => {
      expect(writesOwnContent(accountOf("github", number))).toBe(true);
      expect(writesOwnContent(accountOf("gitee", number))).toBe(false);
    },
  );

  it.each([41898282, 37929162, 46447321])("knows github:%i as a carrier of other people's text", (number) => {
    expect(isKnownBot(accountOf("github", number))).toBe(true);
    expect(writesOwnContent(accountOf("github", number))).toBe(false);
  });

  it.each([
    ["49699333+dependabot[bot]@users.noreply.github.com", true],
    ["Dependabot[bot]@users.noreply.github.com", true],
    ["198982749+Copilot@users.noreply.github.com", true],
    ["Copilot@users.noreply.github.com", false],
    ["1+dependabot[bot]@users.noreply.github.com", false],
    ["dependabot@users.noreply.github.com", false],
    ["dependabot[bot]@users.noreply.github.example.com", false],
  ])("has the address %s: %s", (email, known) => expect(isKnownBotAddress(email)).toBe(known));

  it("names no account twice and a source for each", () => {
    expect(new Set(BOTS.map(({ account }) => account)).size).toBe(BOTS.length);
    for (const { source } of BOTS) expect(source).not.toBe("");
  });
});

describe("the list of coding assistants", () => {
  it("knows each by its number and by its exact address, in any case", () => {
    for (const { accounts, addresses } of AGENTS) {
      for (const account of accounts) expect(isWellKnownAgent(person(1, { account }))).toBe(true);
      for (const email of addresses) {
        expect(isWellKnownAgent(stranger({ email }))).toBe(true);
        expect(isWellKnownAgent(stranger({ email: email.toUpperCase() }))).toBe(true);
        expect(isWellKnownAgent(stranger({ email: `x${email}` }))).toBe(false);
        expect(isWellKnownAgent(stranger({ email: `${email}.example` }))).toBe(false);
        expect(isWellKnownAgent(stranger({ email: ` ${email}` }))).toBe(false);
      }
    }
  });

  it.each([
    ["opencode-agent[bot]@users.noreply.github.com", true],
    ["coderabbitai[bot]@users.noreply.github.com", true],
    ["1+coderabbitai[bot]@users.noreply.github.com", false],
    ["coderabbitai@users.noreply.github.com", false],
    ["junie-agent@users.noreply.github.com", false],
    ["247260674+junie-agent@users.noreply.github.com", true],
  ])("knows the address %s: %s", (email, known) => expect(isWellKnownAgent(stranger({ email }))).toBe(known));

  it("holds addresses in lower case, or they would never match", () => {
    for (const address of AGENTS.flatMap(({ addresses }) => addresses))
      expect(address).toBe(address.toLowerCase());
  });

  it("says nothing about somebody without an address and an account", () => {
    expect(isWellKnownAgent(stranger({ email: null, name: "Claude" }))).toBe(false);
  });
});
