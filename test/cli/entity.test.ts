import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { accountOf } from "../../src/account.ts";
import { pullTask } from "../../src/ports/queue.ts";
import { drain, load, pullRecord, pullRef, row } from "../ports/engine-scene.ts";
import { rightsScene, type RightsScene } from "./rights-scene.ts";

const alice = accountOf("github", 583_231);

describe("entity", () => {
  let scene: RightsScene;
  beforeEach(async () => {
    scene = await rightsScene({ octocat: alice });
  });
  afterEach(() => scene.end());

  it("add makes an employer with its roster and managers, and has waiting pull requests checked", async () => {
    await scene.with((engine) => engine.pulls.record(pullRecord(pullRef(7), [alice], { agreement: "ccla" })));
    expect(
      await scene.run(
        "entity add acme github:@octocat gitee:7 --agreement ccla --signed-at 2026-01-05 --manager github:9",
      ),
    ).toEqual({
      code: 0,
      stderr: "",
      stdout: [
        "acme: added, ccla 2.0",
        "github:583231: on the roster of acme",
        "gitee:7: on the roster of acme",
        "1 open pull request checked again",
        "github:9: manages acme",
        "",
      ].join("\n"),
    });
    await scene.with(async (engine) => {
      expect(await drain(engine)).toEqual([pullTask(pullRef(7))]);
      expect((await engine.signatures.covered([alice], "ccla")).size).toBe(1);
    });
    expect((await scene.run("entity show acme")).stdout).toBe(
      [
        "acme: ccla 2.0, signed 2026-01-05",
        "roster:",
        "  gitee:7        from 2026-01-05",
        "  github:583231  from 2026-01-05",
        "managed by:",
        "  github:9",
        "",
      ].join("\n"),
    );
    expect((await scene.run("entity list")).stdout).toBe(
      "ID    AGREEMENT  SIGNED      COVERED  MANAGERS\nacme  ccla 2.0   2026-01-05  2        1\n",
    );
  });

  it("accept adds an employer that was requested on the site, whose asker manages the roster", async () => {
    const request = { account: alice, name: "Acme GmbH", agreement: "ccla" };
    await scene.with((engine) => engine.entities.request(request));
    expect((await scene.run("stats")).stdout).toContain("github:583231  Acme GmbH  ccla");
    expect(await scene.run("entity accept acme github:7")).toMatchObject({ code: 1 });
    expect(await scene.run("entity accept acme github:583231")).toEqual({
      code: 0,
      stderr: "",
      stdout: "acme: Acme GmbH is accepted, ccla 2.0\ngithub:583231: manages acme\n",
    });
    await scene.with(async (engine) => {
      expect(await engine.entities.find("acme")).toMatchObject({ name: "Acme GmbH", managers: [alice] });
      expect(await engine.entities.requests()).toEqual([]);
      await engine.entities.request(request);
    });
    expect(await scene.run("entity decline github:583231")).toMatchObject({ code: 0 });
    await scene.with(async (engine) => expect(await engine.entities.requests()).toEqual([]));
  });

  it("add takes no id that a URL or a comment can not contain, and no word for none", async () => {
    for (const id of ["a/b", "a`b", "..", "none"])
      expect(await scene.run(`entity add ${id} --agreement ccla`)).toMatchObject({
        code: 2,
        stderr: expect.stringContaining(
          "an employer's id has letters, digits, dots, dashes and underscores only",
        ),
      });
    expect(await scene.run("entity list --json")).toMatchObject({ stdout: "[]\n" });
  });

  it("add gives a place its days, and says what was so already", async () => {
    await scene.run("entity add acme --agreement ccla");
    await scene.run("entity add acme github:583231 --from 2026-02-01 --until 2027-02-01");
    expect((await scene.run("entity show acme")).stdout).toContain("from 2026-02-01  until 2027-02-01");
    expect(
      (await scene.run("entity add acme github:583231 --from 2026-02-01 --until 2027-02-01")).stdout,
    ).toBe("github:583231: was there already\n");
  });

  it("remove takes somebody off the roster, and has their pull requests say so", async () => {
    await scene.run(
      "entity add acme github:583231 --agreement ccla --signed-at 2026-01-05 --manager github:9",
    );
    await scene.with((engine) => engine.pulls.record(pullRecord(pullRef(7), [alice], { agreement: "ccla" })));
    expect(await scene.run("entity remove acme github:583231 gitee:8 --manager github:9")).toEqual({
      code: 0,
      stderr: "",
      stdout: [
        "github:583231: leaves the roster of acme 2026-11-25",
        "gitee:8: was not on it",
        "1 open pull request checked again",
        "github:9: no longer manages acme",
        "",
      ].join("\n"),
    });
    await scene.with(async (engine) => {
      expect(await drain(engine)).toEqual([pullTask(pullRef(7))]);
      expect(await engine.signatures.covered([alice], "ccla")).toEqual(new Map());
    });
  });

  it("remove without accounts ends the employer, and asks first", async () => {
    await scene.run("entity add acme github:583231 --agreement ccla");
    const refused = await scene.run("entity remove acme");
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toContain("This would end ccla for acme, and with it 1 roster place.");
    expect((await scene.run("entity remove acme --yes")).stdout).toBe(
      "acme: ended; 0 open pull requests checked again\n",
    );
    expect((await scene.run("entity list")).stdout).toContain("ended 2026-11-25");
    expect((await scene.run("entity add acme github:583231")).stdout).toContain("acme: added, ccla 2.0");
  });

  it("covers a person through several employers and on their own, each being enough", async () => {
    await scene.with((engine) => load(engine, [row(alice, 1)]));
    await scene.run("entity add acme github:583231 --agreement icla --signed-at 2026-01-05");
    await scene.run("entity add bolt github:583231 --agreement icla --signed-at 2026-01-05");
    await scene.run("entity remove acme github:583231");
    await scene.with(async (engine) => {
      const covered = await engine.signatures.covered([alice], "icla");
      expect(covered.get(alice)?.map(({ entity }) => entity)).toEqual([null, "bolt"]);
    });
  });

  it("leaves out who was erased, says so and exits 1", async () => {
    await scene.with((engine) => engine.subjects.erase(alice, "page"));
    expect(await scene.run("entity add acme github:583231 --agreement ccla")).toEqual({
      code: 1,
      stdout: "acme: added, ccla 2.0\n",
      stderr: "github:583231: left out: the account was erased at its person's request\n",
    });
  });

  it.each([
    ["entity add acme", 2, "--agreement: which one did this new employer sign? One of icla, ccla"],
    ["entity add acme --agreement cla", 2, "--agreement: it is not one of the configured agreements"],
    ["entity add acme --agreement ccla --from 2026-13-01", 2, "--from: there is no such day"],
    [
      "entity add acme --agreement ccla --from 2026-02-01 --until 2026-01-01",
      2,
      "--until: it is not after --from",
    ],
    ["entity show acme", 1, "there is no employer acme"],
    ["entity remove acme github:1", 1, "there is no employer acme"],
  ])("%s is refused with what to do", async (line, code, said) => {
    const ran = await scene.run(line);
    expect(ran.code).toBe(code);
    expect(ran.stderr).toContain(said);
    expect(await scene.with((engine) => engine.entities.list())).toEqual([]);
  });
});
