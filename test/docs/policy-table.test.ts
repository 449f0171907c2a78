import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { giteeCapabilities } from "../../src/gitee/capabilities.ts";
import { gitHubCapabilities } from "../../src/github/capabilities.ts";
import { policyOf, type Policy } from "../../src/verdict/policy.ts";
import { policySchema } from "../schema/json-schema.ts";
import { keyRows } from "./reference.ts";

const TEXT = readFileSync(new URL("../../docs/policy.md", import.meta.url), "utf8");

/** The table's rows: key, default, what it does. */
const rows = [...TEXT.matchAll(/^\| `([^`]+)` +\| (.*?) *\| (.*?) *\|$/gm)].map(
  ([, key = "", byDefault = "", meaning = ""]) => ({ key, byDefault, meaning }),
);
const schema = keyRows(policySchema(), "").map(([key = "", , values = ""]) => ({
  key: key.replaceAll("`", ""),
  words: [...values.matchAll(/`([^`]+)`/g)].map(([, word = ""]) => word),
}));
const onGitHub = policyOf({}, {}, { ...gitHubCapabilities("https://github.com"), name: "github" });
const onGitee = policyOf({}, {}, { ...giteeCapabilities("https://gitee.com"), name: "gitee" });

it("docs/policy.md names every key of a policy, in the schema's order", () => {
  expect(rows.map(({ key }) => key)).toEqual(schema.map(({ key }) => key));
});

it.each(rows)("docs/policy.md has the default of $key, and every word that may stand there", (row) => {
  expect(row.byDefault).toBe(defaultText(row.key));
  const text = row.meaning.includes("the same;")
    ? `${row.meaning} ${rows[rows.indexOf(row) - 1]?.meaning}`
    : row.meaning;
  for (const word of schema.find(({ key }) => key === row.key)?.words ?? [])
    expect(`${row.byDefault} ${text}`).toContain(`\`${word}\``);
});

function defaultText(key: string): string {
  const [github, gitee] = [onGitHub, onGitee].map((policy) => printed(key, policy));
  if (github === gitee) return github ?? "";
  return github === "off" ? `off on GitHub, ${gitee} on Gitee` : `${github}, on Gitee ${gitee}`;
}

function printed(key: string, policy: Policy): string {
  const value = key
    .split(".")
    .reduce<unknown>((part, name) => Object(part)[name], policy satisfies object as unknown);
  // On GitHub, both words mean a commit status.
  if (key === "report" && value === "status") return "`auto`";
  if (key === "labels") return value === null ? "off" : "on";
  if (Array.isArray(value)) return `\`[${value.join(", ")}]\``;
  // A group of keys has no default of its own.
  return typeof value === "string" || typeof value === "number" ? `\`${value}\`` : "";
}
