import { describe, expect, it } from "vitest";
import { PolicyFile, policyOf, ServerPolicy } from "../../src/verdict/policy.ts";

const GITHUB = {
  name: "github",
  reportByDefault: "status",
  labelsByDefault: false,
  coauthorsByDefault: "require",
} as const;
const GITEE = {
  name: "gitee",
  reportByDefault: "auto",
  labelsByDefault: true,
  coauthorsByDefault: "warn",
} as const;

function complaints(file: unknown): string[] {
  const parsed = PolicyFile.safeParse(file);
  return parsed.success ? [] : parsed.error.issues.map(({ path }) => path.join("."));
}

describe("a policy file", () => {
  it("may be empty, and the defaults are the documented ones", () => {
    expect(policyOf(PolicyFile.parse({}), {}, GITHUB)).toEqual({
      report: "status",
      context: "license/cla",
      comment: "when-unsigned",
      labels: null,
      language: "auto",
      require: { coauthors: "require", committers: "ignore", backports: "sign" },
      exempt: {
        accounts: [],
        authors: [],
        bots: "well-known",
        agents: "well-known",
        organizations: [],
        lines: 0,
        paths: [],
      },
    });
  });

  it("takes a known key with nothing after it as absent, and no other", () => {
    const names = { signed: null, unsigned: null };
    expect(PolicyFile.parse({ report: null, require: { coauthors: null }, labels: names })).toEqual({
      require: {},
    });
    expect(PolicyFile.parse({ exempt: { lines: null, paths: ["a"] } })).toEqual({ exempt: { paths: ["a"] } });
    expect(complaints({ labels: { signed: "yes", unsigned: null } })).toEqual(["labels"]);
    expect([[], "text", null, { require: [] }, { require: "all" }, { labels: [] }].map(complaints)).toEqual([
      [""],
      [""],
      [""],
      ["require"],
      ["require"],
      ["labels"],
    ]);
    expect(complaints({ oops: null, require: { oops: null }, exempt: { oops: null } })).toHaveLength(3);
  });

  it("takes every documented key", () => {
    const file = {
      report: "check",
      context: "legal/cla",
      comment: "always",
      labels: { signed: "cla: yes", unsigned: "cla: no" },
      language: "zh-CN",
      require: { coauthors: "warn", committers: "require", backports: "verify" },
      exempt: {
        accounts: ["github:49699333", "gitee:1"],
        authors: ["github:66853113"],
        bots: "none",
        agents: "none",
        organizations: ["github:9919"],
        lines: 10,
        paths: ["docs/**"],
      },
    };
    expect(policyOf(PolicyFile.parse(file), {}, GITHUB)).toEqual(file);
  });

  it.each([
    [{ reprot: "status" }, ""],
    [{ report: "both" }, "report"],
    [{ require: { authors: "ignore" } }, "require"],
    [{ require: { coauthors: "no" } }, "require.coauthors"],
    [{ exempt: { accounts: ["octocat"] } }, "exempt.accounts.0"],
    [{ exempt: { accounts: ["github:@octocat"] } }, "exempt.accounts.0"],
    [{ exempt: { accounts: [49699333] } }, "exempt.accounts.0"],
    [{ exempt: { organizations: ["octo"] } }, "exempt.organizations.0"],
    [{ exempt: { lines: -1 } }, "exempt.lines"],
    [{ exempt: { lines: 1.5 } }, "exempt.lines"],
    [{ exempt: { lines: "10" } }, "exempt.lines"],
    [{ exempt: { paths: [""] } }, "exempt.paths.0"],
    [{ labels: true }, "labels"],
    [{ labels: { signed: "yes" } }, "labels"],
    [{ labels: { signed: "same", unsigned: "same" } }, "labels"],
    [{ labels: { signed: "CLA", unsigned: "cla" } }, "labels"],
    [{ labels: { signed: "a,b", unsigned: "c" } }, "labels"],
    [{ labels: { signed: "a\nb", unsigned: "c" } }, "labels"],
    [{ context: "" }, "context"],
    [{ context: "a\r\nX: b" }, "context"],
    [{ context: "\u202Elicense/cla" }, "context"],
    [{ context: "license/cla " }, "context"],
    [[], ""],
    ["status", ""],
    [null, ""],
  ])("%j is refused at %j", (file, place) => {
    expect(complaints(file).map((path) => path.startsWith(place))).toContain(true);
  });

  it("is told of all its mistakes at once", () => {
    expect(complaints({ report: "x", exempt: { lines: -1, accounts: ["a", "b"] } })).toHaveLength(4);
  });
});

describe("the policy that applies", () => {
  it("is the repository's key by key, then the server's, then the built-in one", () => {
    const file = PolicyFile.parse({ require: { coauthors: "warn" }, exempt: { lines: 5 } });
    const server = PolicyFile.parse({
      context: "legal/cla",
      require: { coauthors: "ignore", committers: "warn" },
      exempt: { lines: 50, organizations: [9919] },
    });
    const policy = policyOf(file, server, GITHUB);
    expect(policy.context).toBe("legal/cla");
    expect(policy.require).toEqual({ coauthors: "warn", committers: "warn", backports: "sign" });
    expect(policy.exempt).toMatchObject({ lines: 5, organizations: ["github:9919"], bots: "well-known" });
  });

  it("takes a bare number for an organization of the repository's own host, and refuses one for the server", () => {
    const file = PolicyFile.parse({ exempt: { organizations: [42, "gitee:7"] } });
    expect(policyOf(file, {}, GITHUB).exempt.organizations).toEqual(["github:42", "gitee:7"]);
    expect(policyOf(file, {}, GITEE).exempt.organizations).toEqual(["gitee:42", "gitee:7"]);
    const refused = ServerPolicy.safeParse({ exempt: { organizations: ["github:1", 42] } });
    expect(refused.error?.issues.map(({ path }) => path.join("."))).toEqual(["exempt.organizations.1"]);
  });

  it("lets a repository take back what the server grants", () => {
    const server = PolicyFile.parse({ exempt: { lines: 50, accounts: ["github:1"], paths: ["docs/**"] } });
    const file = PolicyFile.parse({ exempt: { lines: 0, accounts: [], paths: [] } });
    expect(policyOf(file, server, GITHUB).exempt).toMatchObject({ lines: 0, accounts: [], paths: [] });
  });

  it("has labels where the host shows verdicts by them, unless they are turned off", () => {
    const labels = { signed: "cla/yes", unsigned: "cla/no" };
    expect(policyOf({}, {}, GITEE).labels).toEqual(labels);
    expect(policyOf({}, {}, GITHUB).labels).toBeNull();
    expect(policyOf({ labels: false }, {}, GITEE).labels).toBeNull();
    expect(policyOf({}, { labels: false }, GITEE).labels).toBeNull();
    expect(policyOf({ labels }, { labels: false }, GITHUB).labels).toEqual(labels);
  });
});
