import { describe, expect, it } from "vitest";
import { accountOf } from "../../src/account.ts";
import type { Finding } from "../../src/verdict/finding.ts";
import type { Capabilities, Report } from "../../src/ports/host.ts";
import type { PolicyFile } from "../../src/verdict/policy.ts";
import type { ShownNotice } from "../../src/ports/notices.ts";
import type { Pull } from "../../src/pull.ts";
import { gitHubCapabilities } from "../../src/github/capabilities.ts";
import { languageOf, reportOf } from "../../src/report/report.ts";
import { LINE_LIMIT } from "../../src/report/status-line.ts";
import { judge, type Facts } from "../../src/verdict/verdict.ts";
import {
  agreement,
  commit,
  DAY,
  facts,
  NOW,
  person,
  policy,
  pull,
  signedBy,
  stranger,
} from "../verdict/facts.ts";

const capabilities = gitHubCapabilities("https://github.com");

const [alice, bob, carol] = [
  person(1, { login: "alice" }),
  person(2, { login: "bob" }),
  person(3, { login: "carol" }),
];
const [CARRIER, OTHER] = [accountOf("github", 41_898_282), accountOf("github", 123_456)];

const sha = (digit: string): string => digit.repeat(40);

function judged(pullRequest: Pull, more: Partial<Facts> = {}): Finding {
  return { kind: "judged", judgment: judge(facts(pullRequest, more)), blockedByAnother: false };
}

function report(
  finding: Finding,
  options: { pull?: Pull; file?: PolicyFile; capabilities?: Partial<Capabilities> } = {},
): Report {
  return reportOf(finding, options.pull ?? pull(alice, []), {
    policy: policy(options.file),
    capabilities: { ...capabilities, ...options.capabilities },
    publicUrl: "https://cla.example.com",
  });
}

const here = { ...agreement, url: null, document: "icla.md", sign: ["page", "comment"] as const };
const mixed = pull(alice, [
  commit(sha("a"), alice, { coauthors: [bob, stranger({ name: "Eve <b>@all</b>" })] }),
  commit(sha("b"), stranger()),
  commit(sha("c"), carol),
]);

it.each([
  [
    "en",
    "Its texts:",
    "中文（中国）](https://cla.example.com/sign/icla?pull=github%3Aocto%2Frepo%237&text=zh-CN), SHA-256 `bb`",
  ],
  [
    "zh-CN",
    "协议文本：",
    "English](https://cla.example.com/sign/icla?pull=github%3Aocto%2Frepo%237&text=en)（以此为准），SHA-256：`aa`",
  ],
] as const)(
  "a comment in %s names each text of an agreement with its language and digest",
  (language, head, text) => {
    const texts = ["en", "zh-CN"].map((each) => ({ language: each, url: null, document: `${each}.md` }));
    const finding = judged(pull(alice, []), { agreement: { ...here, texts }, coverage: new Map() });
    const { comment } = reportOf(finding, pull(alice, []), {
      policy: policy({ language }),
      capabilities,
      publicUrl: "https://cla.example.com",
      digests: new Map([
        ["en", "aa"],
        ["zh-CN", "bb"],
      ]),
    });
    expect(comment).toContain(head);
    expect(comment).toContain(text);
  },
);

