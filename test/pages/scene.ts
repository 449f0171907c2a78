import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { pino } from "pino";
import { hostOf, numberOf, type Account } from "../../src/account.ts";
import type { Agreement } from "../../src/agreement.ts";
import { pageAgreements, pullViews } from "../../src/cli/pages.ts";
import type { Engine } from "../../src/engine.ts";
import { giteeHost } from "../../src/gitee/host.ts";
import { giteeSignIn } from "../../src/gitee/sign-in.ts";
import { giteeWebhooks } from "../../src/gitee/webhook.ts";
import { createMetrics } from "../../src/http/metrics.ts";
import { createPages } from "../../src/http/pages/app.ts";
import { startServer } from "../../src/http/server.ts";
import type { Entity, Held, PersonRequest, Rights, Rosters } from "../../src/pages.ts";
import { SimulatedGitee } from "../../src/playground/gitee/simulated-gitee.ts";
import { PolicyFile } from "../../src/policy.ts";
import type { Signature } from "../../src/signature.ts";
import { openSqlite } from "../../src/sqlite/open.ts";
import { work, type WorkWorld } from "../../src/work.ts";
import { readYaml } from "../../src/yaml/read.ts";

export const DOCUMENT = `# Individual agreement

This is **the agreement** between you and the foundation. <script>alert("raw")</script>

## 1. Definitions

“Contribution” means any work that you *intentionally* submit, see [the policy](https://example.org/policy).
[Not a link](javascript:alert(1)) ![no picture](https://elsewhere.example/pixel.png)

1. You grant a copyright licence.
2. You grant a patent licence.

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

/** The whole bot behind its pages, on a real database, against a simulated Gitee over HTTP. */
export async function openScene(changes: Partial<Agreement> = {}) {
  const folder = await mkdtemp(join(tmpdir(), "countersign-pages-"));
  const document = join(folder, "icla.md");
  await writeFile(document, DOCUMENT);
  const file = join(folder, "countersign.db");
  const engine = await openSqlite(file);
  const gitee = await SimulatedGitee.start({
    token: "the-bots-token",
    webhookSecret: "s3cret",
    clientId: "client",
    clientSecret: "client-secret",
  });
  const lines: string[] = [];
  const log = pino({ level: "trace" }, { write: (line: string) => void lines.push(line) });
  const agreements = [{ ...AGREEMENT, document, ...changes }];
  const host = giteeHost({ url: gitee.url, token: "the-bots-token", now: Date.now, agreements });
  const world: WorkWorld = {
    engine,
    hosts: new Map([["gitee", host]]),
    agreements,
    policy: {},
    parsePolicy: (text, path) => readYaml(text, PolicyFile, path),
    publicUrl: "http://127.0.0.1",
    now: Date.now,
    random: () => 0.5,
  };
  const roster = rosters();
  // The pages must know their own address before the server listens on it.
  const port = await freePort();
  const publicUrl = `http://127.0.0.1:${port}`;
  const pages = createPages({
    instance: { name: "Example Foundation", url: "https://example.org", contact: "privacy@example.org" },
    publicUrl,
    hosts: new Map([
      [
        "gitee",
        {
          title: "Gitee",
          emailsUrl: host.capabilities.emailsUrl,
          signIn: giteeSignIn({ webUrl: gitee.url, clientId: "client", clientSecret: "client-secret" }),
        },
      ],
    ]),
    agreements: pageAgreements(world),
    pulls: pullViews(world),
    rights: rights(engine, file),
    rosters: roster,
    sessions: engine.sessions,
    now: Date.now,
    log,
  });
  const server = await startServer({
    address: { host: "127.0.0.1", port },
    webhooks: new Map([
      [
        "gitee",
        giteeWebhooks({
          secret: "s3cret",
          now: Date.now,
          seen: (id, path) => host.seen(id, path),
          self: () => host.self(),
        }),
      ],
    ]),
    queue: engine.queue,
    ready: () => engine.ready(),
    metrics: createMetrics({ depth: () => engine.queue.depth() }),
    pages,
    log,
  });
  gitee.webhookUrl = `${server.url}/api/gitee/webhooks`;

  return {
    gitee,
    engine,
    url: server.url,
    file,
    document,
    lines,
    roster,
    /** Does what is due, until nothing is. */
    async settle(): Promise<void> {
      await gitee.settled();
      for (;;) {
        const taken = await engine.queue.take({ limit: 10, leaseMs: 15_000, skip: [] });
        if (taken.length === 0) return;
        for (const one of taken) await work(world, one);
        await gitee.settled();
      }
    },
    async close(): Promise<void> {
      await server.stop(0);
      await gitee.stop();
      await engine.close();
      await rm(folder, { recursive: true });
    },
  };
}

