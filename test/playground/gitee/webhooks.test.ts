import { describe, expect, it } from "vitest";
import { signatureOf } from "../../../playground/gitee/webhooks/signing.ts";
import { SECRET, startGitee } from "./start-gitee.ts";

describe("the simulated Gitee's webhooks", () => {
  it("sign as captured deliveries are signed, over nothing but the time", () => {
    expect(signatureOf("s3cret", "1700000000000")).toBe("MT7bXSNfVTPzQMEuLWvmMNbmZSCUY1X6YKn9AxBnLsI=");
  });

  it("tell of a pull request's life, with what qualifies an update", async () => {
    const { gitee, receiver, alice, repository } = await startGitee();
    repository.branch("next");
    const pull = repository.openPull({ opener: alice });
    const steps = [
      () => pull.push([{ author: alice }]),
      () => pull.forcePush([{ author: alice }]),
      () => pull.addLabel("cla/no"),
      () => pull.retarget("next"),
      () => pull.close(),
      () => pull.reopen(),
      () => pull.merge(),
    ];
    await gitee.settled();
    for (const step of steps) {
      step();
      await gitee.settled();
    }
    const told = receiver.received.filter(({ headers }) => headers["x-gitee-event"] === "Merge Request Hook");
    expect(told.map(({ body }) => [body.action, body.action_desc])).toEqual([
      ["open", "open"],
      ["update", "source_branch_changed"],
      ["update", "source_branch_changed"],
      ["update", "update_label"],
      ["update", "target_branch_changed"],
      ["close", "open"],
      ["reopen", "open"],
      ["merge", "open"],
    ]);
    expect(told[0]?.body).toMatchObject({
      iid: 1,
      number: 1,
      project: { path_with_namespace: "octo/widget", name: "Widget" },
      repository: { id: repository.id, full_name: "octo/widget" },
      pull_request: { number: 1, commits: 1, labels: [], user: { id: alice.id, login: "alice" } },
      sender: { id: alice.id },
      enterprise: null,
    });
  });

  it("carry the signature, or the password in clear, in the header and in the body", async () => {
    const signed = await startGitee();
    signed.repository.openPull({ opener: signed.alice });
    await signed.gitee.settled();
    const [first] = signed.receiver.received;
    const token = signatureOf(SECRET, String(first?.headers["x-gitee-timestamp"]));
    expect(first?.headers).toMatchObject({ "x-gitee-token": token, "user-agent": "git-oschina-hook" });
    expect(first?.body).toMatchObject({
      sign: token,
      password: "",
      timestamp: first?.headers["x-gitee-timestamp"],
    });

    const clear = await startGitee({ encryption: "password" });
    clear.repository.openPull({ opener: clear.alice });
    await clear.gitee.settled();
    expect(clear.receiver.received[0]?.headers["x-gitee-token"]).toBe(SECRET);
    expect(clear.receiver.received[0]?.body).toMatchObject({ password: SECRET, sign: "" });
  });

  it("speak in the newer event names and in the older or newer body names when set so", async () => {
    const { gitee, receiver, alice, repository } = await startGitee();
    gitee.settings.eventNames = "underscored";
    gitee.settings.bodyNames = "old";
    const pull = repository.openPull({ opener: alice });
    await gitee.settled();
    gitee.settings.bodyNames = "new";
    pull.close();
    await gitee.settled();
    const [old, young] = receiver.received;
    expect(old?.headers["x-gitee-event"]).toBe("merge_request_hooks");
    expect(Object.keys(old?.body ?? {})).toEqual(expect.arrayContaining(["iid", "project"]));
    expect(old?.body).not.toHaveProperty("repository");
    expect(young?.body).not.toHaveProperty("project");
    expect(young?.body).not.toHaveProperty("iid");
  });

  it("tell of comments, with a pull request that has no labels", async () => {
    const { gitee, receiver, alice, bob, repository } = await startGitee();
    const pull = repository.openPull({ opener: alice });
    const comment = pull.comment(bob, "/check-cla");
    await gitee.settled();
    pull.editComment(comment, "recheck");
    await gitee.settled();
    pull.deleteComment(comment);
    await gitee.settled();
    const notes = receiver.received.filter(({ headers }) => headers["x-gitee-event"] === "Note Hook");
    expect(notes.map(({ body }) => body.action)).toEqual(["comment", "edited", "deleted"]);
    expect(notes[0]?.body).toMatchObject({
      noteable_type: "PullRequest",
      comment: { id: comment.id, body: "/check-cla", user: { id: bob.id } },
    });
    expect(notes[0]?.body.pull_request).not.toHaveProperty("labels");
  });

  it("return to the bot what the bot itself changes", async () => {
    const { gitee, receiver, alice, repository, call } = await startGitee();
    repository.label("cla/no").openPull({ opener: alice });
    await call("POST", "/repos/octo/widget/pulls/1/labels", ["cla/no"]);
    await call("POST", "/repos/octo/widget/pulls/1/labels", ["cla/no"]);
    await gitee.settled();
    const changes = receiver.received.filter(({ body }) => body.action_desc === "update_label");
    expect(changes.map(({ body }) => body.sender)).toMatchObject([{ id: gitee.bot.id }]);
  });

  it("tell of a push to the default branch, with the files it touched", async () => {
    const { gitee, receiver, repository } = await startGitee();
    repository.writeFile(".gitee/cla.yml", "language: en\n");
    await gitee.settled();
    expect(receiver.received[0]?.headers["x-gitee-event"]).toBe("Push Hook");
    expect(receiver.received[0]?.body).toMatchObject({
      ref: "refs/heads/master",
      commits: [{ added: [".gitee/cla.yml"] }],
    });
  });

  it("get lost, arrive twice, and are forged, but are never sent again by themselves", async () => {
    const { gitee, receiver, alice, repository } = await startGitee();
    gitee.loseDeliveries(1);
    repository.openPull({ opener: alice });
    await gitee.settled();
    expect([gitee.deliveries.length, receiver.received.length]).toEqual([1, 0]);
    gitee.repeatDeliveries(2);
    repository.openPull({ opener: alice });
    await gitee.settled();
    expect(receiver.received.map(({ body }) => body.number)).toEqual([2, 2]);
    const then = new Date("2026-01-01T00:00:00Z");
    expect(await gitee.forge("Merge Request Hook", { action: "merge" }, then)).toBe(200);
    expect(receiver.received.at(-1)).toMatchObject({
      headers: {
        "x-gitee-timestamp": String(then.getTime()),
        "x-gitee-token": signatureOf(SECRET, String(then.getTime())),
      },
      body: { action: "merge" },
    });
  });

  it("are set up over the API, tell only of what they were asked to, and can be tested", async () => {
    const { gitee, receiver, alice, call } = await startGitee();
    const bare = gitee.repository({ owner: "octo", name: "bare", hook: false });
    const made = await call("POST", "/repos/octo/bare/hooks", {
      url: receiver.url,
      encryption_type: 1,
      password: "other",
      merge_requests_events: false,
      note_events: true,
    });
    expect(made).toMatchObject({ status: 201, body: { encryption_type: 1, password: "other" } });
    bare.openPull({ opener: alice });
    await gitee.settled();
    expect(receiver.received).toEqual([]);
    const path = `/repos/octo/bare/hooks/${bare.hooks[0]?.id}`;
    expect(await call("POST", `${path}/tests`)).toMatchObject({ status: 204 });
    expect(receiver.received[0]?.headers["x-gitee-ping"]).toBe("true");
    expect((await call("GET", path)).body).toMatchObject({ result_code: 200 });
  });
});
