import { once } from "node:events";
import type { Worker } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import { plainLines } from "../../src/markdown/plain-text.ts";
import { askOf } from "../../src/report/command.ts";
import { openReading } from "../../src/github/traffic/reading.ts";
import { gitHubWebhooks } from "../../src/github/traffic/webhook.ts";
import type { Receipt } from "../../src/ports/host.ts";
import { taskKey } from "../../src/ports/queue.ts";
import { deliver, example, examples, SECRET, signed } from "./payloads.ts";

const receive = gitHubWebhooks({ secret: SECRET });

/** The queue entries of a delivery, as `repository key`. */
function due(event: string, payload: unknown): string[] {
  return keys(receive(deliver(event, payload)));
}

function keys(receipt: Receipt): string[] {
  if (receipt.kind === "refused") throw new Error(receipt.reason);
  return receipt.marks.map(({ task }) =>
    "repository" in task ? `${task.repository} ${taskKey(task)}` : taskKey(task),
  );
}

describe("a delivery's signature", () => {
  const payload = example("pull_request", "opened");

  it("over its bytes lets it in", () => {
    expect(receive(deliver("pull_request", payload)).kind).toBe("accepted");
  });

  it("that is missing, or made with another secret, length or body, refuses it with 401", () => {
    const good = deliver("pull_request", payload);
    const header = (value: string | undefined) => ({
      ...good,
      headers: { ...good.headers, "x-hub-signature-256": value },
    });
    for (const bad of [
      header(undefined),
      header(""),
      header("sha256="),
      header(`sha1=${"0".repeat(40)}`),
      header(good.headers["x-hub-signature-256"]?.toUpperCase()),
      deliver("pull_request", payload, "another secret"),
      { ...good, body: Buffer.concat([good.body, Buffer.from(" ")]) },
    ])
      expect(receive(bad)).toMatchObject({ kind: "refused", status: 401 });
  });

  it("can't be checked without a secret, so there is no receiver without one", () => {
    expect(() => gitHubWebhooks({ secret: "" })).toThrow(/WEBHOOK_SECRET/);
  });
});

describe("a body", () => {
  it.each(["", "{", "payload={}", "\u0000"])("that is not JSON is refused with 400: %j", (text) => {
    expect(receive(signed("pull_request", Buffer.from(text)))).toMatchObject({ status: 400 });
  });

  it.each([[], 5, null, {}, { action: 5 }, { action: "opened" }])(
    "that is not a pull_request payload is refused with 400: %j",
    (payload) => expect(receive(deliver("pull_request", payload))).toMatchObject({ status: 400 }),
  );

  it("is refused by naming the field and never its value", () => {
    const receipt = receive(
      deliver("pull_request", example("pull_request", "opened", { pull_request: { number: "canary" } })),
    );
    expect(receipt).toMatchObject({ status: 400, reason: expect.stringContaining("pull_request.number") });
    expect(JSON.stringify(receipt)).not.toContain("canary");
  });

  it("without the name of its event is refused with 400", () => {
    const delivery = deliver("pull_request", example("pull_request", "opened"));
    const { "x-github-event": _, ...headers } = delivery.headers;
    expect(receive({ ...delivery, headers })).toMatchObject({ status: 400 });
  });

  it("may come as a form", () => {
    const form = (text: string) =>
      receive(signed("pull_request", Buffer.from(text), SECRET, "application/x-www-form-urlencoded"));
    const json = JSON.stringify(example("pull_request", "opened"));
    expect(keys(form(new URLSearchParams({ payload: json }).toString()))).toEqual(["186853002 pull/2"]);
    expect(form("other=1")).toMatchObject({ status: 400 });
  });

  it.each(["star", "ping", "no_such_event", "constructor"])("of the event %s asks for nothing", (event) => {
    expect(receive(deliver(event, { zen: "anything" }))).toMatchObject({ kind: "accepted", marks: [] });
  });
});