describe("a report", () => {
  it("mentions no bot about which the host did not answer", () => {
    const bot = person(9, { login: "house", bot: true });
    const change = pull(alice, [commit(sha("a"), bob), commit(sha("b"), bot)]);
    const unanswered = new Set(bot.account === null ? [] : [bot.account]);
    const { comment } = report(judged(change, { coverage: signedBy(alice), unanswered }));
    expect(comment).toContain("@bob");
    expect(comment).toContain("`house`");
    expect(comment).not.toContain("@house");
  });

  it.each([
    ["github-actions[bot]@users.noreply.github.com", { account: CARRIER, by: "name" }, null],
    ["123456+mybot[bot]@users.noreply.github.com", { account: OTHER, by: "number" }, "`github:123456`"],
    ["mybot[bot]@users.noreply.github.com", null, null],
    [
      "41898282+github-actions[bot]@users.noreply.github.com",
      { account: CARRIER, by: "number" },
      "`github:41898282`",
    ],
  ] as const)(
    "of a person's with a commit by %s says that a bot wrote it, and the ways out",
    (email, claimed, way) => {
      const change = pull(alice, [commit(sha("a"), stranger({ name: "house-bot", email, claimed }))]);
      const finding = judged(change, { coverage: signedBy(alice) });
      const { state, comment } = report(finding, { pull: change });
      expect(state).toBe("failure");
      expect(comment).toMatch(
        /\*\*Commits by bots or coding assistants\*\*\n\n- `house-bot` \(.*`aaaaaaa`\)/,
      );
      expect(comment).toContain("make yourself the author");
      expect(comment).not.toContain("linked");
      expect(/`exempt\.authors` in the policy file: (.*)\./.exec(comment ?? "")?.[1] ?? null).toBe(way);
      // What the comment offers helps.
      const authors = claimed === null ? [] : [claimed.account];
      const exempted = judged(change, { coverage: signedBy(alice), policy: policy({ exempt: { authors } }) });
      expect(report(exempted, { pull: change }).state).toBe(way === null ? "failure" : "success");
    },
  );

  it("of a pull request that is in order is one line and no comment", () => {
    const { state, line, commentWanted, detailsUrl } = report(
      judged(pull(alice, [commit(sha("a"), alice)]), { coverage: signedBy(alice) }),
    );
    expect({ state, line, commentWanted, detailsUrl }).toEqual({
      state: "success",
      line: "CLA icla 1.0: 1 of 1 account",
      commentWanted: false,
      detailsUrl: "https://cla.example.com/pulls/github/octo/repo/7",
    });
  });

  it.each(["en", "zh-CN"] as const)(
    "in %s names who must sign, each commit without an account, and how to fix it",
    (language) => {
      const { state, line, comment, commentWanted } = report(
        judged(mixed, { coverage: signedBy(carol), agreement: here }),
        {
          file: { language },
        },
      );
      expect({ state, commentWanted }).toEqual({ state: "failure", commentWanted: true });
      expect(`${line}\n\n${comment}`).toMatchSnapshot();
    },
  );

  it.each(["en", "zh-CN"] as const)("in %s tells the rest: waivers, employers, grace, doubt", (language) => {
    const coverage = new Map(signedBy(alice));
    if (bob.account !== null)
      coverage.set(bob.account, [{ version: "1.0", entity: "acme", from: null, until: null }]);
    if (carol.account !== null)
      coverage.set(carol.account, [{ version: "0.9", entity: null, from: null, until: null }]);
    const renewed = { ...here, effective: NOW - DAY, graceDays: 30 };
    const lines = [
      judged(mixed, { coverage, agreement: renewed, waived: new Set([sha("a"), sha("b")]) }),
      judged(pull(alice, [], { gaps: ["no-commits"] }), { coverage }),
      judged(mixed, { coverage: null }),
      judged(mixed, { exemption: "lines" }),
      { ...judged(pull(alice, [commit(sha("a"), alice)]), { coverage }), blockedByAnother: true } as Finding,
      { kind: "uncovered" } as const,
      {
        kind: "policy-broken",
        path: ".github/cla.yml",
        problems: [{ file: ".github/cla.yml", line: 3, field: "require", message: "there is no such key" }],
      } as const,
    ].map((finding) => {
      const { state, line, comment } = report(finding, { file: { language } });
      return `${state}: ${line}\n${comment}`;
    });
    expect(lines.join("\n\n=====\n\n")).toMatchSnapshot();
  });

  it("never has a line that GitHub would refuse, and the line names nobody", () => {
    const long = { ...agreement, id: "x".repeat(32), version: "1".repeat(32) };
    const crowd = Array.from({ length: 300 }, (_, n) =>
      commit(n.toString(16).padStart(40, "0"), person(n + 10)),
    );
    const { line } = report(judged(pull(alice, [...crowd, ...mixed.commits]), { agreement: long }));
    expect(line.length).toBeLessThanOrEqual(LINE_LIMIT);
    expect(line).not.toMatch(/alice|bob|user-|example\.com/);
  });

  it("counts what does not fit in its lists", () => {
    const crowd = Array.from({ length: 300 }, (_, n) =>
      commit(n.toString(16).padStart(40, "0"), person(n + 10)),
    );
    const { comment } = report(judged(pull(alice, crowd)));
    expect(comment).toContain("and 281 more");
    expect(comment?.length).toBeLessThan(10_000);
  });

  it("is answered in Chinese where the title is, or the host", () => {
    const chinese = pull(alice, [], { title: "修正错别字" });
    expect(languageOf(policy(), chinese, capabilities)).toBe("zh-CN");
    expect(languageOf(policy(), mixed, { ...capabilities, language: "zh-CN" })).toBe("zh-CN");
    expect(languageOf(policy({ language: "en" }), chinese, capabilities)).toBe("en");
    expect(languageOf(policy(), mixed, capabilities)).toBe("en");
  });

  it.each([
    ["修正错别字", "zh-CN"],
    ["修复 README 中的错别字和链接问题", "zh-CN"],
    ["修复 continuous-integration", "en"],
    ["修复登录页面中的错别字 in README", "zh-CN"],
    ["Fix 错别字", "en"],
    ["修改", "zh-CN"],
    ["修改 #12：更新 2026 年的文档！", "zh-CN"],
    ["誤字を修正", "en"],
    ["ドキュメント修正", "en"],
    ["ﾄﾞｷｭﾒﾝﾄ修正", "en"],
    ["日本語文書修正文書追加の", "en"],
    ["오타 수정", "en"],
    ["韓國語 文書 修正 및", "en"],
    ["ㄅㄆㄇ", "en"],
    ["Исправить 错", "en"],
    ["", "en"],
    ["123 🎉", "en"],
  ] as const)("of a pull request on GitHub called %j is in %s", (title, language) => {
    expect(languageOf(policy(), pull(alice, [], { title }), capabilities)).toBe(language);
  });

  it("writes no comment where the policy wants none, and always one where it wants one", () => {
    const unsigned = judged(mixed);
    expect(report(unsigned, { file: { comment: "never" } }).comment).toBeNull();
    const signed = judged(pull(alice, [commit(sha("a"), alice)]), { coverage: signedBy(alice) });
    expect(report(signed, { file: { comment: "always" } }).commentWanted).toBe(true);
  });

  it("tells doubt in a comment where the host has no statuses", () => {
    const doubtful = judged(pull(alice, [], { gaps: ["no-commits"] }), { coverage: signedBy(alice) });
    expect(report(doubtful).commentWanted).toBe(false);
    expect(report(doubtful, { capabilities: { statuses: false } }).commentWanted).toBe(true);
  });

  it("answers a refused comment where nothing else needs a comment, unless anyone may write such a comment", () => {
    const doubtful = judged(pull(alice, [], { gaps: ["too-large"] }), { coverage: signedBy(alice) });
    const wanted = (...abouts: ShownNotice["about"][]): boolean =>
      reportOf(doubtful, pull(alice, []), {
        policy: policy(),
        capabilities,
        publicUrl: "https://cla.example.com",
        notices: abouts.map((about) => ({ about, commits: [], login: "bob" })),
      }).commentWanted;
    expect(wanted()).toBe(false);
    expect(wanted("waive-not-maintainer")).toBe(false);
    expect(wanted("waive-not-maintainer", "waive-unknown")).toBe(true);
  });
});