export type PagesScene = Awaited<ReturnType<typeof openScene>>;

async function freePort(): Promise<number> {
  const { createServer } = await import("node:net");
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === "string") throw new TypeError("no port");
  return address.port;
}

/** The rights over the engine's tables, until the engine has them. */
function rights(engine: Engine, file: string): Rights {
  const requests = new Map<Account, PersonRequest[]>();
  const change = (sql: string, account: Account): void => {
    const connection = new Database(file);
    connection.pragma("secure_delete = ON");
    connection.prepare(sql).run({ host: hostOf(account), account: numberOf(account), now: Date.now() });
    connection.close();
  };
  const mark = (account: Account): void =>
    change(
      `UPDATE task SET due_at = 0 WHERE @host IS NOT NULL AND @account IS NOT NULL AND @now IS NOT NULL`,
      account,
    );
  return {
    async held(account): Promise<Held> {
      const signatures: Signature[] = [];
      for await (const signature of engine.signatures.all({ revoked: true }))
        if (signature.account === account && signature.entity === null) signatures.push(signature);
      const connection = new Database(file, { readonly: true });
      const restrictedSince =
        connection
          .prepare<[string, number], number>(
            "SELECT restricted_since FROM subject WHERE host = ? AND account = ?",
          )
          .pluck()
          .get(hostOf(account), numberOf(account)) ?? null;
      connection.close();
      return {
        account,
        signatures,
        places: [],
        manages: [],
        requests: requests.get(account) ?? [],
        restrictedSince,
      };
    },
    withdraw: async (account, agreement) => void (await engine.signatures.revoke([account], agreement)),
    request: async (account, { kind, agreement }) =>
      void requests.set(account, [{ kind, agreement, at: Date.now() }]),
    async restrict(account) {
      change("INSERT INTO subject (host, account, restricted_since) VALUES (@host, @account, @now)", account);
      mark(account);
    },
    async unrestrict(account) {
      change("DELETE FROM subject WHERE host = @host AND account = @account AND @now > 0", account);
      mark(account);
    },
    async erase(account) {
      await engine.signatures.revoke([account], "icla");
      change("DELETE FROM signature WHERE host = @host AND account = @account AND @now > 0", account);
      await engine.tidy();
    },
  };
}

function rosters(): Rosters & {
  entity: Entity | null;
  manager: Account | null;
  known: Map<string, Account>;
} {
  return {
    entity: null,
    manager: null,
    known: new Map(),
    async managedBy(manager, id) {
      return this.manager === manager && this.entity?.id === id ? this.entity : null;
    },
    async add(_manager, _id, _host, login) {
      const account = this.known.get(login);
      if (account === undefined || this.entity === null) return "unknown";
      if (this.entity.members.some((member) => member.account === account)) return "already";
      this.entity = {
        ...this.entity,
        members: [...this.entity.members, { account, from: Date.now(), until: null }],
        changes: [{ kind: "added", at: Date.now(), account }, ...this.entity.changes],
      };
      return "added";
    },
    async remove(_manager, _id, account) {
      if (this.entity === null) return;
      this.entity = {
        ...this.entity,
        members: this.entity.members.filter((member) => member.account !== account),
        changes: [{ kind: "removed", at: Date.now(), account }, ...this.entity.changes],
      };
    },
  };
}
