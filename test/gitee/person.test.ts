import { expect, it } from "vitest";
import { coauthorsOf, privateAddress } from "../../src/gitee/read/person.ts";

it.each([
  ["https://gitee.com", "103+alice@user.noreply.gitee.com", true],
  ["https://gitee.com/", "103+alice@USER.NOREPLY.GITEE.COM", true],
  ["https://www.gitee.com", "103+alice@user.noreply.gitee.com", true],
  ["https://git.example.com:8443", "103+alice@user.noreply.git.example.com", true],
  ["http://127.0.0.1:4000", "103+alice@user.noreply.gitee.com", true],
  ["https://git.example.com", "103+alice@user.noreply.gitee.com", false],
  ["https://git.example.com", "103+alice@user.noreply.example.com", false],
  ["https://gitee.com", "103+alice@user.noreply.git.example.com", false],
  ["https://gitee.com", "103+alice@user.noreply.gitee.com.example.com", false],
  ["https://gitee.com", "103+alice@x.user.noreply.gitee.com", false],
  ["https://gitee.com", "103+alice@users.noreply.github.com", false],
  ["https://gitee.com", "0103+alice@user.noreply.gitee.com", false],
])("On %s, a number counts in %s: %s", (server, email, counts) => {
  const read = privateAddress(email, server);
  expect(read).toEqual(counts ? { account: "gitee:103", login: "alice" } : null);
  const [person] = coauthorsOf(`x\n\nCo-authored-by: Alice <${email}>`, server);
  expect(person?.claimed).toEqual(counts ? { account: "gitee:103", by: "number" } : null);
});
