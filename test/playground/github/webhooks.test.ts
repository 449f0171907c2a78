import { createHmac } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { payloadCheck } from "../../../playground/github/rest/description.ts";
import { SimulatedGitHub } from "../../../playground/github/simulated-github.ts";
import type { Repository } from "../../../playground/github/state/model.ts";
import type { User } from "../../../playground/github/state/user.ts";
import { appToken, client, installed } from "./client.ts";
import { startReceiver, type Received } from "./receiver.ts";

let github: SimulatedGitHub;
let receiver: Awaited<ReturnType<typeof startReceiver>>;
let octo: User;
let alice: User;
let repository: Repository;
let status = 200;

beforeEach(async () => {
  status = 200;
  receiver = await startReceiver(() => status);
  github = await SimulatedGitHub.start({ webhookUrl: receiver.url });
  octo = github.organization({ login: "octo" });
  alice = github.user({ login: "alice" });
  repository = github.repository({ owner: octo, name: "spoon" });
});

afterEach(async () => {
  await github.stop();
  await receiver.stop();
});

/** What the description finds wrong with a payload. */
function problems({ event, payload }: Received): string[] {
  const action = payload["action"];
  const name = [event, ...(typeof action === "string" ? [action] : [])].join("-").replaceAll("_", "-");
  const check = payloadCheck(name);
  if (!check) return [`GitHub's description has no ${name}`];
  check(payload);
  // The description's list of events for a check suite's app is older than merge queues.
  const known = (check.errors ?? []).filter(({ instancePath }) => !/\/app\/events\/\d+$/.test(instancePath));
  return known.map(({ instancePath, message }) => `${name}${instancePath} ${message}`);
}

async function everything(): Promise<void> {
  const pull = repository.openPull({ opener: alice });
  pull.push([{ author: alice }]);
  pull.forcePush([{ author: alice }]);
  pull.edit({ title: "Another", base: "main" });
  pull.setDraft(true);
  pull.setDraft(false);
  pull.addLabel("cla/yes");
  pull.removeLabel("cla/yes");
  pull.lock();
  pull.unlock();
  const comment = pull.comment(alice, "hello");
  comment.edit("hello again");
  comment.delete();
  pull.close();
  pull.reopen();
  repository.writeFile("docs/a.md", "text\n", { by: alice });
  const group = repository.enqueue([pull], "squash");
  group.destroy();
  const sha = pull.head.sha;
  const api = installed(github, repository);
  await api.send("POST", "/repos/octo/spoon/check-runs", {
    name: "license/cla",
    head_sha: sha,
    conclusion: "success",
  });
  repository.checkRuns[0]?.rerequest(alice);
  repository.checkRuns[0]?.rerequestSuite(alice);
  pull.merge(alice);
  repository.rename("fork");
  repository.archive();
  repository.unarchive();
  const installation = github.installationFor(repository);
  installation?.acceptPermissions({ contents: "write" });
  installation?.removeRepositories([repository]);
  installation?.addRepositories([repository]);
  installation?.suspend();
  installation?.unsuspend();
  const carol = github.user({ login: "carol" });
  github.install({ account: carol, announce: true });
  repository.transfer(carol);
  await github.deliveries.settled();
}

describe("a webhook", () => {
  it("has a payload that GitHub's own description of it allows, whatever happened", async () => {
    await everything();
    expect(receiver.received.flatMap(problems)).toEqual([]);
    const seen = receiver.received.map(({ event, payload }) =>
      [event, payload["action"]].filter(Boolean).join("."),
    );
    expect([...new Set(seen)].toSorted()).toMatchSnapshot();
  });

  it("is signed over its bytes with the app's secret", async () => {
    repository.openPull({ opener: alice });
    await github.deliveries.settled();
    const [delivery] = receiver.received;
    const digest = createHmac("sha256", github.webhookSecret)
      .update(delivery?.bytes ?? "")
      .digest("hex");
    expect(delivery?.headers["x-hub-signature-256"]).toBe(`sha256=${digest}`);
    expect(delivery?.headers["x-github-delivery"]).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("reaches only an app that is installed there and not suspended", async () => {
    github.repository({ owner: "elsewhere", name: "fork", installed: false }).openPull({ opener: alice });
    github.installationFor(repository)?.suspend();
    repository.openPull({ opener: alice });
    await github.deliveries.settled();
    expect(receiver.received.map(({ event }) => event)).toEqual(["installation"]);
  });

  it("can be held back, turned round and doubled", async () => {
    github.deliveries.hold();
    github.deliveries.copies = 2;
    const pull = repository.openPull({ opener: alice });
    pull.close();
    expect(receiver.received).toEqual([]);
    let held = 0;
    github.deliveries.release((all) => {
      held = all.length;
      return all.toReversed().slice(0, 1);
    });
    await github.deliveries.settled();
    expect(held).toBe(4);
    expect(receiver.received.map(({ payload }) => payload["action"])).toEqual(["closed"]);
  });

  it("can be forged, and then its signature is wrong", async () => {
    await github.deliveries.forge("pull_request", { action: "opened" });
    const [delivery] = receiver.received;
    const digest = createHmac("sha256", github.webhookSecret)
      .update(delivery?.bytes ?? "")
      .digest("hex");
    expect(delivery?.headers["x-hub-signature-256"]).toMatch(/^sha256=[0-9a-f]{64}$/);
    expect(delivery?.headers["x-hub-signature-256"]).not.toBe(`sha256=${digest}`);
  });
});

describe("the app's list of deliveries", () => {
  it("keeps the failed ones, page by page with a cursor, and sends one again on request", async () => {
    const app = client(github, appToken(github));
    status = 500;
    for (let number = 0; number < 3; number++) repository.openPull({ opener: alice });
    await github.deliveries.settled();
    github.loseDeliveries = true;
    repository.openPull({ opener: alice });
    github.loseDeliveries = "without a trace";
    repository.openPull({ opener: alice });
    github.loseDeliveries = false;

    const first = await app.get("/app/hook/deliveries?per_page=3&status=failure");
    const listed = first.body as {
      id: number;
      status_code: number;
      event: string;
      installation_id: number;
    }[];
    expect(listed.map(({ status_code }) => status_code)).toEqual([502, 500, 500]);
    const next = /<[^>]*(\/app\/hook[^>]*)>; rel="next"/.exec(first.headers.get("link") ?? "")?.[1];
    const second = await app.get(next ?? "");
    expect(second.body).toHaveLength(1);
    expect(second.headers.get("link")).toBeNull();

    status = 200;
    receiver.received.length = 0;
    const lost = listed[0]?.id;
    expect((await app.get(`/app/hook/deliveries/${lost}`)).body).toMatchObject({
      request: { payload: { action: "opened", number: 4 } },
    });
    expect((await app.send("POST", `/app/hook/deliveries/${lost}/attempts`)).status).toBe(202);
    await github.deliveries.settled();
    expect(receiver.received[0]?.payload).toMatchObject({ action: "opened", number: 4 });
    expect((await app.get("/app/hook/deliveries?per_page=1")).body).toMatchObject([
      { redelivery: true, status_code: 200 },
    ]);
  });
});
