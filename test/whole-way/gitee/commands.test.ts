import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { run } from "../scene.ts";
import { STAGE_CONFIGURATION } from "../../../playground/stage.ts";
import { scene } from "./scene.ts";

describe("commands about Gitee", () => {
  it("waiver lists and removes what a maintainer waived there, and the pull request is checked again", async () => {
    const { stage, gitee, alice, widget } = await scene();
    const dora = gitee.user({ login: "dora" });
    widget.addCollaborator(dora, "admin");
    const author = { name: "Somebody", email: "somebody@example.org" };
    const pull = widget.openPull({ opener: alice, commits: [{ author }] });
    await stage.settled();
    expect(pull.labels).toEqual(["cla/no"]);
    pull.comment(dora, `/cla waive ${pull.headSha} known to us`);
    await stage.settled();
    expect(pull.labels).toEqual(["cla/yes"]);
    const list = await run(stage.variables, ["waiver", "list", "gitee:octo/widget"]);
    expect(list.stdout).toMatch(new RegExp(`^COMMIT .*\\n${pull.headSha}  .*  gitee:${dora.id}\\n$`));
    const remove = ["waiver", "remove", "gitee:octo/widget", pull.headSha, "--json"];
    const removed = await run(stage.variables, remove);
    expect(removed).toMatchObject({ code: 0, stderr: "" });
    const result = { repository: "gitee:octo/widget", commit: pull.headSha };
    expect(JSON.parse(removed.stdout)).toEqual({ ...result, removed: true });
    const again = await run(stage.variables, remove);
    expect([again.code, JSON.parse(again.stdout)]).toEqual([1, { ...result, removed: false }]);
    expect(again.stderr).toContain("it has no waiver in gitee:octo/widget");
    await stage.settled();
    expect(pull.labels).toEqual(["cla/no"]);
    expect((await run(stage.variables, ["waiver", "list", "gitee:octo/widget"])).stdout).toBe("0 waivers\n");
  });

  it("check takes a pull request's URL, tells everybody's standing, and writes only when it is told to", async () => {
    const { stage, gitee, alice, bob, widget } = await scene();
    gitee.loseDeliveries();
    const pull = widget.openPull({ opener: alice, commits: [{ author: bob }] });
    const checked = await run(stage.variables, ["check", pull.url]);
    expect(checked).toMatchObject({ code: 1, stderr: "" });
    expect(checked.stdout).toContain(`✓ gitee:${alice.id} (now alice), opener`);
    expect(checked.stdout).toContain(`✗ gitee:${bob.id} (now bob), author`);
    expect(pull.labels).toEqual([]);
    const name = `gitee:octo/widget#${pull.number}`;
    expect(await run(stage.variables, ["check", name, "--publish"])).toMatchObject({ code: 1 });
    expect(pull.labels).toEqual(["cla/no"]);
    pull.forcePush([{ author: alice }]);
    const { code, stdout } = await run(stage.variables, [
      "check",
      `${pull.url}?from=search#note_1`,
      "--json",
    ]);
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { verdict: "signed" }]);
  });

  it("sweep finds what gitee:owner/* covers, over all pages, whether or not the bot is a member", async () => {
    const { stage, gitee, alice, bob } = await scene();
    const octo = gitee.world.organizationByLogin("octo");
    if (octo === undefined) throw new Error("there is no organization");
    gitee.loseDeliveries();
    const many = Array.from({ length: 120 }, (_, at) => gitee.repository({ owner: octo, name: `r${at}` }));
    const labeled = gitee.repository({ owner: octo, name: "guest", bot: null });
    const elsewhere = gitee.repository({ owner: "others", name: "widget" });
    const last = many.at(-1)?.openPull({ opener: bob });
    const guest = labeled.openPull({ opener: bob });
    const foreign = elsewhere.openPull({ opener: alice });
    const { code, stdout } = await run(stage.variables, ["sweep", "--json"]);
    expect([code, JSON.parse(stdout)]).toEqual([1, { repositories: 122, pulls: 2, failing: 1 }]);
    await stage.settled();
    expect([last?.labels, foreign.labels]).toEqual([["cla/no"], []]);
    // Where it may not label, it says so to the operator.
    expect(guest.labels).toEqual([]);
    expect(await stage.bot.engine.queue.troubled(10)).toMatchObject([{ code: "permission-missing" }]);
  });

  it("sweep takes one repository with more pull requests than a page has", async () => {
    const { stage, gitee, alice, widget } = await scene();
    gitee.loseDeliveries();
    const pulls = Array.from({ length: 101 }, () => widget.openPull({ opener: alice }));
    const { stdout } = await run(stage.variables, ["sweep", "gitee:octo/widget", "--json"]);
    expect(JSON.parse(stdout)).toEqual({ repositories: 1, pulls: 101 });
    await stage.settled();
    expect(pulls.every(({ labels }) => labels.join() === "cla/yes")).toBe(true);
  });

  it("an enterprise's and an organization's repositories are served alike", async () => {
    const configuration = STAGE_CONFIGURATION.replace('"gitee:octo/*"', '"gitee:octo/*", "gitee:corp/*"');
    const { stage, gitee, alice, bob, widget } = await scene({ configuration });
    const enterprise = gitee.enterprise({ path: "corp", name: "Corporation" });
    const inside = gitee.repository({ owner: "corp", name: "engine", enterprise });
    const pulls = [widget, inside].flatMap((repository) =>
      [alice, bob].map((opener) => repository.openPull({ opener })),
    );
    await stage.settled();
    expect(pulls.map(({ labels }) => labels.join())).toEqual(["cla/yes", "cla/no", "cla/yes", "cla/no"]);
  });

  it("import --resolve-logins looks every login up once and keeps the number only", async () => {
    const { stage, gitee, bob, widget } = await scene();
    const pull = widget.openPull({ opener: bob });
    await stage.settled();
    expect(pull.labels).toEqual(["cla/no"]);
    const file = join(stage.folder, "signed.csv");
    await writeFile(file, "host,login,agreement,version,signed_at\ngitee,bob,icla,1.0,2025-03-01\n");
    gitee.resetCalls();
    expect(await run(stage.variables, ["import", file, "--resolve-logins"])).toMatchObject({ code: 0 });
    expect(gitee.requests.filter(({ path }) => path.includes("/users/")).map(({ path }) => path)).toEqual([
      "/api/v5/users/bob",
    ]);
    await stage.settled();
    expect(pull.labels).toEqual(["cla/yes"]);
    await writeFile(file, "host,login,agreement,version,signed_at\ngitee,nobody,icla,1.0,2025-03-01\n");
    const refused = await run(stage.variables, ["import", file, "--resolve-logins"]);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain(`${file}:2`);
  });

  it("onboard opens one pull request, however often, and the bot does not ask itself to sign", async () => {
    const { stage, gitee, widget } = await scene();
    const first = await run(stage.variables, ["onboard", "gitee:octo/widget"]);
    expect(first).toMatchObject({ code: 0 });
    const [pull] = widget.pulls;
    expect(first.stdout).toContain(pull?.url);
    expect(pull?.commits.map(({ author }) => author.email)).toEqual([gitee.bot.emails[0]]);
    expect(await run(stage.variables, ["onboard", "gitee:octo/widget"])).toMatchObject({ code: 0 });
    expect(widget.pulls).toHaveLength(1);
    await stage.settled();
    expect(pull?.labels).toEqual(["cla/yes"]);
    expect(pull?.comments).toEqual([]);
  });
});

