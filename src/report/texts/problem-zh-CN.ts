/**
 * What is wrong with a policy file, in Chinese. The English sentence of `src/yaml`, of `src/bot/policy-file.ts` and of the
 * policy's schema is the key, as in a gettext catalog; a test reads broken files and finds the sentences that are missing here.
 */
const SENTENCES: Readonly<Record<string, string>> = {
  "an alias (*) is not possible here": "此处不能使用别名（*）",
  "a backslash in double quotes needs one of YAML's escapes: use single quotes":
    "双引号中的反斜杠必须是 YAML 转义：请改用单引号",
  "the indentation is wrong, or a [ or { is not closed": "缩进有误，或 [ 或 { 没有闭合",
  "a value that begins with @ or ` needs quotes": "以 @ 或 ` 开头的值需要加引号",
  "only one key can be on a line: put quotes around a value with a colon":
    "一行只能有一个键：含冒号的值请加引号",
  "indentation is not allowed inside [ ] or { }": "[ ] 或 { } 中不能再用缩进表示层级",
  "duplicate key": "此键重复",
  "a closing quote, ] or }, a comma or a colon is missing": "有内容没有闭合：缺少引号、]、}、逗号或冒号",
  "a key must be on one line, and a colon with a space must follow it": "键必须写在一行内，后面跟冒号和空格",
  "the file must hold one document: remove the --- line": "文件只能包含一个文档：请删除 --- 行",
  "a tab can't indent: use spaces": "不能用制表符缩进：请用空格",
  "this does not fit here: check the indentation and the quotes around it":
    "此处内容不合语法：请检查缩进和引号",
  "this is not valid YAML: check the indentation and the quotes": "不是有效的 YAML：请检查缩进和引号",
  "too many YAML aliases": "YAML 别名过多",
  "an alias (*) needs an anchor (&) of its name before it": "别名（*）之前必须有同名的锚点（&）",
  "there is no such key": "没有这个键",
  "must not be empty": "不能为空",
  "expected HOST:NUMBER, e.g. github:49699333, never a name":
    "应为“平台:编号”，例如 github:49699333，不能写登录名",
  "expected the organization's number, never its name": "应为组织的编号，不能写名称",
  "a label's name can't hold a comma": "标签名不能含逗号",
  "looks like a GitHub Actions workflow; move it to .github/workflows":
    "看起来是 GitHub Actions 工作流；请移到 .github/workflows",
  "the policy file's name ends in .yml: rename it to cla.yml, or remove it if there is one":
    "策略文件的扩展名应为 .yml：请改名为 cla.yml；如已有该文件，请删除此文件",
  "the policy file's name is in lower case: rename it to cla.yml, or remove it if there is one":
    "策略文件名应为小写：请改名为 cla.yml；如已有该文件，请删除此文件",
  "the file is not UTF-8 text (it may be UTF-16, binary or too large): save it as UTF-8":
    "文件不是 UTF-8 文本（可能是 UTF-16、二进制或过大）：请以 UTF-8 保存",
  "the file is not UTF-8 text (it may be Latin-1 or GBK): save it as UTF-8":
    "文件不是 UTF-8 文本（可能是 Latin-1 或 GBK）：请以 UTF-8 保存",
  "signed and unsigned must differ in more than upper and lower case":
    "signed 和 unsigned 必须是两个不同的标签，仅大小写不同不算",
};

const KINDS: Readonly<Record<string, string>> = {
  text: "文本",
  "a number": "数字",
  "a whole number": "整数",
  "true or false": "true 或 false",
  "a list": "列表",
  "keys with values": "键值对",
};

const PATTERNS: readonly (readonly [RegExp, (...parts: string[]) => string])[] = [
  [/^is missing; (.+)$/, (rest) => `缺少此项；${problemZhCN(rest)}`],
  [
    /^expected (.+)$/,
    (what) =>
      `应为 ${what
        .split(" or ")
        .map((one) => KINDS[one] ?? one.replaceAll(", ", "、"))
        .join(" 或 ")}`.replace(/(?<=^应为|或) (?=\p{Script=Han})/gu, ""),
  ],
  [
    /^looks like another tool's file: it has none of the keys (.+); rename or remove it$/,
    (keys) => `看起来是其他工具的文件：没有 ${keys.replaceAll(", ", "、")} 中的任何一个键；请改名或删除`,
  ],
  [/^needs at least (\d+) entries$/, (count) => `至少需要 ${count} 项`],
  [/^must be at least (-?\d+)$/, (least) => `不能小于 ${least}`],
  [/^must be more than (-?\d+)$/, (least) => `必须大于 ${least}`],
  [/^must be at most (-?\d+)$/, (most) => `不能大于 ${most}`],
  [/^must have at most (\d+) characters$/, (most) => `最多 ${most} 个字符`],
  [/^the file is longer than (\d+) kB: shorten it$/, (most) => `文件超过 ${most} kB：请精简`],
  [/^nested more than (\d+) levels deep$/, (most) => `嵌套超过 ${most} 层`],
  [/^and (\d+) more problems$/, (count) => `另有 ${count} 个问题`],
];

/** The sentence in Chinese; the given one if there is no translation. */
export function problemZhCN(message: string): string {
  const known = SENTENCES[message];
  if (known !== undefined) return known;
  for (const [pattern, say] of PATTERNS) {
    const [whole, ...parts] = pattern.exec(message) ?? [];
    if (whole !== undefined) return say(...parts);
  }
  return message;
}
