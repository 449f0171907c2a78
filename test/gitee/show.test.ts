import { describe, expect, it } from "vitest";
import { Failure } from "../../src/error.ts";
import type { Report } from "../../src/ports/host.ts";
import { report, ROUTE, startHost, UNSIGNED } from "./start-host.ts";

async function startShow(settings: Parameters<typeof startHost>[0] = {}) {
  const started = await startHost(settings);
  const pull = started.repository.openPull({ opener: started.alice });
  const ref = started.refOf(pull);
  const show = async (wanted: Report, comment: number | null = null) =>
    (await started.host.read(ref, ROUTE, comment)).show(wanted);
  return { ...started, pull, ref, show };
}

describe("labels on Gitee", () => {
  it("tell the verdict by exactly one of the two, and leave others alone", async () => {
    const { pull, show } = await startShow();
    pull.addLabel("bug");
    await show(UNSIGNED);
    expect(pull.labels).toEqual(["bug", "cla/no"]);
    await show(report());
    expect(pull.labels).toEqual(["bug", "cla/yes"]);
    await show({ ...UNSIGNED, state: "error" });
    expect(pull.labels).toEqual(["bug", "cla/no"]);
  });

  it("are never both there, nor is a green one left while the red one is put on", async () => {
    const { gitee, repository, pull, show } = await startShow();
    repository.label("cla/no");
    await show(report());
    const moments: string[][] = [];
    gitee.onRequest(({ method }) => {
      if (method !== "GET") moments.push([...pull.labels]);
    });
    await show({ ...UNSIGNED, comment: null });
    expect(moments).toEqual([["cla/yes"], []]);
  });

  it("that a stopped check only removed lead to no second comment", async () => {
    const { gitee, host, pull, ref, show } = await startShow();
    await show(UNSIGNED);
    await show(report());
    pull.close();
    await host.read(ref, ROUTE, null);
    pull.reopen();
    const stopped = host
      .read(ref, ROUTE, null)
      .then((reading) =>
        reading.show(UNSIGNED, () =>
          pull.labels.length > 0 ? Promise.resolve() : Promise.reject(new Failure("superseded")),
        ),
      );
    await expect(stopped).rejects.toMatchObject({ code: "superseded" });
    expect(pull.labels).toEqual([]);
    await show(UNSIGNED);
    expect(pull.labels).toEqual(["cla/no"]);
    expect(pull.comments.filter(({ user }) => user === gitee.bot)).toHaveLength(1);
  });

  it("are made in the repository where Gitee refuses unknown ones, once", async () => {
    const { gitee, repository, pull, show } = await startShow();
    expect(await show(report())).toMatchObject({ writes: 1 });
    expect(repository.record.labels.map(({ name }) => name)).toContain("cla/yes");
    expect(gitee.calls().writes).toBe(3);
    gitee.resetCalls();
    pull.removeLabel("cla/yes");
    await show(report());
    expect(gitee.calls().writes).toBe(1);
  });

  it("that somebody else set or removed are corrected at the next check", async () => {
    const { bob, pull, show } = await startShow();
    await show(UNSIGNED);
    pull.addLabel("cla/yes", bob);
    await show(UNSIGNED);
    expect(pull.labels).toEqual(["cla/no"]);
    pull.removeLabel("cla/no", bob);
    expect(await show(UNSIGNED)).toMatchObject({ writes: 1 });
    expect(pull.labels).toEqual(["cla/no"]);
  });

  it("that somebody else removed first are no failure", async () => {
    const { gitee, bob, pull, show } = await startShow();
    await show(report());
    gitee.onRequest(({ method }) => {
      if (method === "DELETE" && pull.labels.includes("cla/yes")) pull.removeLabel("cla/yes", bob);
    });
    await show({ ...UNSIGNED, comment: null });
    expect(pull.labels).toEqual(["cla/no"]);
  });

  it("have any name that a URL must encode", async () => {
    const labels = { signed: "签署 100%/yes?", unsigned: "未签#a+b" };
    const { pull, show } = await startShow({ settings: { labelName: /./u } });
    await show({ ...UNSIGNED, labels });
    expect(pull.labels).toEqual([labels.unsigned]);
    await show(report({ labels }));
    expect(pull.labels).toEqual([labels.signed]);
  });

  it("with a name that Gitee refuses say so to those who can fix it", async () => {
    const { show } = await startShow();
    await expect(show(report({ labels: { signed: "cla: yes", unsigned: "cla: no" } }))).rejects.toThrow(
      /2 to 20 characters.*\.gitee\/cla\.yml/,
    );
  });

  it("are compared with what is there after the first answer when the same reading is answered twice", async () => {
    const { gitee, host, pull, ref } = await startShow();
    const reading = await host.read(ref, ROUTE, null);
    const { comment } = await reading.show(UNSIGNED);
    gitee.resetCalls();
    expect(await reading.show(UNSIGNED)).toEqual({ comment, writes: 0 });
    expect(gitee.calls().writes).toBe(0);
    await reading.show(report());
    expect(pull.labels).toEqual(["cla/yes"]);
    expect(pull.comments.map(({ body }) => body)).toEqual([report().comment]);
  });

  it("are left alone where the policy turns them off, but for the bot's own", async () => {
    const { gitee, pull, show } = await startShow();
    pull.addLabel("cla/yes");
    await show({ ...UNSIGNED, labels: null, comment: null });
    expect([pull.labels, gitee.calls().writes]).toEqual([["cla/yes"], 0]);
    pull.removeLabel("cla/yes");
    await show(report());
    await show(report({ labels: null }));
    expect(pull.labels).toEqual([]);
  });

  it("of earlier names go when the policy names others, and when it is broken and hides them", async () => {
    const { bob, newHost, pull, ref, show } = await startShow();
    const labels = { signed: "signed/ok", unsigned: "signed/no" };
    pull.addLabel("signed", bob);
    await show(report());
    await show(report({ labels }));
    expect(pull.labels).toEqual(["signed", "signed/ok"]);
    await show(report({ labels: { signed: "other/ok", unsigned: "other/no" } }));
    expect(pull.labels).toEqual(["signed", "other/ok"]);
    const reading = await newHost().read(ref, ROUTE, null);
    await reading.show({ ...UNSIGNED, state: "error" });
    expect(pull.labels).toEqual(["signed", "cla/no"]);
  });

  it("ask an operator for the right that the bot lacks", async () => {
    const { gitee, show, repository } = await startShow();
    repository.removeCollaborator(gitee.bot);
    await expect(show(report())).rejects.toMatchObject({ code: "permission-missing" });
  });
});

