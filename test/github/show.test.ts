import { describe, expect, it } from "vitest";
import { MARKER } from "../../src/report/command.ts";
import type { Pull, Repository } from "../../playground/github/state/model.ts";
import type { Report } from "../../src/ports/host.ts";
import { refOf, report, routeOf, simulate, type Simulation } from "./sim.ts";

interface Scene extends Simulation {
  readonly repository: Repository;
  readonly pull: Pull;
  readonly show: (change?: Partial<Report>) => ReturnType<typeof showOn>;
}

async function showOn({ github, host }: Simulation, pull: Pull, change: Partial<Report>) {
  const reading = await host.read(refOf(pull), routeOf(github, pull.repository), null);
  github.resetCalls();
  const shown = await reading.show(report(change));
  return { ...shown, calls: github.calls() };
}

async function scene(): Promise<Scene> {
  const simulation = await simulate();
  const { github } = simulation;
  const repository = github.repository({ owner: github.organization({ login: "octo" }), name: "spoon" });
  const pull = repository.openPull({ opener: github.user({ login: "alice" }) });
  return { ...simulation, repository, pull, show: async (change = {}) => showOn(simulation, pull, change) };
}

const status = ({ repository, pull }: Scene) =>
  repository
    .statusesOf(pull.head.sha)
    .map(({ context, state, description }) => ({ context, state, description }));

describe("a commit status", () => {
  it("and a comment cost a write each, and nothing when they are there already", async () => {
    const world = await scene();
    const first = await world.show();
    expect(first.writes).toBe(2);
    expect(first.calls).toMatchObject({ reads: 0, writes: 2 });
    expect(status(world)).toEqual([
      { context: "license/cla", state: "failure", description: "CLA icla 1.0: 0 of 1 accounts" },
    ]);
    expect(world.pull.comments.map(({ id, body }) => ({ id, body }))).toEqual([
      { id: first.comment, body: `${MARKER}\n### Sign, please` },
    ]);
    const second = await world.show();
    expect(second).toMatchObject({ writes: 0, comment: first.comment, calls: { reads: 0, writes: 0 } });
    expect(world.github.violations).toEqual([]);
  });

  it("of a pull request in order costs one write, and no comment is written on it", async () => {
    const world = await scene();
    const shown = await world.show({ state: "success", commentWanted: false });
    expect(shown).toMatchObject({ writes: 1, comment: null, calls: { reads: 0, writes: 1 } });
    expect(world.pull.comments).toEqual([]);
  });

  it("is not written again while GitHub does not say who wrote it", async () => {
    const world = await scene();
    await world.show();
    const creator = ["node", "pullRequest", "last", "nodes", 0, "commit", "status", "contexts", 0, "creator"];
    for (const path of [creator, ["viewer", "databaseId"]]) {
      world.github.fail({ kind: "graphql error", path, type: "INTERNAL" });
      expect(await world.show()).toMatchObject({ writes: 0 });
    }
    expect(status(world)).toHaveLength(1);
  });

  it("is corrected when somebody else set another, and when the words or the link differ", async () => {
    const world = await scene();
    await world.show();
    for (const change of [{ line: "another" }, { detailsUrl: "https://cla.example.com/other" }])
      expect((await world.show({ commentWanted: false, comment: null, ...change })).writes).toBe(1);
    world.repository.addStatus({
      sha: world.pull.head.sha,
      context: "license/cla",
      state: "success",
      description: "all good",
      targetUrl: null,
      creator: world.repository.owner,
    } as never);
    expect((await world.show({ comment: null })).writes).toBe(1);
    expect(status(world)[0]).toMatchObject({ state: "failure" });
  });
});

