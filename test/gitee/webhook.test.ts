import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { giteeWebhooks, type WebhookOptions } from "../../src/gitee/traffic/webhook.ts";
import { signatureOf } from "../../src/gitee/traffic/verify.ts";
import type { Task } from "../../src/ports/queue.ts";
import { delivery, noteBody, NOW, pullBody, pushBody, SECRET } from "./deliveries.ts";

const options: WebhookOptions = { secret: SECRET, now: () => NOW };
const receive = giteeWebhooks(options);
const SIGNATURE = signatureOf(SECRET, String(NOW));
const REPOSITORY = 7130000;
const PULL: Task = { kind: "pull", host: "gitee", repository: REPOSITORY, number: 7 };

function tasks(event: string, body: unknown, receiver = receive): readonly Task[] {
  const receipt = receiver(delivery(event, body));
  if (receipt.kind !== "accepted") throw new Error(receipt.reason);
  return receipt.marks.map(({ task }) => task);
}

describe("a Gitee delivery's token", () => {
  it("is base64 of HMAC-SHA256 over timestamp and secret", () => {
    expect(signatureOf("s3cret", "1700000000000")).toBe("MT7bXSNfVTPzQMEuLWvmMNbmZSCUY1X6YKn9AxBnLsI=");
  });

  it("is accepted as a signature or as the password itself", () => {
    expect(receive(delivery("Merge Request Hook", pullBody())).kind).toBe("accepted");
    const password = { "x-gitee-token": SECRET, "x-gitee-timestamp": undefined };
    expect(receive(delivery("Merge Request Hook", pullBody(), password)).kind).toBe("accepted");
  });

  it("is accepted URL-encoded as well, as the help page has it", () => {
    const headers = { "x-gitee-token": encodeURIComponent(SIGNATURE) };
    expect(SIGNATURE).toMatch(/[+/=]/);
    expect(receive(delivery("Merge Request Hook", pullBody(), headers)).kind).toBe("accepted");
  });

  it.each([
    ["missing", { "x-gitee-token": undefined }],
    ["empty", { "x-gitee-token": "" }],
    ["another password", { "x-gitee-token": "s3cret2" }],
    ["a signature of another secret", { "x-gitee-token": signatureOf("other", String(NOW)) }],
    ["a signature of another time", { "x-gitee-timestamp": String(NOW + 1) }],
    ["a signature without a time", { "x-gitee-timestamp": undefined }],
    ["encoded twice", { "x-gitee-token": encodeURIComponent(encodeURIComponent(SIGNATURE)) }],
    ["encoded in lower case", { "x-gitee-token": encodeURIComponent(SIGNATURE).toLowerCase() }],
    ["a signature with blanks for +", { "x-gitee-token": SIGNATURE.replace(/[+=/]/, " ") }],
    ["an encoded password", { "x-gitee-token": encodeURIComponent(`${SECRET}=`) }],
  ])("is refused with 401 when it is %s", (_, headers) => {
    const receipt = receive(delivery("Merge Request Hook", pullBody(), headers));
    expect(receipt).toMatchObject({ kind: "refused", status: 401 });
    expect(JSON.stringify(receipt)).not.toContain(SECRET);
  });

  it.each([
    [-3_600_000, "accepted"],
    [3_600_000, "accepted"],
    [-3_600_001, "refused"],
    [3_600_001, "refused"],
  ])("signed %i ms away from now is %s", (skew, kind) => {
    const timestamp = String(NOW + skew);
    const headers = { "x-gitee-timestamp": timestamp, "x-gitee-token": signatureOf(SECRET, timestamp) };
    expect(receive(delivery("Merge Request Hook", pullBody(), headers)).kind).toBe(kind);
  });

  it.each(["", "-1", "1e12", " 1700000000000", "soon"])("signed over the time %j is refused", (timestamp) => {
    const headers = { "x-gitee-timestamp": timestamp, "x-gitee-token": signatureOf(SECRET, timestamp) };
    expect(receive(delivery("Merge Request Hook", pullBody(), headers)).kind).toBe("refused");
  });

  it("needs a secret to be told from a forged one", () => {
    expect(() => giteeWebhooks({ ...options, secret: "" })).toThrow(/GITEE_WEBHOOK_SECRET/);
  });
});

