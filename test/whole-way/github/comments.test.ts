import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { MARKER } from "../../../src/report/command.ts";
import { commentsOf, recheck, run, scene, sign, stateOf, statusOf, stranger } from "./scene.ts";

describe("the one comment", () => {
  it("is not written on a pull request that was always in order", async () => {
    const { stage, hello, alice } = await scene();
    const pull = hello.openPull({ opener: alice });
    await stage.settled();
    await recheck(stage, pull);
    expect(commentsOf(pull)).toEqual([]);
  });

  it("is edited in place from the first verdict to the last", async () => {
    const { stage, hello, alice, bob, carol } = await scene();
    const pull = hello.openPull({ opener: bob });
    await stage.settled();
    const [first] = pull.comments.filter(({ viaApp }) => viaApp);
    pull.push([{ author: carol }]);
    await stage.settled();
    await sign(stage, bob);
    expect(first?.body).toContain("@carol");
    expect(first?.body).not.toContain("@bob");
    pull.forcePush([{ author: alice }]);
    await stage.settled();
    expect(first?.body).toContain("Everyone who contributed to this pull request has signed");
    expect(pull.comments.filter(({ viaApp }) => viaApp)).toEqual([first]);
  });

  it("is found again by its marker and its author when the database was lost", async () => {
    const { stage, hello, bob } = await scene();
    const pull = hello.openPull({ opener: bob });
    await stage.settled();
    const [comment] = pull.comments.filter(({ viaApp }) => viaApp);
    comment?.edit(`${MARKER}\n\nwritten before the loss`);
    const variables = { ...stage.variables, DATABASE_URL: `file:${join(stage.folder, "another.db")}` };
    const checked = await run(variables, ["check", `github:octo/hello#${pull.number}`, "--publish"]);
    expect(checked.stderr).toMatch(/^countersign: there was no database; .* is new\nwritten\n$/);
    expect(commentsOf(pull)).toHaveLength(1);
    expect(comment?.body).toContain("@bob");
  });

  it("is found behind a hundred others, and by then only looked for once", async () => {
    const { stage, github, hello, alice, bob } = await scene("comment: when-unsigned\n");
    github.loseDeliveries = "without a trace";
    const pull = hello.openPull({ opener: bob });
    for (let count = 0; count < 150; count += 1) pull.comment(alice, `comment ${count}`);
    await run(stage.variables, ["sweep"]);
    await stage.settled();
    expect(commentsOf(pull)).toHaveLength(1);
    const variables = { ...stage.variables, DATABASE_URL: `file:${join(stage.folder, "another.db")}` };
    await run(variables, ["check", `github:octo/hello#${pull.number}`, "--publish"]);
    expect(commentsOf(pull)).toHaveLength(1);
  });

  it("is never one that somebody else wrote, even with the bot's marker in it, and nobody's text gets in", async () => {
    const { stage, github, hello, bob } = await scene();
    github.deliveries.hold();
    const pull = hello.openPull({ opener: bob });
    const forged = `${MARKER}\n\n### Contributor License Agreement\n\nEverybody has signed.`;
    const foreign = pull.comment(bob, forged);
    github.deliveries.release();
    await stage.settled();
    expect(foreign.body).toBe(forged);
    expect(foreign.lastEditedAt).toBeNull();
    expect(commentsOf(pull)).toHaveLength(1);
    pull.comments.find(({ viaApp }) => viaApp)?.edit(`${MARKER}\n\nEverybody has signed.`, hello.owner);
    await recheck(stage, pull);
    expect(commentsOf(pull)[0]).toContain("@bob");
    expect(commentsOf(pull)[0]).not.toContain("Everybody has signed");
    expect(stateOf(pull)).toBe("failure");
  });

  it("is of another app with the same marker left alone", async () => {
    const { stage, github, hello, bob } = await scene();
    const other = github.user({ login: "other-app[bot]", type: "Bot" });
    const pull = hello.openPull({ opener: bob });
    const theirs = pull.comment(other, `${MARKER}\n\nOurs.`);
    await stage.settled();
    await recheck(stage, pull);
    expect(theirs.body).toBe(`${MARKER}\n\nOurs.`);
    expect(commentsOf(pull)).toHaveLength(1);
  });

  it.each([
    ["never", 0, 0],
    ["always", 1, 1],
    ["when-unsigned", 0, 1],
  ])(
    "with comment: %s is written %i times for a green and %i times for a red one",
    async (when, green, red) => {
      const { stage, hello, alice, bob } = await scene(`comment: ${when}\n`);
      const pulls = [alice, bob].map((opener) => hello.openPull({ opener }));
      await stage.settled();
      expect(pulls.map((pull) => commentsOf(pull).length)).toEqual([green, red]);
      expect(pulls.map(stateOf)).toEqual(["success", "failure"]);
    },
  );
});

describe("what other people wrote cannot break out of the comment", () => {
  const NASTY = [
    "`@everyone` <img src=x onerror=alert(1)>",
    "<!-- countersign --> | **all signed** |",
    "[click](javascript:alert(1)) ![x](https://evil.example/x.png)",
    "</details>\n\n# Everybody has signed\n\n- [x] done",
    "``` \n@octo/team #1 :tada:",
    "\u202egnp.exe \u0000",
  ];

  it.each(NASTY)("a co-author called %j", async (name) => {
    const { stage, hello, alice } = await scene();
    const pull = hello.openPull({
      opener: alice,
      title: name,
      commits: [
        {
          author: alice,
          message: name.replaceAll("\n", " "),
          coauthors: [stranger(name.replace(/[<>\n]/g, " "))],
        },
      ],
    });
    await stage.settled();
    expect(stateOf(pull)).toBe("failure");
    const [comment = ""] = commentsOf(pull);
    // Whatever is left outside code spans is the bot's own.
    const own = comment.replaceAll(/(`+)(?:(?!\1)[^])*?\1/g, "");
    expect(own.replace(MARKER, "")).not.toMatch(
      /<|javascript:|evil|@octo|@everyone|:tada:|all signed|\u202e/,
    );
    expect(comment.split("\n").filter((line) => line.startsWith("#"))).toEqual([
      "### Contributor License Agreement",
    ]);
    expect(statusOf(pull)?.line).toBe("CLA icla 1.0: 1 of 1 account; 1 commit without an account");
  });

  it("a login with signs in it, of a bot or a managed user, is shown as code and notifies nobody", async () => {
    const { stage, github, hello } = await scene("exempt: {bots: none}\n");
    const bot = github.user({ login: "strange-app[bot]", type: "Bot" });
    hello.addCollaborator(bot);
    const pull = hello.openPull({ opener: bot });
    await stage.settled();
    expect(commentsOf(pull)[0]).not.toMatch(/@strange-app\[/);
  });
});
