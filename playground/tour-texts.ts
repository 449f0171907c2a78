/** The words of the tour in the terminal. */
import type { Language } from "./site/texts/index.ts";

export const CHAPTER_NAMES = ["unsigned", "import", "login", "comment", "waiver", "loss"] as const;
export type ChapterName = (typeof CHAPTER_NAMES)[number];

interface Chapter {
  readonly tells: string;
  /** The statement that is shown once it holds on both hosts. */
  readonly proves: string;
}

export interface TourTexts {
  readonly intro: readonly string[];
  readonly reads: (host: string) => string;
  readonly shown: string;
  readonly chapters: Readonly<Record<ChapterName, Chapter>>;
  readonly story: { readonly tells: (seed: number) => string; readonly proves: string };
  readonly titles: Readonly<Record<"hello" | "rita" | "rio" | "greet" | "typo" | "down", string>>;
}

const en: TourTexts = {
  intro: [
    "Countersign checks that every account behind a pull request has signed the contributor license agreement.",
    "This tour runs the real bot between a simulated GitHub and a simulated Gitee, on this machine only.",
  ],
  reads: (host) => `What she reads on ${host}:`,
  shown: "Shown on GitHub and on Gitee:",
  chapters: {
    unsigned: {
      tells: "Una has not signed. She opens a pull request on each host.",
      proves: "a pull request without a signature is red, and one comment says what to do",
    },
    import: {
      tells: "An admin loads signed agreements: a file with account numbers, and no webhook.",
      proves: "an import turns waiting pull requests green by itself",
    },
    login: {
      tells:
        "Rita signed when her login was rio. Somebody else has that login now. Both open a pull request.",
      proves: "an account is the host's number: a login that changed hands proves nothing",
    },
    comment: {
      tells: "Cora opens a pull request and writes the sentence that the bot's comment gives.",
      proves: "a person signs by a comment",
    },
    waiver: {
      tells:
        "Sam has signed, but commits with an address that no account has. A maintainer waives that commit.",
      proves: "a commit without an account blocks, and a maintainer can waive exactly that commit",
    },
    loss: {
      tells:
        "The bot is killed. Una opens a pull request on each host, and the deliveries fail. The bot starts again.",
      proves: "deliveries that failed while the bot was down are recovered",
    },
  },
  story: {
    tells: (seed) => `The random story of seed ${seed}:`,
    proves: "after the random story, a fresh check of every open pull request finds the same verdicts",
  },
  titles: {
    hello: "Say hello in French",
    rita: "Rita's work",
    rio: "Work under Rita's old login",
    greet: "Greet by name",
    typo: "Fix a typo",
    down: "While the bot was down",
  },
};

const zhCN: TourTexts = {
  intro: [
    "Countersign 检查一个 Pull Request 涉及的每个账号是否都签署了贡献者许可协议（CLA）。",
    "本演示让真正的机器人在模拟的 GitHub 和模拟的 Gitee 之间运行，一切都只在本机进行。",
  ],
  reads: (host) => `她在 ${host} 上看到的评论：`,
  shown: "已在 GitHub 和 Gitee 上验证：",
  chapters: {
    unsigned: {
      tells: "Una 没有签署。她在两个平台各创建一个 Pull Request。",
      proves: "没有签署的 Pull Request 是红色的，并有一条评论说明该怎么做",
    },
    import: {
      tells: "管理员导入已签署的协议：文件里是账号编号，不需要任何 webhook。",
      proves: "导入之后，等待中的 Pull Request 自动变绿",
    },
    login: {
      tells: "Rita 签署时登录名是 rio，现在这个登录名属于别人。两人各创建一个 Pull Request。",
      proves: "认的是平台的账号编号：易主的登录名不能证明什么",
    },
    comment: {
      tells: "Cora 创建一个 Pull Request，并在评论里写下机器人给出的那句话。",
      proves: "可以用评论签署",
    },
    waiver: {
      tells: "Sam 已签署，但提交所用的邮箱没有对应账号。维护者放行该提交。",
      proves: "没有对应账号的提交会阻止合并，维护者可以只放行这一个提交",
    },
    loss: {
      tells: "机器人被强制终止。Una 在两个平台各创建一个 Pull Request，投递失败。随后机器人重新启动。",
      proves: "停机期间失败的投递会被补上",
    },
  },
  story: {
    tells: (seed) => `种子 ${seed} 的随机剧情：`,
    proves: "随机剧情之后，重新检查每个开启的 Pull Request，结论相同",
  },
  titles: {
    hello: "用法语问好",
    rita: "Rita 的改动",
    rio: "以 Rita 的旧登录名提交的改动",
    greet: "按名字问候",
    typo: "修正错别字",
    down: "停机期间的改动",
  },
};

export const TOUR_TEXTS: Readonly<Record<Language, TourTexts>> = { en, "zh-CN": zhCN };
