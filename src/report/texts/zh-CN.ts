import { problemZhCN } from "./problem-zh-CN.ts";
import type { Texts } from "./en.ts";

/** Every sentence of a status line and a comment, in simplified Chinese. */
export const zhCN: Texts = {
  problem: problemZhCN,
  line: {
    subject: (agreement, version) => `CLA ${agreement} ${version}：`,
    between: "；",
    accounts: (covered, all) => `${all} 个账号中 ${covered} 个已签署`,
    unlinked: (count) => `${count} 个提交未关联账号`,
    unanswered: (count) => `${count} 个账号暂时查不到结果`,
    waived: (count) => `${count} 个提交已由维护者放行`,
    grace: (date) => `请在 ${date} 前签署新版本`,
    lines: "改动很小，无需签署",
    paths: "所改动的文件无需签署",
    undecided: (reason) => `暂时无法判定：${reason}`,
    uncovered: "本仓库没有适用的协议",
    queue: (count) => `合并队列，共 ${count} 个提交`,
    shared: "另一个 head 相同的 Pull Request 尚未通过",
    queuePending: "合并队列尚未说明这里包含哪些 Pull Request",
    queueUnexplained: "合并队列没有说明这里包含哪些 Pull Request",
    queueUnread: "平台暂未返回该合并组的内容，将自动重试",
    queueRefused: "平台没有返回该合并组的内容，原因可用 countersign doctor 查看",
    mixedRuns: "另一个 Pull Request 的最新提交与此相同，而此服务器会混淆两者的检查结果；请推送一个新提交",
    noCheckRun: "应用无权写入检查结果，请授予 checks: write 权限",
  },
  doubt: {
    "no-commits": "平台没有返回任何提交",
    "list-cut": "平台没有返回全部提交",
    "count-differs": "平台返回的提交数少于其统计数",
    "opener-gone": "创建者的账号已不存在",
    "look-up-failed": "有一项查询失败，将自动重试",
    "lookup-unfinished": "涉及的人员较多，将分几次查询，每次至少间隔一分钟",
    continues: "机器人仍在查询，马上会有结果",
    "too-many-people": "涉及的人员超过单个 Pull Request 的查询上限，请拆分该 Pull Request",
    "too-large": "提交和共同作者的数量超过单个 Pull Request 的读取上限，请拆分该 Pull Request",
    "pull-unreadable": "平台无法返回此 Pull Request，分成小份也不行，请拆分该 Pull Request",
    "permission-missing": "应用缺少所需的权限，运行 countersign doctor 可查看缺少哪一项",
    "ip-not-allowed": "组织的 IP 允许列表中没有机器人的地址，请组织所有者添加",
    "sso-required": "组织的单点登录未放行此应用，请组织所有者批准",
    "repository-blocked": "平台已封禁或停用此仓库，请仓库所有者联系平台客服",
    "account-blocked": "仓库所有者屏蔽了机器人，请其解除屏蔽",
    "head-behind": "平台暂未返回最新的改动，将自动重试",
    database: "暂时读不到签署记录，将自动重试",
  },
  comment: {
    heading: "贡献者许可协议（CLA）",
    ask: (agreement) => `感谢您的贡献。合并之前，所有参与者都需要签署${agreement}。`,
    document: (link, version) => `《${link}》（版本 ${version}）`,
    note: (notes) => `（${notes}）`,
    and: "、",
    between: "；",
    after: "：",
    missing: "尚未签署",
    unanswered: "暂时查不到结果",
    roles: { opener: "创建者", author: "作者", coauthor: "共同作者", committer: "提交者" },
    commits: (shas, more) => `提交 ${shas}${more > 0 ? ` 等，另有 ${more} 个` : ""}`,
    more: (count) => `另有 ${count} 项`,
    outdated: "签署的是旧版本，已不再有效",
    warning: "已请求签署，但不强制",
    sign: "阅读并签署",
    signElsewhere: "前往项目网站阅读并签署",
    signByComment: "或者发表一条评论，只写这一句话：",
    signOnlyByComment: "签署方法：发表一条评论，只写这一句话：",
    texts: "协议文本：",
    text: (link, { binding, digest }) =>
      `${link}${binding ? "（以此为准）" : ""}${digest === null ? "" : `，SHA-256：${digest}`}`,
    sentence: (title, id, version) => `我已阅读《${title}》（${id} ${version}）并签署。`,
    unlinked: "未关联账号的提交",
    unlinkedWhy: (host) => `这些提交中的邮箱未关联任何 ${host} 账号，因此无法确认由谁签署。`,
    unlinkedCoauthorWhy: (host) => `${host} 不会将 \`Co-authored-by:\` 行关联到账号，因此无法确认由谁签署。`,
    unlinkedAuthor: "作者",
    unlinkedCoauthor: (name) => `共同作者 ${name}`,
    unlinkedCommitter: "提交者",
    fix: {
      intro: "以下任一方法均可解决：",
      link: (url) => `如果邮箱是您本人的，请[将其添加到您的账号](${url})，然后评论 \`/check-cla\`。`,
      author: (sha) =>
        `将其作者改为您本人：\`git rebase --interactive ${sha}^\`，把该提交标为 \`edit\`，再执行 \`git commit --amend --no-edit --reset-author\` 和 \`git rebase --continue\`，然后用 \`--force-with-lease\` 推送。`,
      introOptional: "这不影响合并。如果希望处理，可以任选以下一种方法：",
      coauthorOwnPull: (host) =>
        `${host} 不会说明 \`Co-authored-by:\` 一行对应哪个账号。共同作者可以把自己的部分单独提交为 Pull Request，在那里签署协议并评论 \`/check-cla\`；此处仍须从提交信息中删去该行。`,
      coauthorAddress: (domain) =>
        `在该行中改用共同作者的私密邮箱（\`编号+登录名@user.noreply.${domain}\`，可在其邮箱设置中查看）；共同作者签署后，此 Pull Request 会重新检查。`,
      coauthorRemove: (sha) =>
        `从提交信息中删去该行：\`git rebase --interactive ${sha}^\`，把该提交标为 \`reword\`，删除该行，再用 \`--force-with-lease\` 推送。`,
      coauthor: "如果是共同作者，请更正 `Co-authored-by:` 行中的邮箱；若其中的人无法签署，请删去该行。",
      waive: (sha) => `由维护者放行该提交：\`/cla waive ${sha} 理由\``,
      waiveEach: "由维护者发表评论放行，每个提交一行：",
    },
    automated: "机器人或编程助手的提交",
    automatedWhy: "机器人无法签署，而任何人都可以用它的邮箱提交，因此需要以下任一处理：",
    automatedFix: {
      opener: (account) =>
        `由维护者把创建此 Pull Request 的机器人加入策略文件的 \`exempt.accounts\`：${account}。此后它提交的任何内容都无需签署。`,
      coauthor: (sha) =>
        `如果机器人出现在 \`Co-authored-by:\` 行中，请删去该行：\`git rebase --interactive ${sha}^\`，把该提交标为 \`reword\`，删除该行，再用 \`--force-with-lease\` 推送。`,
      author: (sha) =>
        `如果您对该改动负责，请将其作者改为您本人：\`git rebase --interactive ${sha}^\`，把该提交标为 \`edit\`，再执行 \`git commit --amend --no-edit --reset-author\` 和 \`git rebase --continue\`，然后用 \`--force-with-lease\` 推送。`,
      policy: (account) =>
        `由维护者把该账号加入策略文件的 \`exempt.authors\`${account === "" ? "" : `：${account}`}。`,
    },
    merges: (who, shas) =>
      `${who} 将其他分支合并到了此 Pull Request（${shas}，例如通过“更新分支”），但尚未签署。解决方法：由 ${who} 签署；或由贡献者去掉该合并，以自己的身份重新合并或变基，再用 \`--force-with-lease\` 推送。`,
    somebody: "有人",
    reason: "理由",
    fullId: "完整的提交编号",
    notices: {
      "waive-short": (who, command) => `${who} 的放行无效：没有写完整的提交编号。请复制：${command}`,
      "waive-edited": (who, sha) => `${who} 对 ${sha} 的放行无效：评论被编辑过。请发表新评论。`,
      "waive-not-maintainer": (who, sha) => `${who} 对 ${sha} 的放行无效：只有仓库的维护者可以放行。`,
      "waive-linked": (who, sha) => `${who} 对 ${sha} 的放行无效：该提交已关联账号，须由该账号签署。`,
      "waive-bot": (who, sha) =>
        `${who} 对 ${sha} 的放行无效：该提交写明了机器人的账号，只有没有账号的提交可以放行。请由维护者把该账号加入策略文件的 \`exempt.authors\`，或由签署者本人成为作者。`,
      "waive-unknown": (who, sha) => `${who} 对 ${sha} 的放行无效：此 Pull Request 中没有该提交。`,
      "waive-marked": (who, sha) =>
        `${who} 对 ${sha} 的放行无效：命令写在列表或代码中。请以普通文本单独一行重新发表。`,
      "sign-edited": (who) => `${who} 的评论不算签署：评论被编辑过。请用新评论发表该句。`,
      "sign-other-words": (who) =>
        `${who} 的评论不算签署：内容与指定的句子不同，或者该句在引用或代码中。请发表一条只含该句的新评论。`,
      "sign-on-page": (who) => `${who} 的评论不算签署：此协议不能通过评论签署。请使用链接。`,
    },
    waived: (shas) => `维护者已放行 ${shas}。`,
    signed: (agreement) => `所有参与者均已签署${agreement}。谢谢！`,
    signedRequired: (agreement) => `所有必须签署的人均已签署${agreement}。谢谢！`,
    exempt: {
      lines: "此 Pull Request 改动很小，无需签署。",
      paths: "此 Pull Request 只涉及无需签署的文件。",
    },
    grace: (date, version) => `有人签署的是旧版本，它只在 ${date} 之前有效；请在此之前签署版本 ${version}。`,
    undecided: (reason) => `Countersign 暂时无法判定：${reason}。`,
    policyBroken: (path) => `策略文件 \`${path}\` 有误，修正之前无法判定：`,
    uncovered: "本仓库已没有适用的协议，因此不再检查。",
    shared: "另一个开启的 Pull Request 与此 head 提交相同，尚未通过。",
    again: "有人签署后会自动重新检查。评论 `/check-cla` 可立即检查。",
    details: "逐个提交查看",
    statusLimit: "平台不再接受此提交的状态更新，所显示的状态可能已过时。推送一个新提交即可获得新的状态。",
    staleCheck:
      "**请不要以此提交上可能存在的绿色检查项为准。** 它已过期，而平台不允许机器人替换。它对新提交无效，请推送一个新提交；管理员可运行 `countersign doctor` 查看缺少哪项权限。",
    redCheck:
      "**此提交上的红色检查项可能已过期**：该签的人都已签署，但平台不允许机器人替换它。仓库管理员可以直接合并，或运行 `countersign doctor` 查看缺少哪项权限。",
    refusedLabels: (signed, unsigned) =>
      `**此 Pull Request 的标签可能缺失或有误**：平台拒绝添加或移除 ${signed} 或 ${unsigned}。维护者可在策略文件的 \`labels\` 中换用其他名称（Gitee 要求 2 到 20 个字符），或为机器人账号授予修改标签的权限。`,
    missingCheck:
      "策略要求检查项，但机器人无法在本仓库写入。管理员可运行 `countersign doctor` 查看缺少什么。",
  },
};