describe("a check run", () => {
  const check = { kind: "check", comment: null } as const;

  it("is created, then updated only where it differs", async () => {
    const world = await scene();
    expect((await world.show(check)).calls.byRoute).toEqual({ "POST /repos/{owner}/{repo}/check-runs": 1 });
    expect((await world.show(check)).writes).toBe(0);
    const green = await world.show({ ...check, state: "success", summary: "All signed." });
    expect(Object.keys(green.calls.byRoute)).toEqual([
      "PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}",
    ]);
    const [run] = world.repository.checkRunsOf(world.pull.head.sha);
    expect(run?.fields).toMatchObject({
      name: "license/cla",
      conclusion: "success",
      output: { title: report().line, summary: "All signed." },
    });
    expect(world.github.violations).toEqual([]);
  });

  it("is written again, even if it is the same, when somebody asked for it", async () => {
    const world = await scene();
    await world.show(check);
    world.repository.checkRunsOf(world.pull.head.sha)[0]?.rerequest(world.repository.owner);
    expect((await world.show(check)).writes).toBe(1);
    expect((await world.show(check)).writes).toBe(0);
  });

  it("is not what `report: auto` means on GitHub, which is the commit status", async () => {
    const world = await scene();
    const auto = { kind: "auto", comment: null } as const;
    expect((await world.show(auto)).calls.byRoute).toEqual({
      "POST /repos/{owner}/{repo}/statuses/{sha}": 1,
    });
    expect((await world.show(auto)).writes).toBe(0);
    expect((await world.show({ kind: "status", comment: null })).writes).toBe(0);
    expect(status(world)).toHaveLength(1);
    expect(world.repository.checkRunsOf(world.pull.head.sha)).toEqual([]);
  });

  it("that asks somebody to act is never neutral", async () => {
    const world = await scene();
    await world.show({ ...check, state: "failure" });
    expect(world.repository.checkRunsOf(world.pull.head.sha)[0]?.fields.conclusion).toBe("action_required");
    await world.show({ ...check, state: "error" });
    expect(world.repository.checkRunsOf(world.pull.head.sha)[0]?.fields.conclusion).toBe("failure");
  });

  it("leaves no status of an earlier policy to contradict it", async () => {
    const world = await scene();
    await world.show({ comment: null });
    expect((await world.show({ ...check, state: "success" })).writes).toBe(2);
    expect(status(world)[0]?.state).toBe("success");
    expect((await world.show({ ...check, state: "success" })).writes).toBe(0);
  });
});

describe("what stands on a head under the name of an earlier policy", () => {
  it("is kept true, since a branch may still be protected by it", async () => {
    const world = await scene();
    // The latest comes first, and is the one that counts.
    const states = () => status(world).map(({ context, state }) => ({ context, state }));
    const latest = (name: string) => states().find(({ context }) => context === name)?.state;
    await world.show({ state: "success", context: "cla/earlier", comment: null });
    const moved = await world.show({ state: "error", comment: null });
    expect(moved.writes).toBe(2);
    expect([latest("cla/earlier"), latest("license/cla")]).toEqual(["error", "error"]);
    expect((await world.show({ state: "error", comment: null })).writes).toBe(0);
    await world.show({ kind: "check", state: "success", context: "cla/run", comment: null });
    expect((await world.show({ state: "failure", comment: null })).writes).toBe(3);
    expect(world.repository.checkRunsOf(world.pull.head.sha)[0]?.fields.conclusion).toBe("action_required");
    expect(world.github.violations).toEqual([]);
  });

  it("stays as it is where somebody else set it", async () => {
    const world = await scene();
    const sha = world.pull.head.sha;
    const fields = { context: "ci/build", state: "success", description: null, targetUrl: null } as const;
    world.repository.addStatus({ ...fields, sha, creator: world.repository.owner });
    expect((await world.show({ comment: null })).writes).toBe(1);
    expect(
      status(world)
        .map(({ context }) => context)
        .toSorted(),
    ).toEqual(["ci/build", "license/cla"]);
  });
});

describe("labels", () => {
  it("follow the verdict, though GitHub still shows those of a moment ago", async () => {
    const world = await scene();
    const labels = { signed: "cla: yes", unsigned: "cla: no" };
    world.pull.lag();
    world.repository.lag();
    const seen = [];
    for (const state of ["failure", "success", "failure"] as const) {
      await world.show({ state, labels, comment: null });
      seen.push([...world.pull.labels.keys()]);
    }
    expect(seen).toEqual([["cla: no"], ["cla: yes"], ["cla: no"]]);
  });

  const labels = { signed: "cla/yes", unsigned: "cla/no" };
  const names = ({ pull }: Scene) => [...pull.labels.values()].map(({ name }) => name);

  it("are exactly one of the two, created when missing, and change with the verdict", async () => {
    const world = await scene();
    world.pull.addLabel("bug");
    await world.show({ labels, comment: null });
    expect(names(world)).toEqual(["bug", "cla/no"]);
    expect(world.repository.labels.get("cla/no")).toMatchObject({ color: "d93f0b" });
    expect((await world.show({ labels, comment: null })).writes).toBe(0);
    await world.show({ labels, comment: null, state: "success" });
    expect(names(world)).toEqual(["bug", "cla/yes"]);
    world.pull.addLabel("cla/no");
    expect((await world.show({ labels, comment: null, state: "success" })).writes).toBe(1);
    expect(names(world)).toEqual(["bug", "cla/yes"]);
    expect(world.github.violations).toEqual([]);
  });
});

