import { describe, expect, it } from "vitest";
import { plainLines } from "../../src/markdown/plain-text.ts";
import { askOf, commandsIn, MARKER, mayBeSignature } from "../../src/report/command.ts";

const commands = (body: string) => commandsIn(plainLines(body));
const FULL = "0123456789abcdef0123456789abcdef01234567";

describe("a command in a comment", () => {
  it.each([
    "/check-cla",
    "recheck",
    "/recheck",
    "  Recheck  ",
    "/CHECK-CLA\n",
    "Thanks!\r\n\r\n/check-cla\r\nbye",
    "**/check-cla**",
    "/check-cla\n-- \nBob",
    "```\nx\n```\nrecheck",
    "> quoted\n\n/check-cla",
    "a\n    /check-cla",
    "| a |\n|---|\n| b |\n\n/check-cla",
    "a[^1]\n\n[^1]: b\n\n/check-cla",
    "<details>x</details>\n\n/check-cla",
    "$$\nx\n$$\n/check-cla",
    "From: now on\n\n/check-cla",
    "/check-cla\n\nOn Mon, Jan 1, 2026 at 1:00 PM Alice Miller\n<alice@example.com> wrote:\n> hello",
    "/check-cla\n\nOn Mon, 1 Jan 2026, Alice wrote:\n> hello",
    "Map<String> is fixed\n\n/check-cla",
    "a vector<int>, std::map<a, b>\n\n/check-cla",
    "Option<String>\n/check-cla\n</String>",
    "<p align=center>\n\n/check-cla",
    "<div>\n\n/check-cla",
    "<b>not closed\n\n/check-cla",
    "<!-->\n\n/check-cla",
    "It costs $$ 5\n/check-cla",
    "As Alice wrote: yes\n/check-cla",
    "Since 2024 all is signed.\n/check-cla",
    "Please check again:\n\n/check-cla",
    "@bob, all 12 commits are fixed now:\n/check-cla",
    "--- please ---\n/check-cla",
    "[a\n/check-cla\n](https://example.com",
    "see [a](https://example.com)\n/check-cla",
  ])("asks for a new check: %j", (body) => expect(commands(body)).toEqual([{ kind: "recheck" }]));

  it.each([
    "",
    "please recheck this",
    "> /check-cla",
    "> quoted\n/check-cla",
    "```\n/check-cla\n```",
    "~~~sh\nrecheck\n~~~",
    "````\n```\n/check-cla\n```\n````",
    "~~~\n```\n/check-cla\n~~~",
    "```\n~~~\n/check-cla",
    "    /check-cla",
    "text\n\n\t/check-cla",
    "`/check-cla`",
    "~~/check-cla~~",
    "- /check-cla",
    "1. /check-cla",
    "# /check-cla",
    "<!-- /check-cla -->",
    "<!--\n/check-cla\n-->",
    "<!--\n\n/check-cla\n\n-->",
    "text <!--\n/check-cla\n--> text",
    "<div>\n<!--\n\n/check-cla\n\n-->\n</div>",
    "<pre>\n/check-cla\n</pre>",
    "<blockquote>\n\n/check-cla\n\n</blockquote>",
    "<details>\n\n/check-cla",
    "![a\n/check-cla\n](https://example.com/a.png)",
    "[a\n/check-cla\n](https://example.com)",
    '[a](https://example.com "\n/check-cla\n")',
    "![a](https://example.com/a.png\n'\n/check-cla\n')",
    "![a\n/check-cla\n][b]\n\n[b]: https://example.com/a.png",
    "On Mon, 1 Jan 2026, Alice <alice@example.com> wrote:\n\n/check-cla",
    "-----Original Message-----\n\n/check-cla",
    "在 2026年1月1日，Alice 写道：\n\n/check-cla",
    "On Mon, Jan 1, 2026 at 1:00 PM Alice Miller\n<alice@example.com> wrote:\n\n/check-cla",
    "Am Mo., 1. Jan. 2026 um 12:00 Uhr schrieb Alice <alice@example.com>:\n\n/check-cla",
    "Le lun. 1 janv. 2026 à 12:00, Alice a écrit :\n\n/check-cla",
    "Alice <alice@example.com> 于2026年1月1日周四 12:00写道：\n\n/check-cla",
    "2026年1月1日(木) 12:00 Alice <alice@example.com>:\n\n/check-cla",
    "From: Alice\nSent: Monday\nTo: Bob\nSubject: x\n\n/check-cla",
    "________________________________\nFrom: Alice\nDate: Monday\n\n/check-cla",
    "---------- Forwarded message ---------\n/check-cla",
    "Max <max@example.com> wrote:\n\n/check-cla",
    "Alice wrote:\n\n/check-cla",
    "Alice <a@example.com> schrieb am Do., 1. Jan. 2026, 12:00:\n\n/check-cla",
    "Op ma 1 jan 2026 om 12:00 schreef Alice <a@example.com>:\n\n/check-cla",
    "Den tors 1 jan. 2026 kl 12:00 skrev Alice:\n\n/check-cla",
    "czw., 1 sty 2026 o 12:00 Alice napisał(a):\n\n/check-cla",
    "чт, 1 янв. 2026 г. в 12:00, Alice пишет:\n\n/check-cla",
    "2026年1月1日(목) 12:00, Alice님이 작성:\n\n/check-cla",
    "差出人: Alice\n送信日時: Monday\n\n/check-cla",
    "发件人：Alice\n主题：x\n\n/check-cla",
    "From: Alice <a@example.com>\nSubject: hi\n\n/check-cla",
    "**From:** Alice\n**Sent:** Monday\n\n/check-cla",
    "On Mon, Jan 1, 2026 at 1:00 PM\nAlice Miller <\nalice@example.com>\nwrote:\n\n/check-cla",
    "W dniu 1.01.2024 o 10:00, Bob pisze:\n/check-cla",
    "Op 1-1-2024 om 10:00 heeft Bob geschreven:\n/check-cla",
    "Le 1/1/2024, Bob a dit :\n/check-cla",
    "Bob <b@example.com> writes:\n/check-cla",
    "Bob said:\n\n/check-cla",
    "Dňa 1. 1. 2024 o 10:00 Bob poslal:\n/check-cla",
    "2024년 1월 1일 Bob:\n/check-cla",
    "bob@example.com, 10:00:\n/check-cla",
    "Bob 说：\n/check-cla",
    "---- On Mon, 01 Jan 2026 12:00:00 +0800 Alice wrote ----\n\n/check-cla",
    "------------------ Original ------------------\n/check-cla",
    "------------------ 原始邮件 ------------------\n/check-cla",
    "Begin forwarded message:\n\n/check-cla",
    "$$ x\n/check-cla\n$$",
    "<blockquote>\n\n/check-cla",
    "<div>\n\n<code>\n\n/check-cla",
    "<!-- a <!--> -->\n<!--\n/check-cla",
    "a | b\n---|---\n/check-cla",
    "| a |\n|---|\n| /check-cla |",
    "a |\n:-:|\n/check-cla",
    "a[^1]\n\n[^1]: /check-cla",
    "a[^1]\n\n[^1]: b\n/check-cla",
    "[^1]:\n/check-cla",
    "$$\n/check-cla\n$$",
    "$/check-cla$",
    '[foo]: /url "\n/check-cla\n"',
    "[//]: # (/check-cla)",
    "> [!NOTE]\n> /check-cla",
    "- a\n  - b\n\n    /check-cla",
    "- a\n/check-cla",
    "- [ ] /check-cla",
    "> a\n> b\n/check-cla",
    "`a\n/check-cla\nb`",
    "<details><summary>x</summary>\n\n/check-cla\n\n</details>",
    "<script>\n/check-cla\n</script>",
    "<style>\n\n/check-cla\n\n</style>",
    "<template>\n\n/check-cla\n\n</template>",
    "<span hidden>/check-cla</span>",
    "<![CDATA[\n/check-cla\n]]>",
    "[/check-cla](https://example.com)",
    "/check-clad",
  ])("is not in %j", (body) => {
    expect(commands(body)).toEqual([]);
    expect(askOf(body, plainLines)).toBe("nothing");
  });

  it("is not in the bot's own comment", () => {
    expect(askOf(`${MARKER}\n\n/check-cla`, plainLines)).toBe("nothing");
  });

  it("waives a commit, with the reason given", () => {
    expect(commands(`/cla waive ${FULL.toUpperCase()} imported  from upstream `)).toEqual([
      { kind: "waive", sha: FULL, reason: "imported from upstream" },
    ]);
    expect(commands("/CLA  Waive abcdef1")).toEqual([{ kind: "waive", sha: "abcdef1", reason: "" }]);
  });

  it.each([
    `/cla waive ${FULL}: because`,
    `/cla waive ${FULL}, because`,
    `/cla waive: ${FULL} because`,
    `/cla waive https://github.com/o/r/commit/${FULL} because`,
    `/cla waive https://github.com/o/r/pull/1/commits/${FULL} because`,
  ])("waives a commit, as in %j", (body) => {
    expect(commands(body)).toEqual([{ kind: "waive", sha: FULL, reason: "because" }]);
  });

  it.each(["/cla waive", "/cla waive abc", `/cla waive \`${FULL}\``, `/cla waive ${FULL.slice(1)}g`])(
    "that waives no commit that can be read is answered: %j",
    (body) => {
      expect(commands(body)).toEqual([{ kind: "waive", sha: "", reason: "" }]);
      expect(askOf(body, plainLines)).toBe("read");
    },
  );

  it.each([3_000, 9_000, 60_000])("is read up to 2 kB of its line, with a reason of %i letters", (length) => {
    const [waiver, ...others] = commands(`/cla waive ${FULL} ${"x".repeat(length)}`);
    expect([waiver?.kind === "waive" && waiver.sha, others]).toEqual([FULL, []]);
    expect(commands(`/check-cla${" ".repeat(length)}not`)).toEqual([]);
    expect(commands(`${"x".repeat(length)}\n\n/check-cla`)).toEqual([{ kind: "recheck" }]);
  });

  it("is obeyed beside the others of its comment, in order", () => {
    expect(
      commands(`recheck\n\n/cla waive ${FULL}\n/cla waive abcdef1 x\nrecheck`).map(({ kind }) => kind),
    ).toEqual(["recheck", "waive", "waive", "recheck"]);
  });

  it("is obeyed for every commit that is named, however many there are", () => {
    const ids = Array.from({ length: 200 }, (_, index) => String(index).padStart(40, "a"));
    const waived = commands(ids.map((id) => `/cla waive ${id} known`).join("\n\n"));
    expect(waived.map((one) => (one.kind === "waive" ? one.sha : ""))).toEqual(ids);
  });

  it("needs the comment read unless it only asks for a check", () => {
    expect(askOf("recheck", plainLines)).toBe("check");
    expect(askOf(`recheck\n/cla waive ${FULL}`, plainLines)).toBe("read");
    expect(askOf("> I have read the CLA and I sign it", plainLines)).toBe("read");
  });

  it.each([
    "I have read the CLA and I sign it",
    "我已阅读并签署",
    "I hereby sign",
    "> i HAVE  read",
    "I've read the CLA and sign it",
    "I’ve read it",
    "I have carefully read the ICLA (icla 1.0) and I accept it",
    "I, Bob, have read the ICLA and sign it",
    "I read the ICLA (icla 1.0) and sign it",
    "We have read the ICLA and we sign it",
    "I do hereby sign the CLA",
    "我已閱讀《ICLA》並簽署",
    "我已经阅读《ICLA》，同意签署",
    "本人已阅读",
    "I **have** read the ICLA (icla 1.0) and **I** sign it.",
    "***I*** have read the ICLA and ***I*** sign it.",
    "I&nbsp;have read the ICLA",
    "**我已**阅读《ICLA》（icla 1.0）并**签署**。",
    "I signed it!",
    "I signed the CLA",
    "I have signed",
    "I've already signed.",
    "Signed!",
    "I agree with the CLA",
    "I accept the terms",
    "Read the ICLA (icla 1.0) and sign it",
    "I have reed the ICLA (icla 1.0) and I sing it.",
    "我同意本协议",
    "已签署",
    "CLA signed",
    "The CLA is signed.",
    "Done, signed the CLA!",
    "read and signed",
    "just signed it",
    "I did sign it",
    "我签了",
    "已签",
    "Signed it :)",
    "Signed 👍",
    "ive signed it",
    "I accept it.",
    "I hereby consent",
    "I agree",
    "我同意。",
    "确认签署",
    "我确认签署该协议",
    "我愿意签署",
    "CLA 已签署",
    "协议已签",
    "签好了！",
    "已完成签署",
  ])("%j may be meant as a signature", (body) => {
    expect(mayBeSignature(body, plainLines(body), { id: "icla", version: "1.0" })).toBe(true);
    expect(askOf(body, plainLines)).toBe("read");
  });

  it("that names an agreement may be meant as a signature of that agreement only", () => {
    const body = "Read the other CLA (ccla 2.0)";
    expect(mayBeSignature(body, plainLines(body))).toBe(true);
    expect(mayBeSignature(body, plainLines(body), { id: "icla", version: "1.0" })).toBe(false);
  });

  it.each([
    "I had read it",
    "I have reading to do",
    "I read the code",
    "We agree to the design",
    "I agree with the review",
    "I signed the commits",
    "signed the release",
    "the CLA is not signed",
    "who has signed?",
    "签名错误",
    "I agree\n\nThis needs a test.",
    "我同意你的修改",
    "请签署",
    "签署后合并",
    "I accept your suggestion",
    "I've signed off all of them",
    "I signed in and it works",
    "Has he signed?",
    "我同意这个修改",
    "If you have **I** think",
  ])("%j is not meant as a signature", (body) => expect(mayBeSignature(body, plainLines(body))).toBe(false));

  it.each([
    ["comments", "<!--"],
    ["brackets", "["],
    ["stars", "*a **b "],
    ["backticks", "`` ` "],
    ["quotes", ">"],
    ["lists", "- "],
    ["tags", "<a "],
    ["spaces", "/cla waive  "],
    ["strikes", "~~a"],
    ["elements", "<b><x>"],
    ["end tags", "<b></i>"],
    ["introductions", "On 1 <a@b> wrote "],
    ["formulas", "$$\n"],
  ])("is looked for in a time linear in the length of %s", (_, piece) => {
    const time = (length: number): number => {
      const paragraph = `${piece.repeat(Math.ceil(3_998 / piece.length)).slice(0, 3_998)}\n\n`;
      const body = paragraph.repeat(length / 4_000);
      const times = [1, 2, 3, 4, 5].map(() => {
        const start = process.threadCpuUsage();
        askOf(body, plainLines);
        const { user, system } = process.threadCpuUsage(start);
        return (user + system) / 1_000;
      });
      return Math.min(...times);
    };
    time(4_000);
    expect(time(64_000)).toBeLessThan(100 + 12 * time(16_000));
  });
});
