import { describe, expect, it } from "vitest";
import type { SimulatedPull } from "../../playground/gitee/pull.ts";
import { Failure } from "../../src/error.ts";
import type { Report } from "../../src/ports/host.ts";
import { giteeHost } from "../../src/gitee/host.ts";
import { agreement, report, ROUTE, startHost, TOKEN, UNSIGNED } from "./start-host.ts";

const PAGE = "https://cla.example.com/pulls/gitee/octo/widget";
const LIST = /^GET .*\/check-runs$/;

async function startChecks(options: Parameters<typeof startHost>[0] = {}) {
  const started = await startHost(options);
  const show = async (pull: SimulatedPull, wanted: Partial<Report>, host = started.host) =>
    (await host.read(started.refOf(pull), ROUTE, null)).show({
      ...(wanted.state === "failure" ? UNSIGNED : report()),
      kind: "auto",
      summary: "The verdict.",
      detailsUrl: `${PAGE}/${pull.number}`,
      ...wanted,
    });
  const conclusions = (pull: SimulatedPull) => pull.checkRuns.map(({ conclusion }) => conclusion);
  return { ...started, show, conclusions };
}

/** Posts a check run as another program with an administrator's token. */
async function post(url: string, body: object) {
  const response = await fetch(`${url}/api/v5/repos/octo/widget/check-runs`, {
    method: "POST",
    headers: { authorization: "Bearer t0ken-of-the-bot", "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(201);
}

describe("a refusal of the list of check runs", () => {
  it.each([404, 405])("that is %d once does not prove that there are none", async (status) => {
    const { gitee, alice, repository, show, conclusions } = await startChecks();
    const pull = repository.openPull({ opener: alice });
    gitee.fail({ status, times: 1, match: LIST });
    await expect(show(pull, {})).rejects.toMatchObject({ code: "host-refused" });
    expect(await show(pull, {})).not.toHaveProperty("checkRefusal");
    expect(conclusions(pull)).toEqual(["success"]);
    // Both the head's list and the base's fail, so it looks like an edition without check runs.
    gitee.fail({ status, times: 2, match: LIST });
    expect(await show(pull, {})).toMatchObject({ checkRefusal: "edition" });
    await show(pull, { state: "failure", kind: "status" });
    expect(conclusions(pull)).toEqual(["success", "action_required"]);
  });

  it("does not hide an old green run from the check after an agreement was taken away", async () => {
    const { gitee, alice, repository, host, newHost, refOf, show, conclusions } = await startChecks();
    const pull = repository.openPull({ opener: alice });
    await show(pull, { labels: null }, host);
    const elsewhere = newHost([]);
    elsewhere.seen(repository.id, repository.fullName);
    gitee.fail({ status: 404, times: 1, match: LIST });
    await expect(elsewhere.read(refOf(pull), ROUTE, null)).rejects.toMatchObject({ code: "host-refused" });
    const reading = await elsewhere.read(refOf(pull), ROUTE, null);
    expect(reading.marked).toBe(true);
    const uncovered = { ...UNSIGNED, state: "error", summary: "None.", labels: null } as const;
    await reading.show({ ...uncovered, detailsUrl: `${PAGE}/${pull.number}` });
    expect(conclusions(pull)).toEqual(["success", "failure"]);
  });
});

describe("a check run that Gitee refuses for good", () => {
  it.each([
    ["its head has no list", 404, 6, /^GET .*\/check-runs$/],
    ["its name is not accepted", 400, 3, /^POST .*\/check-runs$/],
    ["its name is not accepted", 422, 3, /^POST .*\/check-runs$/],
  ])("is tried a few times, and the comment names it: %s (%d)", async (_name, status, times, match) => {
    const { gitee, bob, newHost, refOf, repository, show, conclusions } = await startChecks();
    const pull = repository.openPull({ opener: bob });
    gitee.onRequest(({ method, path }) => {
      if (match.test(`${method} ${path}`) && !path.includes(repository.record.branches.get("master") ?? "-"))
        gitee.fail({ status, times: 1, match, body: '{"message":"no"}' });
    });
    const strict = { ...red, kind: "check", labels: null } as const;
    for (let tries = 1; tries < times; tries += 1)
      await expect(show(pull, strict)).rejects.toMatchObject({ code: "host-refused" });
    for (const _ of [1, 2]) expect(await show(pull, strict)).toMatchObject({ checkRefusal: "refused" });
    expect(await show(pull, strict)).toMatchObject({ writes: 0 });
    expect(pull.comments.map(({ body }) => body.includes(MISSING))).toEqual([true]);
    expect(conclusions(pull)).toEqual([]);
    if (status !== 404) return;
    // Nor does a pull request that no agreement covers anymore wait for the list for ever.
    const elsewhere = newHost([]);
    elsewhere.seen(repository.id, repository.fullName);
    for (let tries = 1; tries < times; tries += 1)
      await expect(elsewhere.read(refOf(pull), ROUTE, null)).rejects.toMatchObject({ code: "host-refused" });
    expect((await elsewhere.read(refOf(pull), ROUTE, null)).marked).toBe(false);
  });
});

it("a check run of another bot of this kind is left alone", async () => {
  const { gitee, alice, repository, show } = await startChecks();
  const pull = repository.openPull({ opener: alice });
  await show(pull, {});
  const place = { head_sha: pull.headSha, pull_request_id: pull.id, conclusion: "action_required" };
  for (const address of [
    "https://other.example.org",
    "https://cla.example.com.example.org",
    "https://cla.example.com/b",
  ])
    await post(gitee.url, {
      ...place,
      name: `corporate/${address}`,
      details_url: `${address}/pulls/gitee/octo/widget/${pull.number}`,
    });
  await post(gitee.url, {
    ...place,
    name: "cla/former",
    details_url: `${PAGE.replace("widget", "gadget")}/${pull.number}`,
  });
  expect(await show(pull, {})).toMatchObject({ writes: 1 });
  expect(pull.conclusion("cla/former")).toBe("success");
});

it("of two pull requests with one head, neither is green on a server that mixes up their runs", async () => {
  const { alice, bob, repository, show, gitee } = await startChecks({ settings: { checkPulls: "ignored" } });
  const first = repository.openPull({ opener: alice });
  const second = repository.openPull({ opener: bob, at: first.headSha });
  await show(first, {});
  await show(second, { state: "failure" });
  const newest = () => repository.checkRuns.at(-1);
  expect(newest()).toMatchObject({ conclusion: "failure", output: { title: "Mixed." } });
  for (const _ of [1, 2]) {
    await show(first, {});
    await show(second, { state: "failure" });
  }
  expect(repository.checkRuns).toHaveLength(2);
  await show(second, {});
  expect(newest()).toMatchObject({ conclusion: "failure", output: { title: "Mixed." } });
  // A green run that was written at the same moment is replaced.
  await post(gitee.url, {
    name: "license/cla",
    head_sha: first.headSha,
    pull_request_id: first.id,
    details_url: `${PAGE}/${first.number}`,
    conclusion: "success",
  });
  await show(first, {});
  expect(newest()).toMatchObject({ conclusion: "failure", output: { title: "Mixed." } });
  expect(await show(second, {})).toMatchObject({ writes: 0 });
});

it("a closed pull request's run does not block another one with its head on such a server", async () => {
  const { alice, bob, repository, show } = await startChecks({ settings: { checkPulls: "ignored" } });
  const first = repository.openPull({ opener: bob });
  const second = repository.openPull({ opener: alice, at: first.headSha });
  const newest = () => repository.checkRuns.at(-1);
  const link = (pull: SimulatedPull) => ({ detailsUrl: `${PAGE}/${pull.number}` });
  await show(first, { state: "failure" });
  await show(second, {});
  // Both are open, so the second one says why it is not green.
  expect(newest()).toMatchObject({ conclusion: "failure", ...link(second), output: { title: "Mixed." } });
  for (const [pull, wanted] of [
    [first, { state: "failure" }],
    [second, {}],
  ] as const)
    expect(await show(pull, wanted)).toMatchObject({ writes: 0 });
  first.close();
  await show(second, {});
  expect(newest()).toMatchObject({ conclusion: "success", ...link(second) });
  expect(await show(second, {})).toMatchObject({ writes: 0 });
  first.reopen();
  await show(first, { state: "failure" });
  expect(newest()).toMatchObject({ conclusion: "failure", output: { title: "Mixed." } });
});

it.each([
  ["a head in capitals", { head_sha: (head: string) => head.toUpperCase() }],
  ["a shortened head", { head_sha: (head: string) => head.slice(0, 10) }],
  ["blanks around the name", { name: (name: string) => ` ${name} ` }],
  ["the id as a word", { id: (id: number) => String(id) }],
])("a run that the list shows with %s is found again", async (_name, change) => {
  const { gitee, alice, repository, show, conclusions } = await startChecks();
  const pull = repository.openPull({ opener: alice });
  await show(pull, {});
  const listed = await fetch(
    `${gitee.url}/api/v5/repos/octo/widget/commits/${pull.headSha}/check-runs?pull_request_id=${pull.id}`,
    { headers: { authorization: `Bearer ${TOKEN}` } },
  );
  const answer = (await listed.json()) as { check_runs: Record<string, unknown>[] };
  for (const run of answer.check_runs)
    for (const [key, alter] of Object.entries(change))
      run[key] = (alter as (value: unknown) => unknown)(run[key]);
  gitee.fail({ status: 200, times: 1, match: LIST, body: JSON.stringify(answer) });
  expect(await show(pull, {})).toMatchObject({ writes: 0 });
  expect(conclusions(pull)).toEqual(["success"]);
});

it("a text that Gitee stores in another form is recognized after a restart, and a new one is written", async () => {
  const { gitee, alice, repository, newHost, show, conclusions } = await startChecks();
  const pull = repository.openPull({ opener: alice });
  gitee.onRequest(({ method, path }) => {
    if (method !== "GET" || !path.endsWith("/check-runs")) return;
    for (const { output } of repository.record.checkRuns)
      if (output !== null) Object.assign(output, { title: "<b>All signed</b>", summary: "&lt;p&gt;" });
  });
  for (const host of [undefined, newHost()]) await show(pull, { summary: "All *signed*." }, host);
  expect(conclusions(pull)).toEqual(["success"]);
  await show(pull, { summary: "All signed, two of them." }, newHost());
  expect(conclusions(pull)).toEqual(["success", "success"]);
});

it("two processes do not write by turns where Gitee keeps no text as it was sent", async () => {
  const { gitee, alice, repository, newHost, host, show, conclusions } = await startChecks();
  const pull = repository.openPull({ opener: alice });
  gitee.onRequest(({ method, path }) => {
    if (method !== "GET" || !path.endsWith("/check-runs")) return;
    for (const { output } of repository.record.checkRuns)
      if (output !== null) Object.assign(output, { title: "All", summary: "<p>All</p>", text: null });
  });
  const other = newHost();
  for (const _ of [1, 2, 3]) for (const one of [host, other]) await show(pull, {}, one);
  expect(conclusions(pull)).toEqual(["success", "success"]);
  await show(pull, red, other);
  for (const _ of [1, 2]) for (const one of [host, other]) await show(pull, red, one);
  expect(conclusions(pull).slice(2)).toEqual(["action_required", "action_required"]);
});

it("a run with a conclusion is done where the list calls it in progress, and not where it is queued again", async () => {
  const { gitee, alice, repository, show, conclusions } = await startChecks();
  const pull = repository.openPull({ opener: alice });
  await show(pull, {});
  let status: "in_progress" | "queued" = "in_progress";
  gitee.onRequest(({ method, path }) => {
    if (method !== "GET" || !path.endsWith("/check-runs")) return;
    for (const one of repository.record.checkRuns) Object.assign(one, { status });
  });
  expect(await show(pull, {})).toMatchObject({ writes: 0 });
  status = "queued";
  expect(await show(pull, {})).toMatchObject({ writes: 1 });
  expect(conclusions(pull)).toEqual(["success", "success"]);
});

const WRITE = /^POST .*\/check-runs$/;
const STALE = "The green run is stale.";
const MISSING = "The run is missing.";
const red = { state: "failure" } as const;

describe("a green check run that the bot can't replace", () => {
  it("is named in the comment, for as long as it is there", async () => {
    const { gitee, alice, repository, newHost, show, conclusions } = await startChecks();
    const pull = repository.openPull({ opener: alice });
    const text = () => pull.comments.map(({ body }) => body).join();
    await show(pull, {});
    gitee.fail({ status: 404, times: 3, match: WRITE });
    const stale = { checkRefusal: "right", checkStale: true };
    expect(await show(pull, red)).toMatchObject({ ...stale, writes: 4 });
    expect(text()).toContain(STALE);
    expect(await show(pull, red)).toMatchObject({ ...stale, writes: 0 });
    expect(await show(pull, red, newHost())).toMatchObject({ ...stale, writes: 0 });
    expect(conclusions(pull)).toEqual(["success"]);
    expect(await show(pull, red)).not.toHaveProperty("checkStale");
    expect(conclusions(pull)).toEqual(["success", "action_required"]);
    expect([text().includes(STALE), pull.comments.length]).toEqual([false, 1]);
  });

  it("is named where the runs can no longer be listed, and stays named after a restart", async () => {
    const { gitee, alice, repository, newHost, show } = await startChecks();
    const pull = repository.openPull({ opener: alice });
    await show(pull, {});
    gitee.fail({ status: 403, times: 3, match: LIST, body: '{"message":"403 Forbidden"}' });
    for (const host of [undefined, undefined, newHost()]) {
      await show(pull, red, host);
      expect(pull.comments.map(({ body }) => body.includes(STALE))).toEqual([true]);
    }
    pull.push([{ author: alice }]);
    await show(pull, red);
    expect(pull.comments.map(({ body }) => body.includes(STALE))).toEqual([false]);
  });

  it("is named where Gitee refuses a new run for another reason, which is tried again", async () => {
    const { gitee, alice, repository, show, conclusions } = await startChecks();
    const pull = repository.openPull({ opener: alice });
    await show(pull, { context: "cla/former" });
    await show(pull, {});
    gitee.fail({ status: 400, times: 1, match: WRITE });
    await expect(show(pull, red)).rejects.toMatchObject({ code: "host-refused" });
    // The refusal of one run does not prevent the other.
    expect(conclusions(pull)).toEqual(["success", "success", "action_required"]);
    expect(pull.comments.map(({ body }) => body.includes(STALE))).toEqual([true]);
    await show(pull, red);
    expect([pull.conclusion(), pull.comments[0]?.body.includes(STALE)]).toEqual(["action_required", false]);
  });
});

it("a check run that the policy requires and the bot can't write is missed in the comment", async () => {
  const { gitee, alice, bob, repository, newHost, show } = await startChecks();
  repository.record.collaborators.set(gitee.bot, "write");
  const [green, open] = [alice, bob].map((opener) => repository.openPull({ opener }));
  if (green === undefined || open === undefined) throw new Error("no pull request");
  for (const kind of ["check", "auto", "check", "status"] as const) {
    await show(green, { kind });
    await show(open, { ...red, kind });
    expect(open.comments.map(({ body }) => body.includes(MISSING))).toEqual([kind === "check"]);
    expect(await show(open, { ...red, kind })).toMatchObject({ writes: 0 });
    expect(await show(open, { ...red, kind }, newHost())).toMatchObject({ writes: 0 });
  }
  expect(green.comments.map(({ body }) => body.includes(MISSING))).toEqual([false]);
});

it("where the right is lost, the comment warns of an old run, also after a restart and on an earlier head", async () => {
  const { gitee, alice, bob, repository, newHost, show } = await startChecks();
  const [signed, open, reset] = [alice, bob, alice].map((opener) => repository.openPull({ opener }));
  if (signed === undefined || open === undefined || reset === undefined) throw new Error("no pull request");
  const former = reset.headSha;
  await show(signed, {});
  await show(open, red);
  await show(reset, {});
  reset.push([{ author: bob }]);
  await show(reset, red);
  repository.record.collaborators.set(gitee.bot, "write");
  const restarted = newHost();
  const never = repository.openPull({ opener: bob });
  const notes = ({ comments }: SimulatedPull) =>
    comments.map(({ body }) => [STALE, "The red run is stale."].filter((note) => body.includes(note)));
  for (const _ of [1, 2]) {
    await show(signed, red, restarted);
    await show(open, {}, restarted);
    await show(never, red, restarted);
    expect([signed, open, never].map(notes)).toEqual([[[STALE]], [["The red run is stale."]], [[]]]);
  }
  reset.resetTo(former);
  await show(reset, red);
  expect(notes(reset)).toEqual([[STALE]]);
  repository.record.collaborators.set(gitee.bot, "admin");
  for (const pull of [signed, open]) await show(pull, pull === signed ? red : {}, restarted);
  expect([signed, open].map(notes)).toEqual([[[]], [[]]]);
  expect([signed.conclusion(), open.conclusion()]).toEqual(["action_required", "success"]);
});

it.each([{ context: "cla/new" }, { kind: "status" }] as const)(
  "a green run is replaced after the bot's address changed, with %j",
  async (change) => {
    const { gitee, alice, repository, refOf, show } = await startChecks();
    const pull = repository.openPull({ opener: alice });
    await show(pull, { labels: null });
    // Another bot of this kind has another account.
    await post(gitee.url, {
      name: "corporate",
      head_sha: pull.headSha,
      pull_request_id: pull.id,
      details_url: `${PAGE.replace("cla.", "other.")}/${pull.number}`,
      conclusion: "success",
      output: { title: "Signed", summary: "Signed.", text: "<!-- countersign gitee:1234567 -->" },
    });
    const [uncovered, host] = [[], [agreement(["gitee:octo/*"])]].map((agreements) => {
      const publicUrl = "https://new.example.com";
      return giteeHost({ url: gitee.url, token: TOKEN, now: Date.now, publicUrl, agreements });
    });
    uncovered?.seen(repository.id, repository.fullName);
    expect((await uncovered?.read(refOf(pull), ROUTE, null))?.marked).toBe(true);
    const detailsUrl = "https://new.example.com/pulls/gitee/octo/widget/1";
    await show(pull, { ...red, ...change, detailsUrl }, host);
    expect([pull.conclusion(), pull.conclusion("corporate")]).toEqual(["action_required", "success"]);
  },
);

describe("a label or a comment that Gitee refuses", () => {
  const no = '{"message":"no"}';
  it.each([
    ["a label's removal with 403", 403, /^DELETE .*labels/],
    ["a label's removal with 500", 500, /^DELETE .*labels/],
    ["a label with 400", 400, /^POST .*labels$/],
    ["a comment with 403", 403, /^POST .*comments$/],
    ["the list of comments with 500", 500, /^GET .*comments$/],
    ["the log with 500", 500, /^GET .*operate_logs$/],
  ])("leaves no green run on the head: %s", async (_name, status, match) => {
    const { gitee, alice, host, refOf, repository, show, conclusions } = await startChecks();
    const pull = repository.openPull({ opener: alice });
    await show(pull, { labels: { signed: "cla/yes", unsigned: "cla/never" } });
    gitee.fail({ status, times: 999, match, body: no });
    const strict = { ...red, labels: { signed: "cla/good", unsigned: "cla/no" } };
    for (const _ of [1, 2]) {
      await expect(show(pull, strict)).rejects.toBeInstanceOf(Failure);
      expect(conclusions(pull)).toEqual(["success", "action_required"]);
    }
    // The head has its answer, so no other one is written over it.
    expect((await host.readHead?.(refOf(pull), ROUTE, null))?.marked).toBe(true);
  });

  it.each([403, 404, 500])(
    "leaves nothing green where the labels can't be read either: %d",
    async (status) => {
      const { gitee, alice, repository, show } = await startChecks();
      const pull = repository.openPull({ opener: alice });
      await show(pull, {});
      const response = await fetch(`${gitee.url}/api/v5/repos/octo/widget/pulls/${pull.number}`, {
        headers: { authorization: `Bearer ${TOKEN}` },
      });
      const { labels: _, ...shown } = (await response.json()) as { labels: unknown };
      for (const head of [null, [{ author: alice }]]) {
        if (head !== null) pull.push(head);
        Object.assign(shown, { head: { sha: pull.headSha } });
        gitee.fail({ status: 200, body: JSON.stringify(shown), times: 1, match: /^GET .*pulls\/\d+$/ });
        gitee.fail({ status, body: no, times: 1, match: /^GET .*labels$/ });
        await expect(show(pull, red)).rejects.toBeInstanceOf(Failure);
        expect([pull.labels, pull.conclusion()]).toEqual([["cla/no"], "action_required"]);
      }
    },
  );

  it("is named in one comment and in the check run", async () => {
    const { gitee, alice, repository, newHost, show, conclusions } = await startChecks();
    const pull = repository.openPull({ opener: alice });
    gitee.fail({ status: 400, times: 999, match: /^POST .*labels$/, body: no });
    for (const host of [undefined, undefined, newHost()])
      await expect(show(pull, {}, host)).rejects.toMatchObject({ code: "host-refused" });
    expect(pull.comments.map(({ body }) => body.includes("The labels are refused."))).toEqual([true]);
    expect(conclusions(pull)).toEqual(["success"]);
    expect(pull.checkRuns[0]?.output?.summary).toContain("The labels are refused.");
    gitee.clearFaults();
    await show(pull, {});
    expect(pull.comments.map(({ body }) => body.includes("The labels are refused."))).toEqual([false]);
    expect([pull.labels, conclusions(pull)]).toEqual([["cla/yes"], ["success", "success"]]);
  });

  it("does not stay green when its pull request can't be read anymore", async () => {
    const { gitee, alice, host, refOf, repository, show } = await startChecks();
    const pull = repository.openPull({ opener: alice });
    await show(pull, {});
    gitee.fail({ status: 500, times: 999, match: /^GET .*\/commits$/ });
    await expect(host.read(refOf(pull), ROUTE, null)).rejects.toBeInstanceOf(Failure);
    const unread = await host.readHead?.(refOf(pull), ROUTE, null);
    expect(unread?.marked).toBe(false);
    await unread?.show({ ...UNSIGNED, state: "error", kind: "auto", summary: "In doubt." });
    expect(pull.conclusion()).toBe("failure");
    expect((await host.readHead?.(refOf(pull), ROUTE, null))?.marked).toBe(true);
  });
});

it("a server that shows no conclusions gets one run for each verdict", async () => {
  const { gitee, alice, repository, newHost, show } = await startChecks();
  const pull = repository.openPull({ opener: alice });
  gitee.onRequest(({ method, path }) => {
    if (method !== "GET" || !path.endsWith("/check-runs")) return;
    for (const one of repository.record.checkRuns) Object.assign(one, { conclusion: null });
  });
  const greens = { line: "1 of 1 accounts", summary: "All signed." };
  for (const host of [undefined, undefined, newHost()]) await show(pull, greens, host);
  expect(pull.checkRuns).toHaveLength(1);
  for (const host of [undefined, newHost()]) await show(pull, red, host);
  expect(pull.checkRuns).toHaveLength(2);
  await show(pull, greens);
  expect(pull.checkRuns).toHaveLength(3);
});

describe("where the commits of a pull request can't be read", () => {
  it("its head says so, once", async () => {
    const { gitee, host, bob, repository, refOf } = await startChecks();
    const pull = repository.openPull({ opener: bob });
    const ref = refOf(pull);
    gitee.fail({ status: 500, times: 9, match: /\/commits$/ });
    const unread = await host.readHead?.(ref, ROUTE, null);
    expect(unread?.marked).toBe(false);
    const undecided = { ...UNSIGNED, state: "error", kind: "auto", summary: "Undecided." } as const;
    await unread?.show(undecided);
    expect([pull.conclusion(), pull.labels, pull.comments.length]).toEqual(["failure", ["cla/no"], 1]);
    expect((await host.readHead?.(ref, ROUTE, null))?.marked).toBe(true);
  });

  it("an earlier head that was green is not green again without labels", async () => {
    const { gitee, host, alice, bob, repository, refOf, show } = await startChecks();
    const pull = repository.openPull({ opener: alice });
    const green = pull.headSha;
    await show(pull, { labels: null, comment: null });
    pull.push([{ author: bob }]);
    await show(pull, { state: "failure", labels: null, comment: null });
    pull.resetTo(green);
    expect(pull.conclusion()).toBe("success");
    gitee.fail({ status: 500, times: 9, match: /\/commits$/ });
    const reading = await host.read(refOf(pull), ROUTE, null);
    const undecided = { ...report({ state: "error", kind: "auto", summary: "Undecided." }), labels: null };
    await expect(reading.show({ ...undecided, comment: null })).rejects.toMatchObject({
      code: "host-refused",
    });
    expect(pull.conclusion()).toBe("failure");
  });
});

it("a green run that somebody else writes over a red one is noticed, and no other run", async () => {
  const { host, alice, bob, repository, show } = await startChecks();
  const red = repository.openPull({ opener: bob });
  const green = repository.openPull({ opener: alice });
  await show(red, { state: "failure" });
  await show(green, {});
  const found = (pull: SimulatedPull, run: object = {}) =>
    host.overwritten(repository.id, {
      id: 1,
      head: pull.headSha,
      name: "license/cla",
      conclusion: "success",
      ...run,
    });
  expect(found(red)).toEqual([red.number]);
  for (const run of [{ id: red.checkRuns[0]?.id }, { name: "ci/build" }, { conclusion: "failure" }])
    expect(found(red, run)).toEqual([]);
  expect(found(green)).toEqual([]);
  // The news of a run may come after the verdict changed.
  const [former] = green.checkRuns;
  await show(green, { state: "failure" });
  expect(found(green, { id: former?.id })).toEqual([]);
  expect(found(green)).toEqual([green.number]);
});
