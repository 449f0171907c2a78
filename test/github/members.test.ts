import nock from "nock";
import { describe, expect, it } from "vitest";
import { accountOf, type Account } from "../../src/account.ts";
import type { SimulatedGitHub } from "../../playground/github/simulated-github.ts";
import type { User } from "../../playground/github/state/user.ts";
import { lookupShare } from "../../src/github/read/lookup-share.ts";
import { members, membershipMemory } from "../../src/github/read/members.ts";
import { fakeGitHub, ROUTE, settleFake } from "./fake.ts";
import { routeOf, simulate } from "./sim.ts";

async function withOrganization(count: number, strangers: number) {
  const { github, client, host } = await simulate();
  const octo = github.organization({ login: "octo" });
  const spoon = github.repository({ owner: octo, name: "spoon" });
  const people = (length: number, prefix: string): User[] =>
    Array.from({ length }, (_, index) => github.user({ login: `${prefix}-${index}` }));
  const inside = people(count, "member");
  for (const one of inside) octo.addMember(one);
  const outside = people(strangers, "stranger");
  const ask = async (users: readonly User[]) => {
    github.resetCalls();
    const answer = await host.members([octo.id], users.map(account), routeOf(github, spoon));
    return { ...answer, calls: callsOf(github) };
  };
  return { github, client, octo, spoon, inside, outside, ask };
}

function account({ id }: User): Account {
  return accountOf("github", id);
}

function callsOf(github: SimulatedGitHub): number {
  return Object.values(github.calls().byRoute).reduce((sum, count) => sum + count, 0);
}

describe("the members of an exempt organization", () => {
  it("are found among 400 co-authors with a page of the organization's members", async () => {
    const { inside, outside, ask } = await withOrganization(20, 400);
    const found = await ask([...outside, ...inside]);
    expect(found.members).toEqual(new Set(inside.map(account)));
    expect(found.unknown).toEqual(new Set());
    expect(found.calls).toBeLessThan(6);
  });

  it("that are too many to list cost one check at most 100 calls, and the next continues", async () => {
    const { inside, outside, ask } = await withOrganization(1001, 120);
    const asked = [...outside, ...inside.slice(0, 2)];
    const first = await ask(asked);
    expect(first.calls).toBeLessThanOrEqual(102);
    expect(first.unknown.size).toBeGreaterThan(50);
    let last = first;
    for (let round = 0; round < 4 && last.unknown.size > 0; round += 1) {
      const next = await ask(asked);
      expect(next.calls).toBeLessThanOrEqual(102);
      expect(next.unknown.size).toBeLessThan(last.unknown.size);
      last = next;
    }
    expect(last.unknown).toEqual(new Set());
    expect(last.members).toEqual(new Set(inside.slice(0, 2).map(account)));
    expect((await ask(asked)).calls).toBe(0);
  });

  it("beyond the people that are looked up for one pull request stay unknown, and cost only the list", async () => {
    const { outside, ask } = await withOrganization(1001, 301);
    for (const most of [15, 0]) {
      const { unknown, why, calls } = await ask(outside);
      expect([unknown.size, why, calls <= most]).toEqual([301, "too-many", true]);
    }
  });

  it("of many people wait where other pull requests used up the hour's lookups; a few are asked at once", async () => {
    const { github, client, octo, spoon, outside } = await withOrganization(0, 11);
    const share = lookupShare(client.now);
    const { installation } = routeOf(github, spoon);
    const ask = async (users: readonly User[]) => {
      github.resetCalls();
      const memory = membershipMemory(client.now);
      const answer = await members(client, [octo.id], users.map(account), installation ?? 0, memory, share);
      return { ...answer, calls: callsOf(github) };
    };
    expect(await ask(outside)).toMatchObject({ unknown: new Set(), calls: 2 });
    share.spend(installation ?? 0, 1_498);
    const waiting = await ask(outside);
    expect(waiting).toMatchObject({ unknown: new Set(outside.map(account)), why: "unfinished", calls: 0 });
    expect(waiting.waitsUntil).toBeGreaterThan(client.now() + 3_000_000);
    expect((await ask(outside.slice(0, 10))).unknown).toEqual(new Set());
    expect(share.freeAt(7)).toBe(null);
  });

  it("are not read one by one if GitHub refuses all of them", async () => {
    const { github, outside, ask } = await withOrganization(0, 40);
    const refusal = {
      kind: "status",
      status: 403,
      message: "Resource not accessible by integration",
    } as const;
    github.fail(refusal, { times: Infinity, when: ({ route }) => route.includes("/members") });
    const { unknown, calls } = await ask(outside);
    expect([unknown.size, calls < 12]).toEqual([40, true]);
  });

  it("are asked about again where they are few", async () => {
    const { octo, inside, ask } = await withOrganization(1, 0);
    expect((await ask(inside)).members).toEqual(new Set(inside.map(account)));
    const [member] = inside;
    if (member !== undefined) octo.removeMember(member);
    expect((await ask(inside)).members).toEqual(new Set());
  });

  it("count by the account's number: a login that another account takes meanwhile proves nothing", async () => {
    const { github, octo, outside, ask } = await withOrganization(0, 1);
    const usurper = github.user({ login: "usurper" });
    octo.addMember(usurper);
    const [stranger] = outside;
    if (stranger === undefined) throw new Error("nobody is there");
    const end = github.onRequest(({ route }) => {
      if (!route.includes("/members/")) return;
      end();
      // Between the two lookups the stranger gives up the login, and a member takes it.
      github.renameUser(stranger, "someone-else");
      github.renameUser(usurper, "stranger-0");
    });
    expect((await ask([stranger])).members).toEqual(new Set());
  });

  it("leave an account unknown if GitHub answers about another one", async () => {
    const { host, answer } = await fakeGitHub();
    answer("GET", "/user/583231", { id: 583231, login: "octo" });
    answer("GET", "/user/7", { id: 8, login: "somebody-else" });
    const asked = accountOf("github", 7);
    expect(await host.members([583231], [asked], ROUTE)).toEqual({
      members: new Set(),
      unknown: new Set([asked]),
    });
    settleFake();
    nock.enableNetConnect();
  });
});
