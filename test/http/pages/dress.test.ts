import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { accentsOf, colorFault, contrast } from "../../../src/http/pages/layout/accent.ts";
import { dressOf } from "../../../src/http/pages/layout/dress.ts";

const INSTANCE = { name: "Example", url: "https://example.com", contact: "privacy@example.com" };
/** Every fourth step of each channel: 4,096 colors. */
const STEPS = Array.from({ length: 16 }, (_, at) => (at * 17).toString(16).padStart(2, "0"));
const COLORS = STEPS.flatMap((red) =>
  STEPS.flatMap((green) => STEPS.map((blue) => `#${red}${green}${blue}`)),
);

describe("an operator's color", () => {
  it("is refused where its text could not be read, with a color beside it that can be taken", () => {
    expect(colorFault("#ffd700")).toMatch(
      /^its contrast to the page's background is 1\.3, and text needs 4\.5:/,
    );
    const offered = COLORS.flatMap((color) => /e\.g\. (#\w+)/.exec(colorFault(color) ?? "")?.slice(1) ?? []);
    expect(offered.length).toBeGreaterThan(1_000);
    expect(offered.filter((color) => colorFault(color) !== null)).toEqual([]);
  });

  it("gives links and buttons that can be read on light pages and on dark ones", () => {
    const accepted = COLORS.filter((color) => colorFault(color) === null);
    expect(accepted.length).toBeGreaterThan(1_000);
    for (const color of accepted) {
      const { light, dark } = accentsOf(color);
      const ratios = [
        contrast(light.accent, "#faf9f6"),
        contrast(light.on, light.accent),
        contrast(light.on, light.strong),
        contrast(dark.accent, "#1b1f24"),
        contrast(dark.on, dark.accent),
        contrast(dark.on, dark.strong),
      ];
      expect([color, Math.min(...ratios) >= 4.5]).toEqual([color, true]);
    }
  });
});

describe("an operator's logo", () => {
  it.each([
    ["logo.svg", "image/svg+xml"],
    ["Logo.PNG", "image/png"],
    ["logo.jpeg", "image/jpeg"],
    ["logo.webp", "image/webp"],
  ])("%s is a file of the site, as %s", (name, type) => {
    const logo = join(mkdtempSync(join(tmpdir(), "countersign-")), name);
    writeFileSync(logo, "picture");
    const dress = dressOf({ ...INSTANCE, logo });
    expect([dress.logo?.type, Buffer.from(dress.logo?.bytes ?? []).toString(), dress.stylesheet]).toEqual([
      type,
      "picture",
      null,
    ]);
  });
});
