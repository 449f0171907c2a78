import { createHash } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Agreement } from "../../src/records/agreement.ts";
import { checkDocuments, recordedDocument } from "../../src/bot/documents.ts";
import { Problems } from "../../src/error.ts";
import { agreement } from "../verdict/facts.ts";
import { rightsScene, type RightsScene } from "./rights-scene.ts";

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

describe("agreement", () => {
  let scene: RightsScene;
  let shown: Agreement;
  beforeEach(async () => {
    scene = await rightsScene();
    shown = { ...agreement, url: null, document: await scene.file("icla.md", "# One\n") };
    scene.agreements = [shown];
  });
  afterEach(() => scene.end());

  const start = (agreements: readonly Agreement[] = scene.agreements): Promise<void> =>
    scene.with((engine) => checkDocuments(engine, agreements));

  it("is recorded with the digest of its document when the bot starts, once", async () => {
    await start();
    await start();
    const { stdout } = await scene.run("agreement show icla --json");
    expect(JSON.parse(stdout)).toMatchObject({
      id: "icla",
      version: "1.0",
      versions: [{ version: "1.0", revision: 0, digest: sha256("# One\n") }],
    });
  });

  it("whose document changed under its version is refused at start, with the two ways out", async () => {
    await start();
    await scene.file("icla.md", "# Two\n");
    await expect(start()).rejects.toMatchObject({
      code: "agreement-document",
      message:
        "icla: the document changed, and its version is still 1.0. If only typing errors were corrected, run " +
        "countersign agreement revise icla, and nobody signs again. If it asks for something else, raise version: in " +
        "countersign.yml, and everybody signs again",
    });
    await expect(start([{ ...shown, version: "1.1" }])).resolves.toBeUndefined();
    await expect(start()).rejects.toMatchObject({ code: "agreement-document" });
  });

  it("is shown as it was recorded, or not at all", async () => {
    const show = () => scene.with((engine) => recordedDocument(engine, shown));
    await expect(show()).rejects.toMatchObject({ code: "agreement-document" });
    await start();
    expect(await show()).toEqual({ markdown: "# One\n", digest: sha256("# One\n"), language: null });
    await scene.file("icla.md", "# Two\n");
    await expect(show()).rejects.toMatchObject({ code: "agreement-document" });
  });

  it("that can never apply is listed as such", async () => {
    scene.agreements = [shown, { ...shown, id: "late", repositories: shown.repositories.slice(0, 1) }];
    expect((await scene.run("agreement list")).stdout).toContain(
      "agreement late never applies: icla before it",
    );
    const { stdout } = await scene.run("agreement list --json");
    expect(JSON.parse(stdout)).toMatchObject([{ applies: true }, { applies: false }]);
  });

  it("whose document was revised is shown with both digests, and starts", async () => {
    await start();
    await scene.file("icla.md", "# Two\n");
    const refused = await scene.run("agreement revise icla");
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toContain(`recorded  sha256:${sha256("# One\n")}`);
    expect(refused.stderr).toContain(`now       sha256:${sha256("# Two\n")}`);
    await expect(start()).rejects.toMatchObject({ code: "agreement-document" });
    expect(await scene.run("agreement revise icla --yes")).toMatchObject({
      code: 0,
      stdout: `icla 1.0: editorial revision 1 recorded, sha256:${sha256("# Two\n")}\n`,
    });
    await expect(start()).resolves.toBeUndefined();
    const { stdout } = await scene.run("agreement show icla");
    expect(stdout).toContain(`1.0  first text            2026-11-25  sha256:${sha256("# One\n")}`);
    expect(stdout).toContain(`1.0  editorial revision 1  2026-11-25  sha256:${sha256("# Two\n")}`);
    expect((await scene.run("agreement revise icla")).stdout).toContain("the document is the recorded one");
    expect((await scene.run("audit list")).stdout).toMatch(/2 {2}2026-11-25 {2}cli {2}agreement revise/);
  });

  it("whose document is missing or no text is told with every other one, and then nothing is recorded", async () => {
    const binary = await scene.file("bad.md", new Uint8Array([0xff, 0xfe, 0x41]));
    const problems = await start([
      shown,
      { ...shown, id: "gone", document: "/nowhere/gone.md" },
      { ...shown, id: "bad", document: binary },
    ]).catch((error: unknown) => error);
    expect(problems).toBeInstanceOf(Problems);
    expect(problems).toMatchObject({
      code: "agreement-document",
      problems: [
        { message: expect.stringMatching(/^gone: its document \/nowhere\/gone.md can't be read/) },
        { message: expect.stringMatching(/^bad: its document .* is not UTF-8/) },
      ],
    });
    expect(await scene.with((engine) => engine.agreements.list())).toEqual([]);
  });

  it("whose text is hosted elsewhere is recorded without a digest, and has nothing to revise", async () => {
    scene.agreements = [agreement];
    await start();
    expect((await scene.run("agreement show icla")).stdout).toContain("the text is hosted elsewhere");
    expect(await scene.run("agreement revise icla --yes")).toMatchObject({ code: 1 });
    await expect(start([shown])).resolves.toBeUndefined();
    await scene.file("icla.md", "# Two\n");
    await expect(start([shown])).rejects.toMatchObject({ code: "agreement-document" });
  });

  it("list says which are in force, and an unknown id what there is", async () => {
    expect((await scene.run("agreement list")).stdout).toBe(
      "ID    VERSION  IN FORCE FROM  SIGNATURES  TITLE\n" +
        "icla  1.0      always         0           Individual Contributor License Agreement\n",
    );
    expect(JSON.parse((await scene.run("agreement list --json")).stdout)).toMatchObject([{ id: "icla" }]);
    expect(await scene.run("agreement show cla")).toEqual({
      code: 2,
      stdout: "",
      stderr: "countersign: agreement: it is not one of the configured agreements (icla)\n",
    });
  });
});