describe("a pull request's event", () => {
  it("is understood in every example that GitHub publishes", () => {
    const acted = ["opened", "synchronize", "reopened", "ready_for_review", "closed"];
    expect(examples("pull_request").length).toBeGreaterThan(20);
    for (const payload of examples("pull_request")) {
      const { action, pull_request: pull, repository } = payload;
      const rebased = action === "edited" && "base" in payload.changes;
      const expected = acted.includes(action) || rebased ? [`${repository.id} pull/${pull.number}`] : [];
      expect(due("pull_request", payload)).toEqual(expected);
    }
  });

  it("marks the pull request, with the way to its repository", () => {
    expect(
      gitHubWebhooks({ secret: SECRET })(deliver("pull_request", example("pull_request", "synchronize"))),
    ).toMatchObject({
      kind: "accepted",
      marks: [
        {
          task: { kind: "pull", host: "github", repository: 186853002, number: 2 },
          route: { installation: 99, handle: "MDEwOlJlcG9zaXRvcnkxODY4NTMwMDI=" },
          told: expect.stringMatching(/^[0-9a-f]{40} (open|closed) [\w-]{12}$/) as unknown,
        },
      ],
    });
  });

  it("tells nothing of the host's state after a later one: the check need not wait until the host shows it", () => {
    const fresh = gitHubWebhooks({ secret: SECRET });
    const told = (number: number, updated_at: string) => {
      const payload = example("pull_request", "synchronize", { pull_request: { number, updated_at } });
      const receipt = fresh(deliver("pull_request", payload));
      return receipt.kind === "accepted" && receipt.marks.map((mark) => mark.told !== undefined);
    };
    expect(told(7, "2026-01-01T00:00:05Z")).toEqual([true]);
    expect(told(7, "2026-01-01T00:00:05Z")).toEqual([true]);
    expect(told(7, "2026-01-01T00:00:04Z")).toEqual([false]);
    expect(told(8, "2026-01-01T00:00:04Z")).toEqual([true]);
    expect(told(7, "2026-01-01T00:00:06Z")).toEqual([true]);
  });

  it("of an edit counts only when the base changed", () => {
    const edited = (changes: object) => due("pull_request", example("pull_request", "edited", { changes }));
    expect(edited({ title: { from: "a" } })).toEqual([]);
    expect(edited({ base: { ref: { from: "a" }, sha: { from: "b" } } })).toEqual(["186853002 pull/2"]);
  });
});

describe("a comment's event", () => {
  const comment = (body: string, action = "created", issue: object = { pull_request: {} }) =>
    due("issue_comment", example("issue_comment", action, { comment: { body, id: 77 }, issue }));

  it("is understood in every example that GitHub publishes", () => {
    expect(examples("issue_comment").length).toBeGreaterThan(5);
    for (const payload of examples("issue_comment"))
      expect(due("issue_comment", payload)).toHaveLength(
        askOf(payload.comment.body, plainLines) === "nothing" ? 0 : 1,
      );
  });

  it("asks for a check, for its own reading, or for nothing", () => {
    expect(comment("/check-cla")).toEqual(["186853002 pull/1"]);
    expect(comment("recheck", "edited")).toEqual(["186853002 pull/1"]);
    expect(comment("/cla waive abcdef1 because")).toEqual(["186853002 comment/1/77"]);
    expect(comment("I have read the CLA and agree")).toEqual(["186853002 comment/1/77"]);
    expect(comment("thanks")).toEqual([]);
    expect(comment("recheck", "deleted")).toEqual([]);
    expect(comment("recheck", "created", { pull_request: null })).toEqual([]);
  });
});

