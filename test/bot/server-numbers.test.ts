import { generateKeyPairSync } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { accountOf } from "../../src/account.ts";
import { readEnvironment } from "../../src/bot/environment.ts";
import { openEngine } from "../../src/bot/open.ts";
import { run } from "../whole-way/scene.ts";

const { privateKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
});

it("a database of one server's account numbers is refused to another, by the bot and by its commands", async () => {
  const folder = await mkdtemp(join(tmpdir(), "countersign-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const variables = {
    DATABASE_URL: `file:${join(folder, "countersign.db")}`,
    COUNTERSIGN_CONFIG: join(folder, "none.yml"),
    APP_ID: "7",
    PRIVATE_KEY: privateKey,
    WEBHOOK_SECRET: "a secret that only tests know",
  };
  const open = async (more: object): Promise<void> =>
    (await openEngine(readEnvironment({ ...variables, ...more }, false))).close();
  const sign = async (host: "github" | "gitee", more: object): Promise<void> => {
    const engine = await openEngine(readEnvironment({ ...variables, ...more }, false));
    const row = { account: accountOf(host, 7), agreement: "icla", version: "1.0", signedAt: 1, entity: null };
    await engine.signatures.sign([[row]], { evidence: "import" });
    await engine.close();
  };
  // As long as no number was stored, the name may have been a typing error.
  await open({ GHE_HOST: "gihtub.example.com" });
  await sign("github", { GHE_HOST: "github.example.com" });
  await open({ GHE_HOST: "github.example.com:8443" });
  for (const other of [{}, { GHE_HOST: "github.example.org" }, { GHE_HOST: "octo.ghe.com" }])
    await expect(open(other)).rejects.toMatchObject({
      code: "refused",
      message: expect.stringMatching(/account numbers of github\.example\.com.*use another database/),
    });
  const gitee = { GITEE_TOKEN: "t", GITEE_WEBHOOK_SECRET: "s", GHE_HOST: "github.example.com" };
  await open(gitee);
  await sign("gitee", gitee);
  await expect(open({ ...gitee, GITEE_URL: "https://gitee.example.org" })).rejects.toThrow(
    /set GITEE_URL back/,
  );
  const ran = await run({ ...variables, GHE_HOST: "github.example.org" }, ["sweep"]);
  expect(ran.code).toBe(1);
});
