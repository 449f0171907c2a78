import { rmSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import type { Scenario } from "./host-scene.ts";

const LABELS = "labels: {signed: cla/yes, unsigned: cla/no}\n";

/** The bot's answer on a pull request, and what happens when others change it. */
export function displayScenarios(scenario: Scenario): void {
  scenario(
    "shows exactly one of the two labels and leaves others alone",
    async ({ hello, alice, bob, settled }) => {
      const pull = hello.open({ opener: alice });
      pull.addLabel("kind/bug", bob);
      await settled();
      expect(pull.labels().toSorted()).toEqual(["cla/yes", "kind/bug"]);
      pull.push([{ author: bob }]);
      await settled();
      expect(pull.labels().toSorted()).toEqual(["cla/no", "kind/bug"]);
    },
    { policy: LABELS },
  );

  scenario(
    "corrects a label that somebody set or removed, at the next check",
    async ({ hello, alice, bob, settled }) => {
      const green = hello.open({ opener: alice });
      const red = hello.open({ opener: bob });
      await settled();
      green.removeLabel("cla/yes", bob);
      red.addLabel("cla/yes", bob);
      red.removeLabel("cla/no", bob);
      for (const pull of [green, red]) pull.comment(alice, "/check-cla");
      await settled();
      expect([green.labels(), red.labels()]).toEqual([["cla/yes"], ["cla/no"]]);
    },
    { policy: LABELS },
  );

  scenario(
    "makes a label that the repository lacks, with a name that a URL must encode",
    async ({ hello, alice, bob, settled }) => {
      const pull = hello.open({ opener: alice });
      await settled();
      expect(pull.labels()).toEqual(["已签署 CLA/ok"]);
      pull.push([{ author: bob }]);
      await settled();
      expect(pull.labels()).toEqual(["未签署 CLA/no"]);
    },
    { policy: "labels: {signed: 已签署 CLA/ok, unsigned: 未签署 CLA/no}\n" },
  );

  scenario(
    "puts other labels on and takes its own old ones off when the policy renames them",
    async ({ hello, alice, bob, settled }) => {
      const pull = hello.open({ opener: alice });
      pull.addLabel("signed", bob);
      await settled();
      hello.writePolicy("labels: {signed: signed/ok, unsigned: signed/no}\n");
      await settled();
      expect(pull.labels().toSorted()).toEqual(["signed", "signed/ok"]);
      hello.writePolicy("labels: false\n");
      await settled();
      expect(pull.labels()).toEqual(["signed"]);
    },
    { policy: LABELS, needs: { removesFormerLabels: true } },
  );

  scenario(
    "writes its comment again over somebody's edit, and where somebody deleted it",
    async ({ stand, hello, bob, settled }) => {
      const admin = stand.person("admin");
      hello.admit(admin, "admin");
      const pull = hello.open({ opener: bob });
      await settled();
      const [text] = pull.comments();
      pull.editComment(admin, "<!-- countersign -->\n\nEverybody has signed.");
      pull.comment(bob, "/check-cla");
      await settled();
      expect(pull.comments()).toEqual([text]);
      pull.deleteComment(admin);
      pull.comment(bob, "/check-cla");
      await settled();
      expect(pull.comments()).toEqual([text]);
    },
  );

  scenario(
    "never edits a comment that somebody else wrote, marker or not",
    async ({ hello, alice, bob, sign, settled }) => {
      const pull = hello.open({ opener: bob });
      pull.comment(alice, "<!-- countersign -->\n\nI am not the bot.");
      await settled();
      expect(pull.comments()).toHaveLength(1);
      await sign(bob);
      expect(pull.comments()).toHaveLength(1);
      expect(pull.comments()[0]).not.toContain("I am not the bot");
    },
  );

  scenario(
    "finds its comment again when the database was lost",
    async ({ stage, stand, hello, bob, sign, settled, run }) => {
      const pull = hello.open({ opener: bob });
      await settled();
      expect(pull.comments()).toHaveLength(1);
      for (const end of ["", "-wal", "-shm"])
        rmSync(join(stage.folder, `countersign.db${end}`), { force: true });
      await stage.restart();
      expect(await run("sweep")).toMatchObject({ code: 0 });
      await settled();
      await sign(bob);
      expect(pull.state()).toBe("success");
      expect(pull.comments()).toHaveLength(1);
      expect(pull.comments()[0]).not.toContain("@bob");
      expect(stand.calls().writes).toBeGreaterThan(0);
    },
  );

  scenario(
    "writes nothing where nothing changed, and costs no more than is documented",
    async ({ stand, hello, alice, settled, run }) => {
      // The first pull request of a repository may have to create the label.
      hello.open({ opener: alice });
      await settled();
      stand.resetCalls();
      const pull = hello.open({ opener: alice });
      await settled();
      const { reads, writes } = stand.calls();
      expect(reads + writes).toBeLessThanOrEqual(stand.budget.first);
      stand.resetCalls();
      pull.comment(alice, "recheck");
      await settled();
      expect(stand.calls().writes).toBe(0);
      expect(stand.calls().reads).toBeLessThanOrEqual(stand.budget.unchanged);
      expect(await run("sweep")).toMatchObject({ code: 0 });
      await settled();
      expect(stand.calls().writes).toBe(0);
    },
  );

  scenario(
    "speaks the language of the host unless the title or the policy says otherwise",
    async ({ capabilities, hello, bob, settled }) => {
      const plain = hello.open({ opener: bob, title: "Fix the docs" });
      const chinese = hello.open({ opener: bob, title: "修复文档" });
      await settled();
      const texts = { en: "Contributor License Agreement", "zh-CN": "贡献者许可协议" };
      expect(plain.comments()[0]).toContain(texts[capabilities.language]);
      expect(chinese.comments()[0]).toContain(texts["zh-CN"]);
      for (const language of ["en", "zh-CN"] as const) {
        hello.writePolicy(`language: ${language}\n`);
        await settled();
        for (const pull of [plain, chinese]) {
          expect(pull.comments()).toHaveLength(1);
          expect(pull.comments()[0]).toContain(texts[language]);
        }
      }
    },
  );

  scenario(
    "comments always, never, or when somebody must act, as the policy says",
    async ({ hello, alice, bob, settled }) => {
      const green = hello.open({ opener: alice });
      await settled();
      expect(green.comments()).toHaveLength(1);
      hello.writePolicy("comment: never\n");
      const red = hello.open({ opener: bob });
      await settled();
      expect([red.state(), red.comments()]).toEqual(["failure", []]);
    },
    { policy: "comment: always\n" },
  );
}
