import type { error as errorEn, signIn as signInEn, site as siteEn } from "../en/site.ts";

/** What every page has, and the pages that say what is wrong. */
export const site: typeof siteEn = {
  name: "贡献者协议",
  skip: "跳到正文",
  languages: "语言",
  account: "我的数据",
  privacy: "隐私",
  contact: "联系方式",
  signIn: (host) => `使用 ${host} 登录`,
  signOut: "退出登录",
  signedInAs: (login) => `已登录：${login}`,
  numbered: (host, number) => `${host} 账号 ${number}`,
  navigation: "站点导航",
  version: (version) => `版本 ${version}`,
  cancel: "取消",
  home: "这里的项目要求贡献者签署以下协议。",
  colon: "：",
};

export const signIn: typeof signInEn = {
  failed: "登录未成功",
  declined: "登录已取消，或平台未予确认。没有保存任何内容。",
  expired: "登录超时，或是在另一个浏览器中发起的。请重新登录。",
  again: "重新登录",
};

export const error: typeof errorEn = {
  notFound: "此地址没有内容",
  notFoundMore: "页面可能已移动，或链接不完整。",
  pullNotFound: "没有这个 Pull Request，或您无权查看",
  pullNotFoundMore: "它不存在、其仓库没有适用的协议，或者是私有的。如果是私有的，请用有权查看的账号登录。",
  pullNotYours: "如果是私有的，则您当前登录的账号无权查看。",
  stale: "此表单已过期",
  staleMore: "没有执行任何操作。请返回并重新载入页面，然后再次提交。",
  tooMany: "请求过于频繁",
  tooManyMore: "请稍候一分钟再试。",
  busy: "访问量较大",
  busyMore: (seconds) => `当前查看的人较多，请在 ${seconds} 秒后重试。`,
  busyLast: (seconds) => `当前访问量较大，以下是最近一次读取的结果。请在 ${seconds} 秒后重试。`,
  host: "平台没有响应",
  hostMore: "暂时无法读取您请求的内容，请稍候一分钟再试。",
  bug: "出错了",
  bugMore: "问题已记入日志，管理者可以看到。请重试。",
  tooLarge: "表单内容过大",
  tooLargeMore: "请减少一次提交的内容。",
  method: "此地址不支持该操作",
  methodMore: "请使用页面上的链接和按钮。",
};
