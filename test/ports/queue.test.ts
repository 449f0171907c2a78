import { describe, expect, it } from "vitest";
import { parseTask, taskKey, taskRepository, type Task } from "../../src/ports/queue.ts";
import {
  keptArrivals,
  keptTold,
  LONGEST_ARRIVALS,
  surveyOf,
  takenOf,
  TOLD_AT,
  troubleOf,
  type KeptTask,
} from "../../src/ports/queue-rows.ts";

describe("a task's key", () => {
  it.each<[Task, number, string]>([
    [{ kind: "pull", host: "gitee", repository: 3, number: 7 }, 3, "pull/7"],
    [{ kind: "group", host: "github", repository: 3, head: "aa", base: "bb" }, 3, "group/aa/bb"],
    [{ kind: "comment", host: "github", repository: 3, number: 7, comment: 9 }, 3, "comment/7/9"],
    [{ kind: "repository", host: "gitee", repository: 3 }, 3, "repository"],
    [{ kind: "installation", host: "github", installation: 12 }, 0, "installation/12"],
  ])("is printed and read: %j", (task, repository, key) => {
    expect([taskRepository(task), taskKey(task)]).toEqual([repository, key]);
    expect(parseTask(task.host, repository, key)).toEqual(task);
  });

  it.each([
    ["github", "unknown/7"],
    ["github", ""],
    ["gitlab", "pull/7"],
    ["gitlab", "repository"],
  ])("of %s is not %j", (host, key) => {
    expect(() => parseTask(host, 3, key)).toThrow(new RangeError(`no task is kept as ${host} 3 ${key}`));
  });
});

describe("a task's row", () => {
  const row: KeptTask = {
    host: "github",
    repository: 3,
    key: "pull/7",
    generation: 2,
    attempts: 1,
    failingSince: 5,
    told: null,
    deliveries: null,
    handle: "R_3",
    installation: 4,
    bulk: 0,
  };

  it("is read as a leased task", () => {
    expect(takenOf(row, "lease")).toEqual({
      task: { kind: "pull", host: "github", repository: 3, number: 7 },
      generation: 2,
      lease: "lease",
      route: { installation: 4, handle: "R_3" },
      told: null,
      toldAt: null,
      deliveries: [],
      attempts: 1,
      failingSince: 5,
      bulk: false,
    });
    expect([1, true, false].map((bulk) => takenOf({ ...row, bulk }, "lease").bulk)).toEqual([
      true,
      true,
      false,
    ]);
  });

  it("keeps what a delivery told behind its time, so that times sort as text", () => {
    expect(keptTold({})).toBeNull();
    expect(keptTold({ told: "head" })).toBe("000000000000000 head");
    expect(keptTold({ told: "head base", toldAt: 1_234 })).toBe("000000000001234 head base");
    expect(keptTold({ told: "a", toldAt: 1 })?.indexOf(" ")).toBe(TOLD_AT);
    const read = (told: string) => {
      const taken = takenOf({ ...row, told }, "lease");
      return [taken.told, taken.toldAt];
    };
    expect(read("000000000001234 head base")).toEqual(["head base", 1_234]);
    expect(read("000000000000000 head base")).toEqual(["head base", null]);
    expect(read("head base")).toEqual(["head base", null]);
  });

  it.each(["head base", "123 head", "0000000000001234 head", "x000000000001234 head"])(
    "of an earlier version of the bot has no time before what was told: %s",
    (told) => expect(takenOf({ ...row, told }, "lease").told).toBe(told),
  );

  it("keeps deliveries with their times", () => {
    expect(keptArrivals(undefined)).toBeNull();
    expect(keptArrivals([])).toBeNull();
    const deliveries = [
      { id: "a-1", at: 1 },
      { id: "b-2", at: 2 },
    ];
    expect(keptArrivals(deliveries)).toBe("a-1@1 b-2@2");
    expect(takenOf({ ...row, deliveries: "a-1@1 b-2@2" }, "lease").deliveries).toEqual(deliveries);
    expect(takenOf({ ...row, deliveries: "a-1" }, "lease").deliveries).toEqual([{ id: "a-1", at: 0 }]);
    expect(LONGEST_ARRIVALS).toBe(500);
  });

  it("in trouble is read with its failure", () => {
    const trouble = {
      host: "gitee",
      repository: 3,
      key: "repository",
      failure: "host-limit",
      attempts: 2,
      dueAt: 9,
    } as const;
    expect(troubleOf(trouble)).toEqual({
      task: { kind: "repository", host: "gitee", repository: 3 },
      code: "host-limit",
      attempts: 2,
      dueAt: 9,
    });
  });
});

describe("a survey of the queue", () => {
  it("has both classes, and tells parked tasks from those that are tried again", () => {
    expect(surveyOf([{ bulk: 1, due: 2, oldest: 5 }], [])).toEqual({
      classes: [
        { class: "person", due: 0, oldest: null },
        { class: "bulk", due: 2, oldest: 5 },
      ],
      troubled: [],
    });
    const troubled = [
      { code: "host-limit", parked: 1, tasks: 2 },
      { code: "refused", parked: false, tasks: 3 },
    ] as const;
    expect(surveyOf([{ bulk: false, due: 1, oldest: 7 }], troubled)).toEqual({
      classes: [
        { class: "person", due: 1, oldest: 7 },
        { class: "bulk", due: 0, oldest: null },
      ],
      troubled: [
        { code: "host-limit", state: "parked", tasks: 2 },
        { code: "refused", state: "retrying", tasks: 3 },
      ],
    });
  });
});