describe("lost deliveries on Gitee", () => {
  it("are found in one call for a whole enterprise and one for each other repository", async () => {
    const configuration = STAGE_CONFIGURATION.replace('"gitee:octo/*"', '"gitee:octo/*", "gitee:corp/*"');
    const { stage, gitee, alice, bob } = await scene({ configuration });
    const enterprise = gitee.enterprise({ path: "corp" });
    const inside = Array.from({ length: 30 }, (_, at) =>
      gitee.repository({ owner: "corp", name: `r${at}`, enterprise }),
    );
    const pulls = inside.map((repository) => repository.openPull({ opener: alice }));
    await stage.settled();
    gitee.loseDeliveries();
    pulls[7]?.push([{ author: bob }]);
    await stage.settled();
    expect(pulls[7]?.labels).toEqual(["cla/yes"]);
    gitee.loseDeliveries(0);
    const asked: string[] = [];
    gitee.onRequest(({ path }) => void asked.push(path));
    await stage.restart();
    await stage.settled();
    expect(pulls.map(({ labels }) => labels.join())).toEqual(
      pulls.map((_, at) => (at === 7 ? "cla/no" : "cla/yes")),
    );
    expect(asked.filter((path) => /\/pulls$|pull_requests$/.test(path))).toEqual([
      "/api/v5/enterprise/corp/pull_requests",
      "/api/v5/repos/octo/widget/pulls",
    ]);
  });
});