describe("another event", () => {
  it("of a merge queue marks what is between two commits", () => {
    for (const payload of examples("merge_group")) {
      const { head_sha: head, base_sha: base } = payload.merge_group;
      expect(due("merge_group", payload)).toEqual([`${payload.repository.id} group/${head}/${base}`]);
    }
  });

  it("of a check that is to run again marks its pull requests, or all where GitHub lists none", () => {
    const pull = (number: number, id: number) => ({ number, base: { repo: { id } } });
    for (const event of ["check_run", "check_suite"] as const) {
      const again = (...pulls: object[]) =>
        due(
          event,
          example(event, "rerequested", { repository: { id: 5 }, [event]: { pull_requests: pulls } }),
        );
      expect(again(pull(3, 5), pull(4, 5), pull(9, 6))).toEqual(["5 pull/3", "5 pull/4"]);
      expect(again()).toEqual(["5 repository"]);
      expect(again(pull(9, 6))).toEqual(["5 repository"]);
    }
  });

  it("of an installation marks it, also when it lost repositories, and added ones by themselves", () => {
    for (const payload of examples("installation"))
      expect(due("installation", payload)).toEqual([`installation/${payload.installation.id}`]);
    for (const payload of examples("installation_repositories"))
      expect(due("installation_repositories", payload)).toEqual(
        payload.repositories_removed.length > 0
          ? [`installation/${payload.installation.id}`]
          : payload.repositories_added.map(({ id }) => `${id} repository`),
      );
  });

  it("of an installation that got the repository with the fallback policy marks it, not the others", () => {
    const added = (...names: string[]) =>
      due(
        "installation_repositories",
        example("installation_repositories", "added", {
          installation: { id: 9 },
          repositories_added: names.map((name, index) => ({ id: index + 5, node_id: `R_${index}`, name })),
          repositories_removed: [],
        }),
      );
    expect(added("hello", ".github")).toEqual(["installation/9"]);
    expect(added("hello", "github")).toEqual(["5 repository", "6 repository"]);
  });

  it("of a repository's new name, owner or settings marks it", () => {
    const acted = ["renamed", "transferred", "edited", "archived", "unarchived", "deleted"];
    for (const payload of examples("repository"))
      expect(due("repository", payload)).toEqual(
        acted.includes(payload.action) ? [`${payload.repository.id} repository`] : [],
      );
  });

  it("of the repository with the fallback policy marks its whole installation, and a new default branch is told", () => {
    const [published] = examples("repository").filter(({ action }) => action === "edited");
    const edited = (name: string, change: object, action = "edited") =>
      receive(
        deliver("repository", {
          ...published,
          action,
          repository: { ...published?.repository, id: 5, node_id: "R_5", name, default_branch: "jo/next" },
          installation: { id: 9 },
          ...change,
        }),
      );
    const moved = { changes: { default_branch: { from: "main" } } };
    expect(keys(edited("hello", {}))).toEqual(["5 repository"]);
    expect(keys(edited(".github", {}, "deleted"))).toEqual(["5 repository", "installation/9"]);
    expect(
      keys(edited("old", { changes: { repository: { name: { from: ".github" } } } }, "renamed")),
    ).toEqual(["5 repository", "installation/9"]);
    const told = (receipt: Receipt) =>
      receipt.kind === "refused" ? [] : receipt.marks.map((mark) => mark.told ?? null);
    expect(told(edited("hello", {}))).toEqual([null]);
    expect(told(edited("hello", moved))).toEqual([expect.stringMatching(/^R_5 default [\w-]{12}$/)]);
    expect(told(edited(".github", moved))).toHaveLength(2);
  });

  it("is read without a fault in all that GitHub publishes", () => {
    for (const name of ["push", "check_run", "check_suite", "merge_group"] as const)
      for (const payload of examples(name)) expect(receive(deliver(name, payload)).kind).toBe("accepted");
  });
});

