import { describe, expect, it } from "vitest";
import { readLogins } from "../../../src/http/pages/entity/login-list.ts";

describe("a list of logins for an employer's roster", () => {
  it.each([
    ["alice, bob;carol\tdave\n@erin、frank", "alice bob carol dave erin frank"],
    ['\uFEFF"Name","GitHub Username"\n"Alice A","alice"\n', "alice"],
    ["name,github\nAlice A,alice", "alice"],
    ["Handle;Team\nalice;core", "alice"],
    ["user_login\nalice", "alice"],
    ["姓名，用户名\n爱丽丝，alice", "alice"],
    ["GitHub 用户名\nalice", "alice"],
    ["bob\nname,login\nAlice A,alice", "bob alice"],
    ["https://github.com/alice www.github.com/bob/ github.com/carol", "alice bob carol"],
    ["ali\u200Bce\u200E", "alice"],
    ["github", "github"],
    ["alice\ngithub\nbob", "alice github bob"],
  ])("finds the logins of %j, and no other word", (text, logins) => {
    const list = readLogins(text, "github", "https://github.com/settings/emails");
    expect(list).toEqual({ accounts: [], logins: logins.split(" "), unknown: [] });
  });

  it.each([
    "https://gitee.com/alice",
    "https://github.com/octo/widget",
    "https://github.com.evil.example/alice",
    "a@b.c",
  ])("takes no login from %s", (text) => {
    const list = readLogins(text, "github", "https://github.com/settings/emails");
    expect(list).toEqual({ accounts: [], logins: [], unknown: [text] });
  });
});
