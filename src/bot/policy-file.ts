import { parseDocument } from "yaml";
import { POLICY_KEYS, PolicyFile } from "../verdict/policy.ts";
import { refusalOf } from "../yaml/limits.ts";
import { readYaml, type YamlReading } from "../yaml/read.ts";

const WORKFLOW = "looks like a GitHub Actions workflow; move it to .github/workflows";

/**
 * Reads a repository's policy file. If it is another kind of file, one problem names that kind, because a list of its
 * unknown keys would not help.
 * @param path the file's path; a name such as `cla.yaml` or `CLA.yml` is reported as a mistake
 */
export function readPolicyFile(text: string, path: string): YamlReading<PolicyFile> {
  const refused = (message: string): YamlReading<PolicyFile> => ({
    ok: false,
    problems: [{ file: path, line: null, field: null, message }],
  });
  const name = path.split("/").at(-1) ?? "";
  if (name.toLowerCase().endsWith(".yaml"))
    return refused("the policy file's name ends in .yml: rename it to cla.yml, or remove it if there is one");
  if (name !== "cla.yml" && name.toLowerCase() === "cla.yml")
    return refused(
      "the policy file's name is in lower case: rename it to cla.yml, or remove it if there is one",
    );
  // Adapters return this character for a file that the host does not show as text.
  if (text.includes("\u0000"))
    return refused("the file is not UTF-8 text (it may be UTF-16, binary or too large): save it as UTF-8");
  const content = text.replace(/^\uFEFF/, "");
  if (content.includes("\uFFFD"))
    return refused("the file is not UTF-8 text (it may be Latin-1 or GBK): save it as UTF-8");
  // Also where it is not YAML, or has content that is not read.
  if (/^["']?on["']?[ \t]*:/m.test(content) && /^["']?jobs["']?[ \t]*:/m.test(content))
    return refused(WORKFLOW);
  const strangers = strangersIn(content);
  return strangers === null ? readYaml(content, PolicyFile, path) : refused(strangers);
}

/** The kind of a file that is not a policy; null: it may be a policy. */
function strangersIn(text: string): string | null {
  // The parser reports why.
  if (refusalOf(text) !== null) return null;
  const document = parseDocument(text, { prettyErrors: false, uniqueKeys: false, logLevel: "silent" });
  if (document.errors.length > 0) return null;
  const keys = topKeys(document.contents);
  if (keys.includes("on") && keys.includes("jobs")) return WORKFLOW;
  if (keys.length > 0 && !keys.some((key) => POLICY_KEYS.includes(key)))
    return `looks like another tool's file: it has none of the keys ${POLICY_KEYS.join(", ")}; rename or remove it`;
  return null;
}

function topKeys(contents: unknown): readonly string[] {
  if (typeof contents !== "object" || contents === null || !("items" in contents)) return [];
  const { items } = contents;
  if (!Array.isArray(items)) return [];
  return items.flatMap((item: unknown) => {
    const key: unknown = typeof item === "object" && item !== null && "key" in item ? item.key : null;
    const value: unknown = typeof key === "object" && key !== null && "value" in key ? key.value : null;
    return typeof value === "string" ? [value] : [];
  });
}
