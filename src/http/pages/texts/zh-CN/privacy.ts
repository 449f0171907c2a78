import type { privacy as en } from "../en/privacy.ts";

const period = (days: number): string => (days % 365 === 0 ? `${days / 365} 年` : `${days} 天`);

const titles = (agreements: readonly string[]): string =>
  agreements.map((title) => `《${title}》`).join("、");

export const privacy: typeof en = {
  heading: "隐私",
  intro: (name) => `本站及其机器人由 ${name} 运营。本页说明处理哪些数据、为何处理以及保存多久。`,
  controller: "谁对数据负责",
  contact: "联系方式",
  address: "地址",
  missing: "管理者尚未提供此项信息。",
  purpose: "目的",
  purposeMore: "判断每个 Pull Request 涉及的所有账号是否都已签署项目的贡献者许可协议，并能在日后证明这一点。",
  legalBasis: "法律依据",
  agreements: "协议",
  kept: "保存的内容",
  what: "内容",
  goes: "保存至",
  rows: ({ ended, closedPull, tombstone, audit }) => [
    [
      "签署记录：您账号所在的平台和编号、协议、版本及文本摘要、时间、签署方式；如由企业统一签署，还包括企业标识",
      `您删除数据为止；已撤回的在撤回后保存 ${period(ended)}，用以证明此前的贡献`,
    ],
    ["企业成员名单中的条目：账号编号、起止时间", `结束后 ${period(ended)}，或您删除数据为止`],
    ["您限制处理的状态及起始时间", "您解除限制或删除数据"],
    ["向管理者提出的请求：类型、协议和时间", "处理完毕"],
    ["代表企业签署的申请：企业名称、协议、时间和您的账号编号", "管理者批准或拒绝，或您删除数据为止"],
    [
      "开启的 Pull Request：仓库编号、Pull Request 编号、head 提交、最近一次判定，以及参与者账号编号所属的分组（每组为 256 分之一）；不涉及具体个人",
      `关闭后 ${period(closedPull)}；分组信息在关闭时即删除`,
    ],
    [
      "如果您是维护者并放行过某个提交：仓库、提交、您的账号编号和时间",
      "您删除数据为止；此后放行仍然有效，但不再与您关联",
    ],
    ["您管理某企业成员名单这一事实", "管理者终止该管理权，或您删除数据为止"],
    ["在本站的登录：随机数的哈希值、您的账号编号", "您退出登录，或半小时期满后数分钟内"],
    ["删除之后：您账号编号的加密哈希值，防止旧文件将数据恢复", period(tombstone)],
    ["操作记录：操作内容、时间及加盐标签；数据删除后，该标签不再指向您", period(audit)],
  ],
  not: "不保存的内容",
  notList: [
    "不保存姓名、登录名、邮箱和头像。这些信息仅在显示时从平台读取，不会保存。",
    "不保存 IP 地址，日志中也没有；不统计访客。",
    "不保存访问令牌。登录所得的令牌只用一次，用于获取账号编号；平台支持时随即撤销。",
    "除上述情形外，不保存任何人的信息：谁创建了 Pull Request、谁编写了提交，都不会保存。",
  ],
  cookie: "唯一的 Cookie",
  cookieMore:
    "在您登录过程中及登录后，它保存一个随机数，有效 30 分钟。它没有其他用途，因此无需征求您的同意。本站不加载其他网站的任何内容。",
  hosts: "数据来源",
  hostsMore: (hosts) =>
    `当 Pull Request 有变动，或有人查看其页面时，本站从 ${hosts.join(" 和 ")} 读取 Pull Request、提交和账号信息。平台按其自身条款处理这些数据。`,
  rights: "您的权利",
  rightsAtOnce: "您可以随时自行查看、下载、限制处理和删除与您有关的数据，立即生效。",
  comma: "，",
  withdrawSelf: (agreements) => `您可以自行撤回对${titles(agreements)}的签署，立即生效。`,
  withdrawAsk: (agreements) => `您可以请求撤回对${titles(agreements)}的签署，由管理者决定。`,
  rightsRequest: "更正数据需向管理者提出请求。",
  rightsWhere: "以上操作均在此页面进行：",
  complain: "投诉",
  complainMore: "您可以向监管机构投诉：",
};
