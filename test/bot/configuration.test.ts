import { chmodSync, chownSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readConfiguration } from "../../src/bot/configuration.ts";
import { Failure } from "../../src/error.ts";

const folder = mkdtempSync(join(tmpdir(), "countersign-"));
const file = join(folder, "countersign.yml");

function read(text: string): ReturnType<typeof readConfiguration> {
  writeFileSync(file, text);
  return readConfiguration(file);
}

function refusal(text: string): string {
  try {
    read(text);
  } catch (error) {
    if (error instanceof Failure) return error.message.replaceAll(file, "countersign.yml");
    throw error;
  }
  return "";
}

describe("countersign.yml", () => {
  it("that another user put into a folder in which everybody may write is not read", () => {
    const open = mkdtempSync(join(tmpdir(), "countersign-open-"));
    const foreign = join(open, "countersign.yml");
    writeFileSync(foreign, "agreements: []\n");
    const own = process.getuid?.() ?? 0;
    // Only the administrator can give a file away.
    if (own === 0) chownSync(foreign, 1, 1);
    const reader = own === 0 ? 0 : own + 1;
    expect(() => readConfiguration(foreign, reader)).not.toThrow("another user put it");
    chmodSync(open, 0o1777);
    expect(() => readConfiguration(foreign, reader)).toThrow("another user put it");
  });

  it("is read with every default filled in, documents found beside it", () => {
    const { agreements, instance, policy } = read(`
agreements:
  - id: icla
    title: Individual CLA
    version: "1.0"
    document: cla/icla.md
    repositories: ["github:octo/*"]
    effective: 2026-01-01
    grace_days: 30
instance: {name: Example Foundation, url: "https://example.com", contact: privacy@example.com}
policy: {comment: never}
`);
    expect(agreements).toEqual([
      {
        id: "icla",
        title: "Individual CLA",
        version: "1.0",
        url: null,
        document: join(folder, "cla/icla.md"),
        repositories: ["github:octo/*"],
        accepts: [],
        graceDays: 30,
        effective: Date.UTC(2026, 0, 1),
        sign: ["page"],
        withdrawal: "self",
      },
    ]);
    expect(instance?.name).toBe("Example Foundation");
    expect(policy).toEqual({ comment: "never" });
  });

  it("is told all its mistakes at once, each with line and key", () => {
    expect(
      refusal(`
agreements:
  - id: ICLA 1
    title: Individual CLA
    version: 1.0
    url: ftp://example.com
    repositories: [octo/hello]
    sing: [page]
  - id: ccla
    title: Corporate CLA
    version: "1.0"
    repositories: ["github:octo/*"]
instance: {name: Example}
`),
    ).toMatchInlineSnapshot(`
      "countersign.yml:3: agreements[0].id: expected up to 32 of a-z, 0-9, dot, hyphen, underscore
      countersign.yml:5: agreements[0].version: expected a version in quotes, e.g. "1.0"
      countersign.yml:6: agreements[0].url: expected an http or https URL
      countersign.yml:7: agreements[0].repositories[0]: expected HOST:OWNER/REPO with * for any name, e.g. github:octo/*
      countersign.yml:8: agreements[0].sing: there is no such key
      countersign.yml:9: agreements[1]: needs either url or document, and not both
      countersign.yml:13: instance.url: expected an http or https URL
      countersign.yml:13: instance.contact: is missing; expected text"
    `);
  });

  it("refuses a color in which text can't be read, and a logo that is no picture", () => {
    const instance = `{name: E, url: "https://e.com", contact: c, color: "#ffd700", logo: logo.pdf}`;
    const entry = `{id: icla, title: A, version: "1", url: "https://example.com", repositories: ["github:a/b"]}`;
    expect(refusal(`agreements:\n  - ${entry}\ninstance: ${instance}\n`).split("\n")).toEqual([
      "countersign.yml:3: instance.logo: expected a picture: .svg, .png, .jpg, .jpeg, .webp",
      expect.stringMatching(
        /^countersign\.yml:3: instance\.color: its contrast .* choose a darker one, e\.g\. #/,
      ),
    ]);
  });

  it("is told when two agreements have one id", () => {
    const entry = `{id: icla, title: A, version: "1", url: "https://example.com", repositories: ["github:a/b"]}`;
    expect(refusal(`agreements:\n  - ${entry}\n  - ${entry}\n`)).toBe(
      "countersign.yml:3: agreements[1].id: another agreement has this id",
    );
  });

  it("whose patterns only exclude is refused", () => {
    const entry = `{id: icla, title: A, version: "1", url: "https://example.com", repositories: ["!github:octo/x"]}`;
    expect(refusal(`agreements:\n  - ${entry}\n`)).toBe(
      "countersign.yml:2: agreements[0].repositories: names no repository: every pattern excludes; add one without " +
        "!, e.g. github:octo/*",
    );
  });

  it("that is absent says what to do", () => {
    expect(() => readConfiguration(join(folder, "absent.yml"))).toThrow(
      /absent\.yml: can't be read: create it/,
    );
  });
});