describe("the comment on Gitee", () => {
  it("is written once, edited in place, and unchanged costs no write", async () => {
    const { gitee, pull, show } = await startShow();
    const first = await show(UNSIGNED);
    expect(pull.comments.map(({ body }) => body)).toEqual([UNSIGNED.comment]);
    expect(first.comment).toBe(pull.comments[0]?.id);
    gitee.resetCalls();
    expect(await show(UNSIGNED, first.comment)).toEqual({ comment: first.comment, writes: 0 });
    expect(gitee.calls().writes).toBe(0);
    const last = await show(report(), first.comment);
    expect(last).toEqual({ comment: first.comment, writes: 3 });
    expect(pull.comments.map(({ body }) => body)).toEqual([report().comment]);
  });

  it("is found again over all pages when the database was lost, and is not looked for without a reason", async () => {
    const { gitee, alice, pull, show } = await startShow();
    for (let n = 0; n < 130; n += 1) pull.comment(alice, `Comment ${n}`);
    const { comment } = await show(UNSIGNED);
    expect((await show(UNSIGNED)).comment).toBe(comment);
    expect((await show(report())).comment).toBe(comment);
    expect(pull.comments.filter(({ user }) => user === gitee.bot)).toHaveLength(1);
    gitee.resetCalls();
    expect(await show(report())).toEqual({ comment: null, writes: 0 });
    // The pull request, its commits, the policy and the check runs.
    expect(gitee.calls()).toEqual({ reads: 4, writes: 0 });
  });

  it("is only the bot's own: neither one that bears its marker nor another of its account", async () => {
    const { gitee, alice, pull, show } = await startShow();
    const copy = pull.comment(alice, UNSIGNED.comment ?? "");
    const greeting = pull.comment(gitee.bot, "Welcome!");
    pull.codeComment(gitee.bot, "<!-- countersign -->", "README.md");
    const { comment } = await show(UNSIGNED, copy.id);
    expect([copy.id, greeting.id]).not.toContain(comment);
    expect(pull.comments).toHaveLength(4);
    expect(copy.body).toBe(UNSIGNED.comment);
  });

  it("is written again where it was deleted", async () => {
    const { gitee, pull, show } = await startShow();
    const { comment } = await show(UNSIGNED);
    const [own] = pull.comments;
    if (own !== undefined) pull.deleteComment(own, gitee.bot);
    const again = await show(UNSIGNED, comment);
    expect(again).toMatchObject({ writes: 1 });
    expect(again.comment).not.toBe(comment);
  });

  it("is known without its hidden marker, by its heading or its link", async () => {
    const { gitee, pull, show } = await startShow();
    const { comment } = await show(UNSIGNED);
    const [own] = pull.comments;
    if (own === undefined) throw new Error("no comment was written");
    pull.editComment(own, "### Contributor License Agreement\r\n\r\nSomebody has to sign.", gitee.bot);
    expect(await show(UNSIGNED)).toEqual({ comment, writes: 0 });
    pull.editComment(own, `See ${UNSIGNED.detailsUrl}`, gitee.bot);
    expect(await show(UNSIGNED)).toEqual({ comment, writes: 1 });
  });

  it("is not written where none is wanted, nor touched where the policy wants none", async () => {
    const { pull, show } = await startShow();
    expect(await show({ ...UNSIGNED, commentWanted: false })).toMatchObject({ comment: null });
    const { comment } = await show(UNSIGNED);
    expect(await show(report({ comment: null }), comment)).toMatchObject({ comment, writes: 2 });
    expect(pull.comments.map(({ body }) => body)).toEqual([UNSIGNED.comment]);
  });
});

describe("a pull request that no agreement covers", () => {
  it("counts as marked only where the bot itself put its label there", async () => {
    const { bob, host, pull, ref, show } = await startShow({ patterns: ["gitee:else/*"] });
    pull.addLabel("cla/yes", bob);
    expect((await host.read(ref, ROUTE, null)).marked).toBe(false);
    pull.removeLabel("cla/yes", bob);
    await show(report());
    expect((await host.read(ref, ROUTE, null)).marked).toBe(true);
    expect((await host.read(ref, ROUTE, 5)).marked).toBe(true);
  });
});