describe("a push", () => {
  const push = ({ repository = {}, ...change }: { repository?: object; [field: string]: unknown }) =>
    due(
      "push",
      example("push", null, {
        ref: "refs/heads/main",
        deleted: false,
        forced: false,
        ...change,
        repository: {
          id: 5,
          name: "hello",
          default_branch: "main",
          ...repository,
        },
      }),
    );
  const touching = (where: string, ...paths: string[]) => [
    { added: [], modified: [], removed: [], [where]: paths },
  ];

  it.each(["added", "modified", "removed"])(
    "to the default branch marks when the policy file is %s",
    (where) => {
      expect(push({ commits: touching(where, "README.md", ".github/cla.yml") })).toEqual(["5 repository"]);
      expect(push({ commits: touching(where, "cla.yml") })).toEqual([]);
    },
  );

  it("to another branch asks for nothing", () => {
    expect(push({ ref: "refs/heads/dev", commits: touching("added", ".github/cla.yml") })).toEqual([]);
    expect(push({ deleted: true, forced: true })).toEqual([]);
  });

  it("that was forced, or whose list of commits is cut, may have touched it", () => {
    const plain = (length: number) => Array.from({ length }, () => touching("added", "a")[0]);
    expect(push({ forced: true, commits: [] })).toEqual(["5 repository"]);
    expect(push({ commits: plain(19) })).toEqual([]);
    expect(push({ commits: plain(20) })).toEqual(["5 repository"]);
    expect(push({ commits: plain(2048) })).toEqual(["5 repository"]);
  });

  it("to the organization's own repository marks the installation", () => {
    const commits = touching("modified", ".github/cla.yml");
    expect(push({ commits, repository: { name: ".github" } })).toEqual(["installation/99"]);
    expect(push({ commits, repository: { name: ".github" }, installation: null })).toEqual(["5 repository"]);
  });
});

describe("a long delivery", () => {
  const { long } = receive;
  const commit = { message: "m".repeat(1_000), added: [".github/cla.yml"], modified: [], removed: [] };
  const push = example("push", "", { commits: Array.from({ length: 600 }, () => commit) });

  it("is read in a thread, with the same answer", async () => {
    const started = once(process, "worker");
    const delivery = deliver("push", push);
    expect(delivery.body.length).toBeGreaterThan(512 * 1024);
    expect(await long?.(delivery)).toEqual(receive(delivery));
    await started;
  });

  it("is refused there like any other", async () => {
    const bad = [
      deliver("push", push, "another secret"),
      signed("push", Buffer.from(`${" ".repeat(600_000)}{`)),
      signed("push", Buffer.from(`{"ref":"${"a".repeat(600_000)}"}`)),
    ];
    for (const delivery of bad) {
      const receipt = receive(delivery);
      expect(receipt.kind).toBe("refused");
      expect(await long?.(delivery)).toEqual(receipt);
    }
  });

  it("that is forged takes no thread, so that the host's own deliveries do not wait for it", async () => {
    let threads = 0;
    const count = (): void => void (threads += 1);
    process.on("worker", count);
    expect(await long?.(deliver("push", push, "another secret"))).toMatchObject({ status: 401 });
    process.off("worker", count);
    expect(threads).toBe(0);
  });

  it("waits for the one before it, so that only one takes the memory, in a thread for all that wait", async () => {
    const threads: Worker[] = [];
    const count = (thread: Worker): void => void threads.push(thread);
    process.on("worker", count);
    const receipts = await Promise.all(Array.from({ length: 4 }, async () => long?.(deliver("push", push))));
    process.off("worker", count);
    expect(receipts.map((receipt) => receipt?.kind)).toEqual(Array.from({ length: 4 }, () => "accepted"));
    expect(threads).toHaveLength(1);
    // It ends with the last one.
    await expect.poll(() => threads[0]?.threadId).toBe(-1);
  });

  it("of earlier than what was told before tells nothing, as in any other", async () => {
    const fresh = gitHubWebhooks({ secret: SECRET });
    const told = async (updated_at: string) => {
      const payload = example("pull_request", "synchronize", { pull_request: { number: 7, updated_at } });
      const receipt = await fresh.long?.(deliver("pull_request", payload));
      return receipt?.kind === "accepted" && receipt.marks.map((mark) => mark.told !== undefined);
    };
    expect(await told("2026-01-01T00:00:05Z")).toEqual([true]);
    expect(await told("2026-01-01T00:00:04Z")).toEqual([false]);
  });

  it("is read here where no thread can start", async () => {
    const delivery = deliver("push", push);
    const noThread = openReading(new URL("file:///missing.ts"));
    expect(await noThread(delivery)).toEqual(receive(delivery));
  });
});