describe("a Gitee delivery's body", () => {
  it("marks the pull request, by numbers only, without a route to keep", () => {
    const receipt = receive(delivery("Merge Request Hook", pullBody()));
    expect(receipt).toMatchObject({
      kind: "accepted",
      marks: [{ task: PULL, route: { installation: null, handle: null } }],
    });
    expect(JSON.stringify(receipt)).not.toMatch(/alice|octo|canary/i);
  });

  it.each([
    ["Merge Request Hook", pullBody({ repository: undefined, number: undefined })],
    ["merge_request_hooks", pullBody({ project: undefined, iid: undefined })],
    ["merge_request_hooks", pullBody({ number: undefined, iid: undefined })],
  ])("is read under old and new names (%s)", (event, body) => expect(tasks(event, body)).toEqual([PULL]));

  it("has its event in either of two headers", () => {
    const old = { "x-gitee-event": undefined };
    expect(receive(delivery("merge_request_hooks", pullBody(), old))).toMatchObject({ marks: [{}] });
    const empty = { "x-gitee-event": "", "x-git-oschina-event": "Merge Request Hook" };
    expect(receive(delivery("x", pullBody(), empty))).toMatchObject({ marks: [{}] });
    expect(
      receive(delivery("x", pullBody(), { "x-gitee-event": undefined, "x-git-oschina-event": undefined })),
    ).toMatchObject({ kind: "refused", status: 400 });
  });

  it.each([
    [{ action: "open" }, true],
    [{ action: "reopen" }, true],
    [{ action: "update", action_desc: "source_branch_changed" }, true],
    [{ action: "update", action_desc: "target_branch_changed" }, true],
    [{ action: "update", action_desc: "update_label" }, true],
    [{ action: "update", action_desc: "update_link_issue" }, false],
    [{ action: "update", action_desc: "renewed" }, true],
    [{ action: "close", action_desc: "open" }, true],
    [{ action: "merge", action_desc: "open" }, true],
    [{ action: "assign" }, false],
    [{ action: "tested" }, false],
    [{ action: "approved" }, false],
    [{ action: "renewed" }, true],
  ])("%j is work: %j", (changes, due) =>
    expect(tasks("Merge Request Hook", pullBody(changes))).toEqual(due ? [PULL] : []),
  );

  it("about the bot's own label change is no work, about anybody else's it is", () => {
    const receiver = giteeWebhooks({ ...options, self: () => 31 });
    const labeled = { action: "update", action_desc: "update_label" };
    expect(tasks("Merge Request Hook", pullBody(labeled), receiver)).toEqual([]);
    const other = pullBody({ ...labeled, sender: { id: 32 } });
    expect(tasks("Merge Request Hook", other, receiver)).toEqual([PULL]);
    const nameless = pullBody({ ...labeled, sender: { login: "alice" } });
    expect(tasks("Merge Request Hook", nameless, receiver)).toEqual([PULL]);
  });

  it.each([
    ["/check-cla", [PULL]],
    ["recheck", [PULL]],
    ["/cla waive abcdef1 imported", [{ ...PULL, kind: "comment", comment: 99 }]],
    ["I have read the CLA and sign it", [{ ...PULL, kind: "comment", comment: 99 }]],
    ["Nice work", []],
    ["> /check-cla", []],
  ])("of a comment %j is work as it commands", (text, expected) =>
    expect(tasks("Note Hook", noteBody(text))).toEqual(expected),
  );

  it("of a comment on an issue, or of one that was deleted, is no work", () => {
    expect(
      tasks("Note Hook", noteBody("/check-cla", { noteable_type: "Issue", pull_request: null })),
    ).toEqual([]);
    expect(tasks("note_hooks", noteBody("/check-cla", { action: "deleted" }))).toEqual([]);
    expect(tasks("note_hooks", noteBody("/check-cla", { action: "edited" }))).toEqual([PULL]);
  });

  it.each([
    [{}, true],
    [{ ref: "refs/heads/other" }, false],
    [{ ref: "refs/tags/master" }, false],
    [{ commits: [{ modified: ["README.md"] }] }, false],
    [{ commits: [{ removed: [".gitee/cla.yml"] }] }, true],
    [{ commits: [{ added: [".gitee/cla.yml"] }] }, true],
    [{ commits: [{ modified: ["README.md"] }], commits_more_than_ten: true }, true],
    [{ commits: [], total_commits_count: 12 }, true],
    [{ commits: null, total_commits_count: 0 }, false],
  ])("of a push %j may have changed the policy: %j", (changes, due) =>
    expect(tasks("Push Hook", pushBody(changes))).toEqual(
      due ? [{ kind: "repository", host: "gitee", repository: REPOSITORY }] : [],
    ),
  );

  it("of a test delivery or of another event is accepted and asks for nothing", () => {
    expect(receive(delivery("Merge Request Hook", pullBody(), { "x-gitee-ping": "true" }))).toMatchObject({
      kind: "accepted",
      marks: [],
    });
    expect(
      receive(delivery("Merge Request Hook", pullBody(), { "x-gitee-ping": "true", "x-gitee-token": "x" })),
    ).toMatchObject({ status: 401 });
    expect(tasks("Issue Hook", { action: "open" })).toEqual([]);
    expect(tasks("tag_push_hooks", {})).toEqual([]);
  });

  it.each([
    ["not JSON", "{"],
    ["a list", []],
    ["nothing", "null"],
    ["without a repository", pullBody({ repository: null, project: null })],
    ["without a number", pullBody({ number: null, iid: null, pull_request: {} })],
    ["with a number that is text", pullBody({ number: "7" })],
    ["with a repository that has no number", pullBody({ repository: { full_name: "octo/widget" } })],
  ])("that is %s is refused with 400, and what it says stays unsaid", (_, body) => {
    const receipt = receive(delivery("Merge Request Hook", body));
    expect(receipt).toMatchObject({ kind: "refused", status: 400 });
    expect(JSON.stringify(receipt)).not.toMatch(/alice|octo|canary/i);
  });

  it("of any shape is answered, and names no work but by whole numbers", () => {
    const body = fc.oneof(
      fc.jsonValue(),
      fc.record(
        {
          action: fc.constantFrom("open", "update", "comment", 7, null),
          action_desc: fc.constantFrom("update_label", null, 1),
          number: fc.constantFrom(7, 0, -1, 1.5, "7", null),
          iid: fc.constantFrom(7, 0, 1e300, null),
          ref: fc.constantFrom("refs/heads/master", 1),
          noteable_type: fc.constantFrom("PullRequest", "Issue", null),
          comment: fc.constantFrom(null, { id: 1, body: "recheck" }, { id: "1" }, []),
          pull_request: fc.constantFrom(null, { number: 7 }, { number: -7 }, "x"),
          repository: fc.constantFrom(null, { id: 1 }, { id: -1 }, { id: 1, full_name: 3 }, []),
          project: fc.constantFrom(null, { id: 2 }, "x"),
        },
        { requiredKeys: [] },
      ),
    );
    const events = fc.constantFrom("Merge Request Hook", "note_hooks", "Push Hook", "", "x");
    fc.assert(
      fc.property(events, body, (event, json) => {
        const receipt = receive(delivery(event, json));
        const marks = receipt.kind === "accepted" ? receipt.marks : [];
        for (const { task } of marks)
          for (const value of Object.values(task))
            expect(typeof value === "string" || (Number.isSafeInteger(value) && value > 0)).toBe(true);
      }),
    );
  });

  const display = { id: REPOSITORY, full_name: "Octo Org/Widget Two", name: "Widget Two" };
  it.each([
    ["path_with_namespace", { ...display, path_with_namespace: "octo/widget" }, "octo/widget"],
    ["path_with_namespace", { ...display, path_with_namespace: "octo/widget", path: "x" }, "octo/widget"],
    ["namespace and path", { ...display, namespace: "octo", path: "widget" }, "octo/widget"],
    ["path that holds the namespace", { ...display, namespace: "octo", path: "octo/widget" }, "octo/widget"],
    ["full_name in need", { id: REPOSITORY, full_name: "octo/widget", namespace: {} }, "octo/widget"],
  ])("names the repository by %s", (_, repository, path) => {
    const seen: string[] = [];
    const receiver = giteeWebhooks({ ...options, seen: (_number, guess) => seen.push(guess) });
    for (const [event, body] of [
      ["Merge Request Hook", pullBody({ repository, project: null })],
      ["Note Hook", noteBody("/check-cla", { repository: null, project: repository })],
      ["Push Hook", pushBody({ repository, project: null })],
    ] as const)
      expect(tasks(event, body, receiver)).toHaveLength(1);
    expect(seen).toEqual([path, path, path]);
  });

  it.each([undefined, null, ""])("of a comment may lack its action: %j", (action) => {
    expect(tasks("Note Hook", { ...noteBody("/check-cla"), action })).toEqual([PULL]);
  });

  it("without an action, as the help page's sample has it, marks the pull request", () => {
    const { action: _, action_desc: __, ...sample } = pullBody();
    expect(tasks("Merge Request Hook", sample)).toEqual([PULL]);
    expect(tasks("Merge Request Hook", { ...sample, action: null })).toEqual([PULL]);
    const bare = { pull_request: { number: 7 }, project: { id: REPOSITORY } };
    expect(tasks("merge_request_hooks", bare)).toEqual([PULL]);
  });

  it.each(["rerequested", "re_requested", "requested_action"])(
    "of a check run that is %s marks what it may be about",
    (action) => {
      const project = { id: REPOSITORY, path_with_namespace: "octo/widget" };
      const body = { action, check_run: { id: 5, head_sha: "a".repeat(40) }, project };
      const whole = { kind: "repository", host: "gitee", repository: REPOSITORY };
      expect(tasks("x", body)).toEqual([whole]);
      expect(tasks("x", { ...body, check_run: {} })).toEqual([whole]);
      const receiver = giteeWebhooks({ ...options, pullsOf: (_, run) => (run.id === 5 ? [7] : []) });
      expect(tasks("Note Hook", body, receiver)).toEqual([PULL]);
      // The bot's run links to its pull request, also after a restart; another program's links elsewhere.
      const linked = (url: string) =>
        tasks("x", { ...body, check_run: { ...body.check_run, details_url: url } }, receiver);
      expect(linked("https://cla.example.com/pulls/gitee/octo/widget/7")).toEqual([PULL]);
      for (const url of ["https://ci.example.com/jobs/7", "https://x.example/pulls/gitee/octo/widget/0"])
        expect(linked(url)).toEqual([]);
      for (const echo of ["created", "completed"]) expect(tasks("x", { ...body, action: echo })).toEqual([]);
      expect(receive(delivery("x", { ...body, project: null }))).toMatchObject({
        kind: "refused",
        status: 400,
      });
    },
  );

  it.each([
    ["a push that adds a commit to the tip", { commits: [{ modified: ["a"], parent_ids: ["old"] }] }, false],
    ["a merge", { commits: [["old", "x"], ["base"]].map((ids) => ({ added: [], parent_ids: ids })) }, false],
    ["commits whose parents are not told", { commits: [{ modified: ["a"] }] }, true],
    ["commits whose paths are not told", { commits: [{ parent_ids: ["old"] }] }, true],
    ["a forced push to an ancestor", { commits: [], total_commits_count: 0 }, true],
    ["a forced push to other commits", { commits: [{ parent_ids: ["base"] }] }, true],
    ["nothing new", { commits: [], after: "old" }, false],
  ])("of %s to the default branch reads the policies again only if it may remove one", (_, changes, due) => {
    const whole = { kind: "repository", host: "gitee", repository: REPOSITORY };
    const body = { ...pushBody(), commits_more_than_ten: false, total_commits_count: undefined };
    const pushed = { ...body, before: "old", after: "new", ...changes };
    expect(tasks("Push Hook", pushed)).toEqual(due ? [whole] : []);
  });

  it("of a green check run over the bot's red one marks its pull request", () => {
    const receiver = giteeWebhooks({
      ...options,
      overwritten: (_, run) => (run.id === 5 && run.conclusion === "success" ? [7] : []),
    });
    const project = { id: REPOSITORY, path_with_namespace: "octo/widget" };
    const run = { id: 5, head_sha: "a".repeat(40), name: "license/cla", conclusion: "success" };
    expect(tasks("x", { action: "completed", check_run: run, project }, receiver)).toEqual([PULL]);
    const other = { ...run, conclusion: "failure" };
    expect(tasks("x", { action: "completed", check_run: other, project }, receiver)).toEqual([]);
  });

  it("that does not say what it is about is refused", () => {
    const nowhere = noteBody("/check-cla", { pull_request: null, noteable_iid: 0 });
    const nothing = noteBody("/cla waive abcdef1 imported", { comment: null });
    for (const body of [nowhere, nothing])
      expect(receive(delivery("Note Hook", body))).toMatchObject({ kind: "refused", status: 400 });
  });

  it("with an unusual form is read all the same", () => {
    const iid = noteBody("/check-cla", { pull_request: { iid: 7 } });
    const both = noteBody("/check-cla", { pull_request: { id: 9 }, noteable_iid: 7, check_run: {} });
    const text = noteBody("/check-cla", { comment: null, note: "/check-cla" });
    for (const body of [iid, both, text]) expect(tasks("Note Hook", body)).toEqual([PULL]);
    for (const change of [
      { action: "created" },
      { action: "COMMENT" },
      { noteable_type: "pull_request" },
      { repository: {} },
    ])
      expect(tasks("Note Hook", noteBody("/check-cla", change))).toEqual([PULL]);
    for (const change of [
      { action: "" },
      { action: "update", action_desc: "" },
      { number: undefined, iid: undefined, pull_request: { iid: 7 } },
    ])
      expect(tasks("Merge Request Hook", pullBody(change))).toEqual([PULL]);
    const push = { ...pushBody(), commits: null, before: null, total_commits_count: undefined };
    expect(tasks("Push Hook", push)).toHaveLength(1);
  });

  it("of a comment names the pull request in either of two places", () => {
    const body = noteBody("/check-cla", { pull_request: null, noteable_iid: 7 });
    expect(tasks("Note Hook", body)).toEqual([PULL]);
  });

  it("of a pull request that also has a check run marks the pull request", () => {
    const body = pullBody({ check_run: { id: 5 } });
    expect(tasks("Merge Request Hook", body)).toEqual([PULL]);
  });

  it("tells where the repository is said to stand, when there is work", () => {
    const seen: [number, string][] = [];
    const receiver = giteeWebhooks({ ...options, seen: (...guess) => seen.push(guess) });
    tasks("Merge Request Hook", pullBody(), receiver);
    tasks("Merge Request Hook", pullBody({ action: "assign" }), receiver);
    expect(seen).toEqual([[REPOSITORY, "octo/widget"]]);
  });
});
