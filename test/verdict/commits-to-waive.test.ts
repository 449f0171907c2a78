import { expect, it } from "vitest";
import { accountOf } from "../../src/account.ts";
import type { Claim, Person } from "../../src/pull.ts";
import { commitsToWaive } from "../../src/verdict/verdict.ts";
import { commit, person, policy, pull } from "./facts.ts";

const typed = (number: number, by: Claim["by"]): Person => ({
  account: null,
  login: null,
  name: "A bot",
  email: null,
  claimed: { account: accountOf("github", number), by },
});

it("A maintainer may waive what counts as no account: not what the policy lists, nor a listed bot as co-author", () => {
  const defaults = policy();
  const exempt = { ...defaults.exempt, accounts: [accountOf("github", 777001)] };
  const commits = [
    commit("named", typed(41898282, "name")),
    commit("unlisted", typed(777002, "number")),
    commit("listed", typed(777001, "number")),
    commit("linked", person(1)),
    commit("coauthored", person(1), { coauthors: [typed(41898282, "name")] }),
  ];
  const found = commitsToWaive(pull(person(1), commits), { ...defaults, exempt });
  expect([...found]).toEqual(["named", "unlisted"]);
});
