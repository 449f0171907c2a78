import { describe, expect, it } from "vitest";
import { PERMISSIONS } from "../../../src/github/permissions.ts";
import { commentsOf, scene, sign, stateOf } from "./scene.ts";

const POLICY = (organization: number): string =>
  `labels: {signed: cla/yes, unsigned: cla/no}\nexempt: {organizations: [${organization}], lines: 1}\n`;

/**
 * The result of a story that uses everything, on a private repository, where only the listed permissions allow
 * anything.
 */
async function storyWith(permissions: Readonly<Record<string, "read" | "write">>) {
  const { stage, github, octo, alice, bob, carol } = await scene();
  octo.addMember(carol);
  const secret = github.repository({
    owner: octo,
    name: "secret",
    private: true,
    files: { ".github/cla.yml": POLICY(octo.id) },
  });
  const checked = github.repository({
    owner: octo,
    name: "checked",
    private: true,
    files: { ".github/cla.yml": "report: check\n" },
  });
  for (const person of [alice, bob, carol]) {
    secret.addCollaborator(person);
    checked.addCollaborator(person);
  }
  const installation = github.installationFor(secret);
  if (installation === undefined) throw new Error("installed");
  installation.permissions = { ...permissions };
  github.tokens.expireAll();
  const file = (name: string) => ({ [`src/${name}.txt`]: "1\n2\n3\n" });
  const green = secret.openPull({ opener: alice, commits: [{ author: alice, files: file("a") }] });
  const red = secret.openPull({ opener: bob, commits: [{ author: bob, files: file("b") }] });
  const member = secret.openPull({ opener: carol, commits: [{ author: carol, files: file("c") }] });
  const run = checked.openPull({ opener: alice });
  await stage.settled();
  const group = secret.enqueue([green], "squash");
  await stage.settled();
  return {
    states: [green, red, member].map(stateOf),
    labels: [...green.labels.keys()],
    comments: commentsOf(red).length,
    run: checked.checkRunsOf(run.head.sha)[0]?.fields.conclusion ?? null,
    group: secret.statusesOf(group.head.sha)[0]?.state ?? null,
    violations: github.violations,
    sign: () => sign(stage, bob),
    red,
  };
}

describe("the permissions that app.yml names", () => {
  it("are enough for everything, on private repositories, too", async () => {
    const { sign, red, ...came } = await storyWith(PERMISSIONS);
    expect(came).toEqual({
      states: ["success", "failure", "success"],
      labels: ["cla/yes"],
      comments: 1,
      run: "success",
      group: "success",
      violations: [],
    });
    await sign();
    expect(stateOf(red)).toBe("success");
  });

  // Every app has the first; by the second GitHub lets an app hear of comments, which the simulation does not ask for.
  const needed = Object.keys(PERMISSIONS).filter((name) => name !== "metadata" && name !== "issues");

  it.each(needed)(
    "are no more than needed: without %s something is missing, and nothing is green in error",
    async (name) => {
      const { [name]: _, ...less } = PERMISSIONS as Record<string, "read" | "write">;
      const { states, labels, comments, run, group } = await storyWith(less);
      expect({ states, labels, comments, run, group }).not.toEqual({
        states: ["success", "failure", "success"],
        labels: ["cla/yes"],
        comments: 1,
        run: "success",
        group: "success",
      });
      expect(states[1]).not.toBe("success");
    },
  );
});
