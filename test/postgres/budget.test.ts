import { describe, expect, it, onTestFinished } from "vitest";
import { connectGitHub } from "../../src/github/traffic/client.ts";
import { DOCUMENTED_LIMITS } from "../../src/github/traffic/limits.ts";
import { enterpriseServer } from "../../src/github/traffic/server.ts";
import { SimulatedGitHub } from "../../playground/github/simulated-github.ts";
import { NO_SERVER, useServer } from "./server.ts";
import { openStore } from "./store.ts";

/** Fewer than GitHub allows, so that the test is quick. */
const COMMENTS_A_MINUTE = 12;

describe.skipIf(NO_SERVER !== null)("three bots on one database", () => {
  const server = useServer("system");

  it("spend one budget of an installation, and the next process goes on with what they left", async () => {
    const store = await openStore(server, Date.now);
    onTestFinished(() => store.remove());
    const github = await SimulatedGitHub.start({});
    onTestFinished(() => github.stop());
    const alice = github.user({ login: "alice" });
    const pull = github.repository({ owner: "octo", name: "hello" }).openPull({ opener: alice });
    const installation = github.installationFor(pull.repository)?.id ?? null;
    const start = async () => {
      const { spending } = await store.open();
      const client = connectGitHub({
        appId: github.app.id,
        privateKey: github.privateKey ?? "",
        webhookSecret: github.webhookSecret,
        server: enterpriseServer(github.host, "http"),
        limits: { ...DOCUMENTED_LIMITS, contentPerMinute: COMMENTS_A_MINUTE },
        spending,
      });
      return (body: string) =>
        client.rest(installation, "POST /repos/{owner}/{repo}/issues/{issue_number}/comments", {
          owner: "octo",
          repo: "hello",
          issue_number: pull.number,
          body,
        });
    };
    const bots = await Promise.all([start(), start(), start()]);
    const asked = Array.from({ length: 6 }, (_, at) => bots.map((comment) => comment(`${at}`))).flat();
    const ended = await Promise.allSettled(asked);
    const refused = ended.flatMap((one) =>
      one.status === "rejected" ? [(one.reason as { code: string }).code] : [],
    );
    expect(refused).toEqual(Array(18 - COMMENTS_A_MINUTE).fill("paced"));
    const restarted = await start();
    await expect(restarted("more")).rejects.toMatchObject({ code: "paced" });
    expect(pull.comments).toHaveLength(COMMENTS_A_MINUTE);
  });
});
