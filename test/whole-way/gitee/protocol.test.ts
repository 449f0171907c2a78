import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { Settings } from "../../../playground/gitee/state/settings.ts";
import { commentsOf, scene, sign } from "./scene.ts";

const HOUR = 3_600_000;

describe("what Gitee sends the running bot", () => {
  const variants: [string, Partial<Settings>][] = [
    ["in documented event names", { eventNames: "spaced" }],
    ["in the event names of late", { eventNames: "underscored" }],
    ["under older field names", { bodyNames: "old" }],
    ["under newer field names", { bodyNames: "new" }],
    ["without the numbers of people", { userIds: false }],
    ["with display text for full_name", { hookFullName: "display" }],
    ["without an action", { hookAction: false }],
    ["with a URL-encoded signature", { signature: "url-encoded" }],
    ["with an object without content for a missing file", { missingFile: "no-download-url" }],
    ["with 404 for a missing file", { missingFile: "404" }],
    ["with a count of commits", { commitCount: true }],
    ["where unknown labels are made on the way", { unknownLabels: "create" }],
  ];
  it.each(variants)("is understood %s", async (_, settings) => {
    const { stage, gitee, alice, bob, widget } = await scene({ gitee: { settings } });
    const green = widget.openPull({ opener: alice });
    const red = widget.openPull({ opener: alice, commits: [{ author: alice }, { author: bob }] });
    await stage.settled();
    expect([green.labels, red.labels]).toEqual([["cla/yes"], ["cla/no"]]);
    red.forcePush([{ author: alice }]);
    green.push([{ author: bob }]);
    widget.writeFile(".gitee/cla.yml", "comment: never\n");
    await stage.settled();
    expect([green.labels, red.labels]).toEqual([["cla/no"], ["cla/yes"]]);
    green.comment(bob, "/check-cla");
    await stage.settled();
    expect(gitee.violations).toEqual([]);
  });

  it("about a push of more than ten commits leads to a check, though the policy's commit is not listed", async () => {
    const { stage, gitee, alice, widget } = await scene();
    const pull = widget.openPull({ opener: alice });
    await stage.settled();
    const files = { ".gitee/cla.yml": "labels: { signed: cla/fine, unsigned: cla/none }\n" };
    widget.push([...Array.from({ length: 10 }, () => ({ author: alice })), { author: alice, files }]);
    await stage.settled();
    const told = gitee.deliveries.findLast(({ event }) => event === "Push Hook")?.body ?? "";
    expect(told).not.toContain(".gitee/cla.yml");
    expect(pull.labels).toEqual(["cla/fine"]);
  });

  it.each(["signature", "password"] as const)(
    "is authenticated in %s mode, and by nothing else",
    async (encryption) => {
      const { stage, gitee, bob, widget } = await scene({ gitee: { encryption } });
      const pull = widget.openPull({ opener: bob });
      await stage.settled();
      expect(pull.labels).toEqual(["cla/no"]);
      for (const hook of widget.hooks) hook.password = "something else";
      widget.openPull({ opener: bob });
      await gitee.settled();
      expect(gitee.deliveries.at(-1)?.status).toBe(401);
    },
  );

  it("is refused when its signature is more than an hour old or ahead", async () => {
    const { gitee, alice, widget } = await scene();
    const pull = widget.openPull({ opener: alice });
    const body = { action: "open", number: pull.number, repository: { id: widget.id } };
    const at = (ms: number) => gitee.forge("Merge Request Hook", body, new Date(Date.now() + ms));
    expect(await at(0)).toBe(202);
    expect(await at(-HOUR + 60_000)).toBe(202);
    expect(await at(HOUR - 60_000)).toBe(202);
    expect(await at(-HOUR - 60_000)).toBe(401);
    expect(await at(HOUR + 60_000)).toBe(401);
  });

  it("is answered when it is a test, and does nothing", async () => {
    const { stage, gitee, widget } = await scene();
    gitee.resetCalls();
    const [hook] = widget.hooks;
    const response = await fetch(`${gitee.url}/api/v5/repos/octo/widget/hooks/${hook?.id}/tests`, {
      method: "POST",
      headers: { authorization: `Bearer ${stage.variables["GITEE_TOKEN"]}` },
    });
    expect(response.status).toBe(204);
    expect(hook?.resultCode).toBe(200);
    await stage.settled();
    expect(gitee.requests.map(({ path }) => path)).toEqual([
      `/api/v5/repos/octo/widget/hooks/${hook?.id}/tests`,
    ]);
  });

  it("says only where to look: any body under a token that was seen changes nothing but that", async () => {
    const { stage, alice, bob, widget } = await scene();
    const red = widget.openPull({ opener: bob });
    await stage.settled();
    const { hooks } = widget;
    const timestamp = String(Date.now());
    const secret = hooks[0]?.password ?? "";
    const token = createHmac("sha256", secret).update(`${timestamp}\n${secret}`).digest("base64");
    const send = async (event: string, body: unknown): Promise<number> => {
      const response = await fetch(`${stage.bot.url}/api/gitee/webhooks`, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          "x-gitee-event": event,
          "x-gitee-timestamp": timestamp,
          "x-gitee-token": token,
        },
        body: JSON.stringify(body),
      });
      await response.arrayBuffer();
      return response.status;
    };
    const repository = { id: widget.id, full_name: "octo/widget" };
    const user = { id: alice.id, login: "alice" };
    const lies = { number: red.number, user, state: "merged", labels: [{ name: "cla/yes" }], commits: 0 };
    expect(
      await send("Merge Request Hook", {
        action: "merge",
        number: red.number,
        repository,
        pull_request: lies,
      }),
    ).toBe(202);
    const sentence = commentsOf(stage, red)[0]?.match(/^> (.+)$/m)?.[1] ?? "";
    const harmless = red.comment(alice, "Looks good to me");
    for (const body of [sentence, `/cla waive ${red.headSha.slice(0, 7)} because`])
      expect(
        await send("Note Hook", {
          action: "comment",
          noteable_type: "PullRequest",
          comment: { id: harmless.id, body, user: { id: bob.id } },
          pull_request: { number: red.number },
          repository,
        }),
      ).toBe(202);
    await stage.settled();
    expect(red.labels).toEqual(["cla/no"]);
    await sign(stage, bob);
    expect(red.labels).toEqual(["cla/yes"]);
  });

  it("about the bot's own labels and comments costs nothing, over and over", async () => {
    const { stage, gitee, alice, bob, widget } = await scene();
    widget.label("cla/yes").label("cla/no");
    for (const opener of [alice, bob, alice, bob]) {
      gitee.resetCalls();
      const before = gitee.deliveries.length;
      widget.openPull({ opener });
      await stage.settled();
      const { reads } = gitee.calls();
      expect(gitee.deliveries.length).toBeGreaterThan(before + 1);
      expect(reads).toBeLessThanOrEqual(4);
    }
  });
});
