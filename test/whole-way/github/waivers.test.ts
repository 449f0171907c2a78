import { describe, expect, it } from "vitest";
import {
  checkOf,
  commentsOf,
  explained,
  pageOf,
  recheck,
  run,
  scene,
  stateOf,
  statusOf,
  stranger,
} from "./scene.ts";

/** Dora maintains the repository, Will may only write to it; a pull request has a commit of nobody's. */
async function withStranger(policy: string | null = null) {
  const scenery = await scene(policy);
  const { stage, github, hello, alice } = scenery;
  const dora = github.user({ login: "dora" });
  const will = github.user({ login: "will" });
  hello.addCollaborator(dora, "maintain").addCollaborator(will, "write");
  const pull = hello.openPull({ opener: alice, commits: [{ author: alice }, { author: stranger() }] });
  await stage.settled();
  const sha = pull.head.sha;
  const waived = () => stage.bot.engine.waivers.of({ host: "github", id: hello.id }, [sha]);
  return { ...scenery, dora, will, pull, sha, short: sha.slice(0, 7), waived };
}

describe("/cla waive", () => {
  it("by a maintainer covers a commit without a linked account; it is kept, and the comment and check show it", async () => {
    const { stage, hello, dora, pull, sha, short, waived } = await withStranger();
    expect(stateOf(pull)).toBe("failure");
    expect(commentsOf(pull)[0]).toContain(`/cla waive ${sha} reason`);
    expect(await pageOf(stage, pull)).toContain(`/cla waive ${sha} reason`);
    const before = Date.now();
    pull.comment(dora, `/cla waive ${sha} a translator without an account`);
    await stage.settled();
    expect(statusOf(pull)).toMatchObject({
      state: "success",
      line: "CLA icla 1.0: 1 of 1 account; 1 commit waived",
    });
    expect(commentsOf(pull)).toHaveLength(1);
    expect(commentsOf(pull)[0]).toContain(`A maintainer waived the requirement for \`${short}\`.`);
    expect((await checkOf(stage, pull)).unlinked).toEqual([
      { commit: sha, role: "author", required: true, waived: true },
    ]);
    expect(await explained(stage, pull)).toContain("waived by a maintainer");
    expect(await pageOf(stage, pull)).toContain(short);
    const { stdout } = await run(stage.variables, ["audit", "list", "--json"]);
    expect(stdout).toContain(sha);
    const [kept] = await waived();
    expect(kept).toEqual({
      repository: { host: "github", id: hello.id },
      commit: sha,
      by: `github:${dora.id}`,
      at: expect.any(Number) as number,
    });
    expect(kept?.at).toBeGreaterThanOrEqual(before);
  });

  it("is answered if it names no commit, and an answer about a commit that is gone is not shown", async () => {
    const { stage, alice, dora, will, pull } = await withStranger();
    const nothing = pull.comment(dora, "/cla waive `abc` please");
    pull.comment(will, `/cla waive ${pull.head.sha} please`);
    await stage.settled();
    expect(commentsOf(pull)[0]).toContain("does not name the full commit id");
    expect(commentsOf(pull)[0]).toContain("only a maintainer");
    nothing.edit("Never mind.", dora);
    pull.forcePush([{ author: alice }, { author: stranger("Other", "other@example.org") }]);
    await stage.settled();
    expect(stateOf(pull)).toBe("failure");
    expect(commentsOf(pull)[0]).not.toContain("does not count");
  });

  it("of many commits in one comment counts for each, and the comment and page offer each command", async () => {
    const { stage, hello, alice, dora } = await withStranger();
    const commits = Array.from({ length: 12 }, (_, at) => ({
      author: stranger(`S${at}`, `s${at}@example.org`),
    }));
    const pull = hello.openPull({ opener: alice, commits });
    await stage.settled();
    const commands = pull.commits.map(({ sha }) => `/cla waive ${sha} reason`);
    for (const shown of [commentsOf(pull)[0], await pageOf(stage, pull)])
      expect(shown?.match(/\/cla waive [0-9a-f]{40} reason/g)).toEqual(commands);
    pull.comment(dora, commands.join("\n"));
    await stage.settled();
    expect(statusOf(pull)).toMatchObject({
      state: "success",
      line: expect.stringContaining("12 commits waived"),
    });
  });

  it("that is refused is answered however many there are, and on the page where there is no comment", async () => {
    const { stage, github, hello, alice, dora } = await withStranger("comment: never\n");
    const authors = [alice, alice, alice, alice, stranger(), stranger()];
    const pull = hello.openPull({ opener: alice, commits: authors.map((author) => ({ author })) });
    for (const login of ["u1", "u2", "u3"])
      pull.comment(github.user({ login }), `/cla waive ${pull.head.sha} please`);
    pull.comment(dora, pull.commits.map(({ sha }) => `/cla waive ${sha.slice(0, 30)} x`).join("\n"));
    pull.comment(
      dora,
      pull.commits
        .slice(0, 4)
        .map(({ sha }) => `/cla waive ${sha} x`)
        .join("\n"),
    );
    await stage.settled();
    expect(commentsOf(pull)).toEqual([]);
    const page = await pageOf(stage, pull);
    for (const login of ["u1", "u2", "u3"]) expect(page).toContain(`@${login}`);
    for (const { sha } of pull.commits) expect(page).toContain(`/cla waive ${sha} reason`);
    expect(page).toContain("the commit is linked to an account, which must sign");
  });

  it("by an owner of the organization counts, too, and outlives a restart of the bot", async () => {
    const { stage, github, octo, pull, sha } = await withStranger();
    const owner = github.user({ login: "owner" });
    octo.addMember(owner, "admin");
    pull.comment(owner, `/cla waive ${sha} known to us`);
    await stage.settled();
    expect(stateOf(pull)).toBe("success");
    await stage.restart();
    await recheck(stage, pull);
    expect(stateOf(pull)).toBe("success");
  });

  it("by anybody else does nothing: a writer, the opener, a stranger, the bot", async () => {
    const { stage, github, hello, alice, bob, will, pull, sha, waived } = await withStranger();
    for (const author of [will, alice, bob, github.world.bot])
      pull.comment(author, `/cla waive ${sha} please`);
    hello.addCollaborator(bob, "triage");
    pull.comment(bob, `/cla waive ${sha} please`);
    await stage.settled();
    expect(stateOf(pull)).toBe("failure");
    expect(await waived()).toEqual([]);
  });

  it("written into a maintainer's comment by somebody else does nothing", async () => {
    const { stage, dora, will, pull, sha, waived } = await withStranger();
    const comment = pull.comment(dora, "Thank you, I shall look at it.");
    await stage.settled();
    comment.edit(`/cla waive ${sha} edited by one who may write`, will);
    await stage.settled();
    expect(stateOf(pull)).toBe("failure");
    expect(await waived()).toEqual([]);
  });

  it("quoted, in a code block, in the middle of a line or in the bot's own comment does nothing", async () => {
    const { stage, dora, pull, sha, waived } = await withStranger();
    pull.comment(dora, `> /cla waive ${sha} reason\n\nNo, I won't.`);
    pull.comment(dora, `\`\`\`\n/cla waive ${sha} reason\n\`\`\``);
    pull.comment(dora, `Say /cla waive ${sha} reason`);
    pull.comment(dora, commentsOf(pull)[0] ?? "");
    await stage.settled();
    expect(await waived()).toEqual([]);
  });

  it("never covers an account that simply has not signed", async () => {
    const { stage, hello, alice, bob, dora } = await withStranger();
    const pull = hello.openPull({
      opener: alice,
      commits: [{ author: bob }, { author: stranger(), coauthors: [bob] }],
    });
    await stage.settled();
    const [first, second] = pull.commits.map(({ sha }) => sha);
    pull.comment(dora, `/cla waive ${first ?? ""} he is fine`);
    pull.comment(dora, `/cla waive ${second ?? ""} he is fine`);
    await stage.settled();
    expect(stateOf(pull)).toBe("failure");
    expect(commentsOf(pull)[0]).toContain("@bob (author, co-author");
    // Of the first there was nothing to waive, so nothing is kept: its author's account may go one day.
    const kept = await stage.bot.engine.waivers.of({ host: "github", id: hello.id }, [
      first ?? "",
      second ?? "",
    ]);
    expect(kept.map(({ commit }) => commit)).toEqual([second]);
  });

  it("covers that commit and no other: not the same work pushed again, not the commit of another repository", async () => {
    const { stage, github, octo, alice, dora, pull, sha } = await withStranger();
    pull.comment(dora, `/cla waive ${sha} known to us`);
    await stage.settled();
    expect(stateOf(pull)).toBe("success");
    pull.forcePush([{ author: stranger() }]);
    await stage.settled();
    expect(stateOf(pull)).toBe("failure");
    const other = github.repository({ owner: octo, name: "other" });
    const there = other.openPull({ opener: alice, commits: [{ author: stranger() }] });
    there.comment(dora, `/cla waive ${there.head.sha} not a maintainer here`);
    await stage.settled();
    expect(stateOf(there)).toBe("failure");
  });

  it("by a part of the commit's id covers nothing, and is answered with the whole command", async () => {
    const { stage, dora, pull, sha, short, waived } = await withStranger();
    pull.comment(dora, `/cla waive ${short} known to us`);
    await stage.settled();
    expect(stateOf(pull)).toBe("failure");
    expect(await waived()).toEqual([]);
    expect(commentsOf(pull)).toHaveLength(1);
    expect(commentsOf(pull)[0]).toContain(`Copy this: \`/cla waive ${sha} reason\``);
    pull.comment(dora, `/cla waive ${sha} known to us`);
    await stage.settled();
    expect(stateOf(pull)).toBe("success");
    expect(commentsOf(pull)[0]).not.toContain("Copy this");
  });

  it("that is refused is answered in the bot's comment, with the reason", async () => {
    const { stage, hello, dora, will, pull, sha } = await withStranger();
    pull.comment(will, `/cla waive ${sha} please`);
    await stage.settled();
    expect(commentsOf(pull)[0]).toContain(
      `@will's waiver of \`${sha}\` does not count because only a maintainer of the repository can waive.`,
    );
    pull.comment(
      dora,
      `/cla waive ${pull.commits[0]?.sha ?? ""} linked\n/cla waive ${hello.head.sha} not here`,
    );
    await stage.settled();
    const [comment = ""] = commentsOf(pull);
    expect(comment).toContain("the commit is linked to an account, which must sign");
    expect(comment).toContain("this pull request has no such commit");
    expect(commentsOf(pull)).toHaveLength(1);
  });

  it("copied with its backticks or as an item of a list does nothing, and its maintainer is told", async () => {
    const { stage, dora, will, pull, sha, waived } = await withStranger();
    const said = "the command is in a list or in code";
    pull.comment(will, `- /cla waive ${sha} reason`);
    pull.comment(dora, `> \`/cla waive ${sha} reason\`\n\nNo.`);
    await stage.settled();
    expect(commentsOf(pull)[0]).not.toContain(said);
    for (const body of [`\`/cla waive ${sha} reason\``, `- /cla waive ${sha} reason`]) {
      const comment = pull.comment(dora, body);
      await stage.settled();
      expect(commentsOf(pull)[0]).toContain(said);
      comment.edit("Never mind.", dora);
      pull.comment(dora, "/check-cla");
      await stage.settled();
      expect(commentsOf(pull)[0]).not.toContain(said);
    }
    expect(await waived()).toEqual([]);
  });

  it("of a commit that the pull request does not hold does nothing", async () => {
    const { stage, hello, dora, pull } = await withStranger();
    pull.comment(dora, `/cla waive ${hello.head.sha} reason`);
    pull.comment(dora, "/cla waive 0000000 reason");
    pull.comment(dora, "/cla waive reason");
    await stage.settled();
    expect(stateOf(pull)).toBe("failure");
    expect(await stage.bot.engine.queue.troubled(10)).toEqual([]);
  });
});