it.each([
  ["en", "Everyone who must sign", "blocks the merge", "has signed", "To fix this"],
  ["zh-CN", "必须签署的人", "不影响合并", "所有参与者均已签署", "均可解决"],
] as const)(
  "a co-author who is only asked to sign is not said to have signed, nor to block anything, in %s",
  (language, signed, harmless, ...wrong) => {
    const pullRequest = pull(alice, [commit(sha("a"), alice, { coauthors: [stranger({ name: "Eve" })] })]);
    const file: PolicyFile = { language, require: { coauthors: "warn" } };
    const finding = judged(pullRequest, { coverage: signedBy(alice), policy: policy(file) });
    const { state, comment } = report(finding, {
      file,
      capabilities: { resolvesCoauthors: false, ownDomain: "gitee.com" },
    });
    expect(state).toBe("success");
    for (const words of [signed, harmless, "user.noreply.gitee.com"]) expect(comment).toContain(words);
    for (const words of wrong) expect(comment).not.toContain(words);
  },
);

it.each([
  ["en", "To sign it, post a comment", "Or post"],
  ["zh-CN", "签署方法：发表一条评论", "或者发表"],
] as const)(
  "the comment offers no alternative where people sign by comment only, in %s",
  (language, only, or) => {
    const finding = judged(pull(alice, [commit(sha("a"), alice)]), {
      agreement: { ...here, sign: ["comment"] },
    });
    const { comment } = report(finding, { file: { language } });
    expect(comment).toContain(only);
    expect(comment).not.toContain(or);
  },
);
