import { describe, expect, it } from "vitest";
import { accountOf } from "../../../src/account.ts";
import { signatureOf, stageForTest } from "../scene.ts";

describe("a Gitee that refuses comments for its limits", () => {
  it("has the check runs of red and green pull requests, and of people who signed or were revoked meanwhile", async () => {
    const stage = await stageForTest();
    const { gitee, bot } = stage;
    const [mei, lin, hua] = ["mei", "lin", "hua"].map((login) => gitee.user({ login }));
    if (mei === undefined || lin === undefined || hua === undefined) throw new Error("no users");
    const sign = (user: { readonly id: number }) =>
      bot.engine.signatures.sign([[signatureOf(user, "gitee")]], { evidence: "page" });
    await sign(mei);
    const hello = gitee.repository({ owner: "octo", name: "hello" });
    const commented = hello.openPull({ opener: hua });
    await stage.settled();
    expect(commented.conclusion()).toBe("action_required");

    const headers = { "Retry-After": "1" };
    gitee.fail({ status: 429, match: /^(POST|PATCH) .*\/comments/, times: 1_000, headers });
    const red = [lin, lin, lin].map((opener) => hello.openPull({ opener }));
    const green = hello.openPull({ opener: mei });
    const conclusions = () => [...red, green].map((pull) => pull.conclusion());
    const wanted = [...red.map(() => "action_required"), "success"];
    await expect.poll(conclusions, { timeout: 30_000 }).toEqual(wanted);
    await sign(hua);
    await expect.poll(() => commented.conclusion(), { timeout: 30_000 }).toBe("success");
    await bot.engine.signatures.revoke([accountOf("gitee", hua.id)], "icla");
    await expect.poll(() => commented.conclusion(), { timeout: 30_000 }).toBe("action_required");
    await stage.settled();
    expect(red.map(({ comments }) => comments.length)).toEqual([0, 0, 0]);
    expect(await bot.engine.queue.depth()).toMatchObject({ due: 0, parked: 0 });
    gitee.resetCalls();
    await stage.settled();
    expect(gitee.calls()).toEqual({ reads: 0, writes: 0 });
  }, 90_000);
});