describe("countersign waiver", () => {
  it("lists what was waived, and a removed waiver blocks the pull requests that hold the commit again", async () => {
    const { stage, hello, dora, pull, sha } = await withStranger();
    pull.comment(dora, `/cla waive ${sha} known to us`);
    await stage.settled();
    expect(stateOf(pull)).toBe("success");
    const list = await run(stage.variables, ["waiver", "list", "github:octo/hello"]);
    expect(list).toMatchObject({ code: 0, stderr: "" });
    expect(list.stdout).toMatch(new RegExp(`^COMMIT .*\n${sha}  .*  github:${dora.id}\n$`));
    const json = await run(stage.variables, ["waiver", "list", "github:octo/hello", "--json"]);
    expect(JSON.parse(json.stdout)).toEqual([
      { commit: sha, by: `github:${dora.id}`, at: expect.any(String) as string },
    ]);
    expect(await run(stage.variables, ["waiver", "remove", "github:octo/hello", sha.toUpperCase()])).toEqual({
      code: 0,
      stdout: `${sha}: removed; the open pull requests of github:octo/hello are checked again\n`,
      stderr: "",
    });
    await stage.settled();
    expect(stateOf(pull)).toBe("failure");
    const { stdout: audit } = await run(stage.variables, ["audit", "list", "--json"]);
    const lines = audit
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { act: string; details: object });
    expect(lines.at(-1)).toMatchObject({
      by: "cli",
      act: "unwaive",
      details: { repository: hello.id, commit: sha },
    });
    expect((await run(stage.variables, ["waiver", "list", "github:octo/hello"])).stdout).toBe("0 waivers\n");
  });

  it.each([
    [["waiver", "remove", "github:octo/hello", "a".repeat(40)], 1, "it has no waiver in"],
    [["waiver", "remove", "github:octo/hello", "abc1234"], 2, "expected the commit's full id"],
    [["waiver", "remove", "octo/hello", "a".repeat(40)], 2, "expected HOST:OWNER/REPO"],
    [["waiver", "list", "github:octo/nowhere"], 1, "not installed on that repository, or there is none"],
    [["waiver", "list"], 2, "missing required argument 'repository'"],
  ])("%j exits with %i and says why", async (args, code, said) => {
    const { stage } = await scene();
    const ran = await run(stage.variables, args);
    expect(ran).toMatchObject({ code, stdout: "" });
    expect(ran.stderr).toContain(said);
  });

  it("has help with an example for each verb", async () => {
    for (const words of [["waiver"], ["waiver", "list"], ["waiver", "remove"]])
      expect((await run({}, [...words, "--help"])).stdout).toContain("Example:\n  countersign waiver ");
  });
});
