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

it.each([
  ["Bob Builder <bob@x.example>", "Bob Builder", "bob@x.example"],
  ["<bob@x.example>", null, "bob@x.example"],
  ["bob@x.example", null, "bob@x.example"],
  ["Bob bob@x.example", "Bob", "bob@x.example"],
  ["Bob (bob@x.example)", "Bob", "bob@x.example"],
  ["Bob <bob@x.example> (text)", "Bob (text)", "bob@x.example"],
  ["bob@x.example <bob@y.example>", null, "bob@y.example"],
  ["Bob <bob@x.example> <b>", "Bob <b>", "bob@x.example"],
  ["Eve <e> @root #7 <e@x.example>", "Eve <e> @root #7", "e@x.example"],
  ["Bob <bob>", "Bob", "bob"],
  ["Bob", "Bob", null],
])("A co-author's line %j has the name %j", (line, name, email) => {
  const [person] = coauthorsOf(`x\n\nCo-authored-by: ${line}`, "https://gitee.com");
  expect(person).toMatchObject({ name, email });
});

it.each([
  ["Eve <7+eve@user.noreply.gitee.com>, Bob <8+bob@user.noreply.gitee.com>", ["Eve gitee:7", "Bob gitee:8"]],
  [
    "王小明 <7+wang@user.noreply.gitee.com>、Bob <bob@x.example>； <eve@x.example>",
    ["王小明 gitee:7", "Bob", ""],
  ],
  ["Eve <7+eve@user.noreply.gitee.com>, with thanks", ["Eve , with thanks gitee:7"]],
  ["Bob, Builder <bob@x.example>", ["Bob, Builder"]],
])("Of the people in one co-author's line %j none is left out", (line, people) => {
  const found = coauthorsOf(`x\n\nCo-authored-by: ${line}`, "https://gitee.com");
  expect(found.map(({ name, claimed }) => `${name ?? ""} ${claimed?.account ?? ""}`.trim())).toEqual(people);
});

it("A private address without angle brackets names its account", () => {
  const message = "x\n\nCo-authored-by: Alice 103+alice@user.noreply.gitee.com";
  const [person] = coauthorsOf(message, "https://gitee.com");
  expect(person?.claimed).toEqual({ account: "gitee:103", by: "number" });
});
