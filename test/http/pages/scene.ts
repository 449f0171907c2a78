import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import type { Account, HostName } from "../../../src/account.ts";
import type { Agreement } from "../../../src/records/agreement.ts";
import { checkDocuments } from "../../../src/bot/documents.ts";
import { openPages, type PagesSettings } from "../../../src/bot/pages.ts";
import { giteeHost } from "../../../src/gitee/host.ts";
import { giteeSignIn } from "../../../src/gitee/sign-in.ts";
import { giteeWebhooks } from "../../../src/gitee/traffic/webhook.ts";
import { connectGitHub } from "../../../src/github/traffic/client.ts";
import { gitHubHost } from "../../../src/github/host.ts";
import type { Limits } from "../../../src/github/traffic/limits.ts";
import { enterpriseServer } from "../../../src/github/traffic/server.ts";
import { githubSignIn } from "../../../src/github/sign-in.ts";
import { gitHubWebhooks } from "../../../src/github/traffic/webhook.ts";
import type { Host } from "../../../src/ports/host.ts";
import { onFirstVisit } from "../../../src/http/on-first-visit.ts";
import { IDLE_SOURCES } from "../metric-sources.ts";
import { createMetrics } from "../../../src/http/metrics.ts";
import { startServer } from "../../../src/http/server.ts";
import { SimulatedGitee } from "../../../playground/gitee/simulated-gitee.ts";
import { SimulatedGitHub } from "../../../playground/github/simulated-github.ts";
import { PolicyFile } from "../../../src/verdict/policy.ts";
import { openSqlite } from "../../../src/sqlite/open.ts";
import { work } from "../../../src/check/work.ts";
import { readYaml } from "../../../src/yaml/read.ts";
import { freePort } from "../../../playground/free-port.ts";

export const DOCUMENT = `# Individual agreement

This is **the agreement** between you and the foundation. <script>alert("raw")</script>

## 1. Definitions

“Contribution” means any work that you *intentionally* submit, see [the policy](https://example.org/policy).
[Not a link](javascript:alert(1)) ![no picture](https://elsewhere.example/pixel.png)

1. You grant a copyright license.
2. You grant a patent license.

## 2. Table

| Term | Meaning |
|---|---|
| You  | the person who signs |
`;

const AGREEMENT: Agreement = {
  id: "icla",
  title: "Individual Contributor License Agreement",
  version: "1.0",
  url: null,
  document: null,
  repositories: ["github:octo/*", "gitee:octo/*"],
  accepts: [],
  graceDays: 30,
  effective: Date.UTC(2026, 0, 1),
  sign: ["page"],
  withdrawal: "self",
};

/** An agreement in addition to the scene's own, with its documents by name. */
export type FurtherAgreement = Partial<Agreement> & { readonly files: Readonly<Record<string, string>> };

/** The whole bot with its pages, on a real database, against a simulated GitHub and Gitee over HTTP. */
export async function openScene(
  changes: Partial<Agreement> = {},
  settings: Partial<PagesSettings> & { readonly policy?: PolicyFile; readonly limits?: Limits } = {},
  more: readonly FurtherAgreement[] = [],
) {
  const folder = await mkdtemp(join(tmpdir(), "countersign-pages-"));
  const document = join(folder, "icla.md");
  await writeFile(document, DOCUMENT);
  const file = join(folder, "countersign.db");
  const engine = await openSqlite(file);
  const client = { clientId: "client", clientSecret: "client-secret" };
  const gitee = await SimulatedGitee.start({ token: "the-bots-token", webhookSecret: "s3cret", ...client });
  const github = await SimulatedGitHub.start({ webhookSecret: "s3cret", ...client });
  const lines: string[] = [];
  const log = pino({ level: "trace" }, { write: (line: string) => void lines.push(line) });
  const agreements: Agreement[] = [{ ...AGREEMENT, document, ...changes }];
  for (const { files, texts = [], ...further } of more) {
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
    const placed = texts.map((text) => ({ ...text, document: join(folder, text.document ?? "") }));
    agreements.push({ ...AGREEMENT, document: placed[0]?.document ?? null, ...further, texts: placed });
  }
  await checkDocuments(engine, agreements);
  const giteeAdapter = giteeHost({
    url: gitee.url,
    token: "the-bots-token",
    now: Date.now,
    agreements,
    publicUrl: "https://cla.example.com",
  });
  const server = enterpriseServer(github.host, "http");
  const githubClient = connectGitHub({
    appId: github.app.id,
    privateKey: github.privateKey ?? "",
    webhookSecret: "s3cret",
    server,
    ...(settings.limits === undefined ? {} : { limits: settings.limits }),
  });
  const githubAdapter = gitHubHost(githubClient);
  // The pages must know their own address before the server listens on it.
  const port = await freePort();
  const world = {
    engine,
    hosts: new Map<HostName, Host>([
      ["github", githubAdapter],
      ["gitee", giteeAdapter],
    ]),
    agreements,
    policy: settings.policy ?? {},
    parsePolicy: (text: string, path: string) => readYaml(text, PolicyFile, path),
    publicUrl: `http://127.0.0.1:${port}`,
    now: Date.now,
    random: () => 0.5,
  };
  const pageHosts = new Map<HostName, Host>([
    ["github", gitHubHost(githubClient.forPages)],
    ["gitee", giteeAdapter.forPages],
  ]);
  const pages = openPages(
    { ...world, hosts: pageHosts },
    {
      instance: { name: "Example Foundation", url: "https://example.org", contact: "privacy@example.org" },
      signIns: new Map([
        ["github", githubSignIn({ webUrl: server.webUrl, apiUrl: server.apiUrl, ...client })],
        ["gitee", giteeSignIn({ webUrl: gitee.url, ...client })],
      ]),
      log,
      ...settings,
    },
  );
  const bot = await startServer({
    address: { host: "127.0.0.1", port },
    webhooks: new Map([
      ["github", gitHubWebhooks({ secret: "s3cret" })],
      [
        "gitee",
        giteeWebhooks({
          secret: "s3cret",
          now: Date.now,
          seen: (id, path) => giteeAdapter.seen(id, path),
          self: () => giteeAdapter.self(),
        }),
      ],
    ]),
    queue: engine.queue,
    ready: () => engine.ready(),
    metrics: createMetrics(IDLE_SOURCES),
    metricsAccess: { token: null, port: null },
    pages: onFirstVisit(async () => pages),
    log,
  });
  gitee.webhookUrl = `${bot.url}/api/gitee/webhooks`;
  github.webhookUrl = `${bot.url}/api/github/webhooks`;
  const settled = async (): Promise<void> => {
    await gitee.settled();
    await github.deliveries.settled();
  };

  return {
    gitee,
    github,
    engine,
    url: bot.url,
    file,
    document,
    lines,
    /** Does due tasks until there are none. */
    async settle(): Promise<void> {
      await settled();
      for (;;) {
        const taken = await engine.queue.take({ limit: 10, leaseMs: 15_000, skip: [] });
        if (taken.length === 0) return;
        for (const one of taken) await work(world, one);
        await settled();
      }
    },
    /** Makes the account a manager of the employer `acme`. */
    async manage(account: Account): Promise<void> {
      await engine.entities.add({ id: "acme", agreement: "ccla", version: "2.0", signedAt: 1 }, "cli");
      await engine.entities.appoint("acme", [account], "cli");
    },
    async close(): Promise<void> {
      await bot.stop(0);
      await gitee.stop();
      await github.stop();
      await engine.close();
      await rm(folder, { recursive: true });
    },
  };
}

export type PagesScene = Awaited<ReturnType<typeof openScene>>;
