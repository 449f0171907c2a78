import { describe, expect, it } from "vitest";
import { accountOf } from "../../../src/account.ts";
import type { Stage } from "../../../playground/stage.ts";
import type { User } from "../../../playground/github/state/user.ts";
import { commentsOf, pageOf, scene, sign, statusOf } from "./scene.ts";

describe("what everybody may read of a person who is covered", () => {
  it.each(["en", "zh-CN"])(
    "is one and the same, whatever the reason, in the status, the comment, the check run and on the whole page: %s",
    async (language) => {
      const { stage, github, octo, hello } = await scene();
      const people = ["zqfirst", "zqsecond", "zqthird", "zqfifth"].map((login) => github.user({ login }));
      const [own, member, listed, employed] = people as [User, User, User, User];
      const bot = github.user({ login: "zqfourth[bot]", type: "Bot" });
      hello.addCollaborator(bot);
      octo.addMember(member);
      await sign(stage, own);
      await employ(stage, employed, null);
      const policy = [
        `language: ${language}`,
        "comment: always",
        "report: check",
        `exempt: {accounts: ["${accountOf("github", listed.id)}"], organizations: [${octo.id}]}`,
      ].join("\n");
      hello.writeFile(".github/cla.yml", policy);
      const seen: unknown[] = [];
      for (const opener of [own, member, listed, employed, bot]) {
        const pull = hello.openPull({ opener, title: "Improve it" });
        await stage.settled();
        const [run] = hello.checkRunsOf(pull.head.sha);
        // A page needs the link of a status; here the run has it.
        const url = new URL(run?.fields.detailsUrl ?? "about:blank");
        const answer = await fetch(`${stage.bot.url}${url.pathname}?lang=${language}`);
        const shown = [
          run?.fields.conclusion,
          run?.fields.output.title,
          run?.fields.output.summary,
          commentsOf(pull),
          // A bot is named and not linked, which its name says as well.
          opener === bot ? "" : await answer.text(),
        ].map((one) => neutral(JSON.stringify(one), opener, pull.number));
        seen.push(opener === bot ? shown.slice(0, -1) : shown);
      }
      const [first] = seen as [string[]];
      expect(first[0]).toBe('"success"');
      expect(seen[1]).toEqual(first);
      expect(seen[2]).toEqual(first);
      expect(seen[3]).toEqual(first);
      expect(seen[4]).toEqual(first.slice(0, -1));
    },
  );

  it("is the same of a co-author whose signature is only requested, and of one who is still to sign, whatever ended", async () => {
    const { stage, github, octo, hello, alice } = await scene();
    const people = ["zqfirst", "zqsecond", "zqthird", "zqfourth"].map((login) => github.user({ login }));
    const [own, member, , left] = people as [User, User, User, User];
    octo.addMember(member);
    await sign(stage, own);
    await employ(stage, left, Date.now() - 1000);
    hello.writeFile(".github/cla.yml", `require: {coauthors: warn}\nexempt: {organizations: [${octo.id}]}\n`);
    const seen: unknown[] = [];
    for (const coauthor of people) {
      const commits = [{ author: alice, coauthors: [coauthor] }];
      const pull = hello.openPull({ opener: alice, title: "Improve it", commits });
      await stage.settled();
      const texts = [statusOf(pull), commentsOf(pull), await pageOf(stage, pull)];
      seen.push(texts.map((one) => neutral(JSON.stringify(one), coauthor, pull.number)));
    }
    expect(seen[1]).toEqual(seen[0]);
    expect(seen[3]).toEqual(seen[2]);
    expect(JSON.stringify(seen[2])).toContain("requested");
    expect(JSON.stringify(seen[0])).not.toContain("requested");
  });

  it("is nothing of an employer, nor of an organization, on the page of one who is still to sign", async () => {
    const { stage, hello, alice, bob } = await scene();
    const pull = hello.openPull({ opener: bob, commits: [{ author: alice }] });
    await stage.settled();
    const texts = [statusOf(pull)?.line, ...commentsOf(pull), await pageOf(stage, pull)].join("\n");
    expect(texts).not.toMatch(/employer|member of|organization's/i);
  });
});

/** @param until when the employer's cover ends, in milliseconds since the epoch; null: never */
async function employ({ bot }: Stage, { id }: User, until: number | null): Promise<void> {
  const { entities } = bot.engine;
  await entities.add({ id: "acme", agreement: "icla", version: "1.0", signedAt: 1 }, "cli");
  await entities.join("acme", [{ account: accountOf("github", id), from: 1, until }], "cli");
}

/** A text without what names the person, the pull request or the moment. */
function neutral(text: string, { login, id }: User, number: number): string {
  return text
    .replaceAll(login, "LOGIN")
    .replaceAll(String(id), "ID")
    .replace(/[0-9a-f]{40}/g, "SHA")
    .replace(/\b[0-9a-f]{7}\b/g, "SHORT")
    .replaceAll(new RegExp(`(#|/|%23|%2523)${number}\\b`, "g"), "$1NUMBER")
    .replace(/Change \d+/g, "CHANGE")
    .replace(/(data-digest|nonce|value|integrity)=\\"[^"]*\\"/g, "$1")
    .replace(/nonce-[\w-]+/g, "nonce");
}