describe("the comment", () => {
  it("is edited in place when the verdict changes, and left alone when nothing is to be said", async () => {
    const world = await scene();
    const { comment } = await world.show();
    const edited = await world.show({
      comment: `${MARKER}\nThank you`,
      commentWanted: false,
      state: "success",
    });
    expect(edited.comment).toBe(comment);
    expect(world.pull.comments.map(({ body }) => body)).toEqual([`${MARKER}\nThank you`]);
    expect((await world.show({ comment: null, state: "success" })).comment).toBe(comment);
  });

  it("is put right when somebody edited it, and never by editing what somebody else wrote", async () => {
    const world = await scene();
    world.pull.comment(world.repository.owner, `${MARKER}\n### Sign, please`);
    await world.show();
    expect(world.pull.comments).toHaveLength(2);
    const own = world.pull.comments[1];
    own?.edit(`${MARKER}\nDon't sign`, world.repository.owner);
    expect((await world.show()).writes).toBe(1);
    expect(own?.body).toBe(`${MARKER}\n### Sign, please`);
  });

  it("is found again behind 250 others", async () => {
    const world = await scene();
    for (let index = 0; index < 250; index += 1)
      world.pull.comment(world.repository.owner, `comment ${index}`);
    const { comment, calls } = await world.show();
    expect(calls.byRoute).toMatchObject({ "graphql Comments": 2 });
    expect(world.pull.comments.at(-1)?.id).toBe(comment);
    const again = await world.show();
    expect(again).toMatchObject({ comment, writes: 0 });
    expect(world.pull.comments).toHaveLength(251);
  });

  it("that was deleted is written again", async () => {
    const world = await scene();
    await world.show();
    world.pull.comments[0]?.delete(world.repository.owner);
    expect((await world.show()).writes).toBe(1);
    expect(world.pull.comments).toHaveLength(1);
  });

  it("that a locked conversation does not take is no failure of the status", async () => {
    const world = await scene();
    world.pull.lock();
    expect(await world.show()).toMatchObject({ comment: null, writes: 1 });
    expect(status(world)).toHaveLength(1);
  });

  it("that the conversation, locked meanwhile, does not take is none either", async () => {
    const world = await scene();
    const { github, host, pull } = world;
    const reading = await host.read(refOf(pull), routeOf(github, pull.repository), null);
    pull.lock();
    expect(await reading.show(report())).toEqual({ comment: null, writes: 1 });
  });
});

describe("what keeps a report from being shown", () => {
  it("is told before anything is written in an archived repository, where something is to be written", async () => {
    const world = await scene();
    await world.show();
    world.repository.archive();
    expect((await world.show()).writes).toBe(0);
    await expect(world.show({ state: "success" })).rejects.toMatchObject({ code: "repository-archived" });
    expect(world.github.calls().writes).toBe(0);
  });

  it("is a permission that is missing, by its name", async () => {
    const world = await scene();
    const installation = world.github.installationFor(world.repository);
    installation?.acceptPermissions({ ...installation.permissions, statuses: "read" });
    await expect(world.show()).rejects.toMatchObject({
      code: "permission-missing",
      message: expect.stringContaining("statuses"),
    });
  });

  it("is an archive, a suspension or a limit that came meanwhile", async () => {
    const world = await scene();
    const { github, host, pull, client } = world;
    const route = routeOf(github, pull.repository);
    const reading = await host.read(refOf(pull), route, null);
    world.repository.archive();
    await expect(reading.show(report())).rejects.toMatchObject({ code: "repository-archived" });
    world.repository.unarchive();
    github.installationFor(world.repository)?.suspend();
    await expect(reading.show(report())).rejects.toMatchObject({ code: "installation-suspended" });
    github.installationFor(world.repository)?.unsuspend();
    github.fail({ kind: "secondary limit", retryAfter: 90 });
    await expect(reading.show(report())).rejects.toMatchObject({ code: "host-limit" });
    expect(client.paused()).toMatchObject([{ installation: route.installation }]);
  });
});

it("a limit that GitHub sets to the comment alone delays the comment, and the status stands", async () => {
  const world = await scene();
  const { github, pull } = world;
  const before = Date.now();
  github.fail(
    { kind: "secondary limit", retryAfter: 60 },
    { times: 9, when: ({ route }) => route.endsWith("/comments") },
  );
  const shown = await world.show();
  expect(shown).toMatchObject({ comment: null, writes: 1 });
  expect(shown.commentAt).toBeGreaterThanOrEqual(before + 300_000);
  expect(status(world)).toHaveLength(1);
  expect(pull.comments).toEqual([]);
});
