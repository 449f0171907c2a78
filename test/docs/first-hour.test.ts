import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { run, stageForTest, stateOf, csvOf } from "../whole-way/scene.ts";

const PAGE = readFileSync(new URL("../../docs/first-hour.md", import.meta.url), "utf8");

/** Every command of the page's shell blocks, in order. */
const COMMANDS = [...PAGE.matchAll(/```sh\n([\s\S]*?)```/g)]
  .flatMap(([, block = ""]) => block.split("\n"))
  .filter((line) => line !== "")
  .map((line) => line.replace(/^npx --no countersign /, "").split(" "));

it("every command of an admin's first hour works, in the order of the page", async () => {
  const stage = await stageForTest();
  const { github, folder, variables } = stage;
  const signer = github.user({ login: "carol" });
  const alice = github.user({ login: "alice" });
  const hello = github.repository({ owner: "octo", name: "hello" });
  github.installationFor(hello)?.acceptPermissions({ contents: "write" });
  const pull = hello.openPull({ opener: alice });
  stage.gitee.repository({ owner: "octo", name: "nihao" });
  await stage.settled();
  writeFileSync(join(folder, "signed.csv"), csvOf([signer]));
  const web =
    variables["GHE_PROTOCOL"] === undefined ? "" : `${variables["GHE_PROTOCOL"]}://${variables["GHE_HOST"]}`;

  const ran: string[] = [];
  for (const words of COMMANDS) {
    const [name = ""] = words;
    ran.push(name);
    // The stage has already started the bot.
    if (name === "serve") continue;
    const args = words.map((word) =>
      /\.(csv|db)$/.test(word) ? join(folder, word) : word.replace("https://github.com", web),
    );
    // doctor reports that only this machine reaches the bot; check reports somebody who has not signed.
    const expected = name === "doctor" || name === "check" ? 1 : 0;
    const { code, stdout, stderr } = await run(variables, args);
    if (code !== expected) throw new Error(`${args.join(" ")} exits ${code}: ${stderr}${stdout}`);
  }
  await stage.settled();
  expect(stateOf(pull)).toBe("failure");
  expect(ran).toEqual(expect.arrayContaining(["config", "doctor", "import", "check", "onboard", "backup"]));
});
