import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import { accountOf, type Account } from "../../src/account.ts";
import type { Engine } from "../../src/ports/engine.ts";
import { giteeHost } from "../../src/gitee/host.ts";
import { giteeWebhooks } from "../../src/gitee/traffic/webhook.ts";
import { SimulatedGitee } from "../../playground/gitee/simulated-gitee.ts";
import { PolicyFile } from "../../src/verdict/policy.ts";
import type { Mark } from "../../src/ports/queue.ts";
import { work, type Done, type WorkWorld } from "../../src/check/work.ts";
import { readYaml } from "../../src/yaml/read.ts";
import { openStore } from "../sqlite/store.ts";
import { agreement, startUp, TOKEN } from "./start-host.ts";

const SECRET = "s3cret";

/**
 * The bot and a simulated Gitee, from a delivery over HTTP through a SQLite file to the result on the pull request.
 * `drain` waits for deliveries and works until nothing is due.
 */
export async function startBot(options: { encryption?: "signature" | "password" } = {}) {
  const clock = { now: Date.now() };
  const store = await openStore(() => clock.now);
  const engine = await store.open();
  onTestFinished(() => store.remove());
  const gitee = await SimulatedGitee.start({
    token: TOKEN,
    webhookSecret: SECRET,
    clientId: "client",
    clientSecret: "client-secret",
    ...(options.encryption && { encryption: options.encryption }),
  });
  onTestFinished(() => gitee.stop());

  const agreements = [agreement(["gitee:octo/*"])];
  const newHost = () =>
    giteeHost({
      url: gitee.url,
      token: TOKEN,
      now: () => clock.now,
      agreements,
      publicUrl: "https://cla.example.com",
    });
  const host = newHost();
  const hosts = new Map([["gitee" as const, host]]);
  const receive = giteeWebhooks({
    secret: SECRET,
    now: Date.now,
    seen: (...asked) => hosts.get("gitee")?.seen(...asked),
    self: () => hosts.get("gitee")?.self() ?? null,
  });
  const world: WorkWorld = {
    engine,
    agreements,
    policy: {},
    parsePolicy: (text, path) => readYaml(text, PolicyFile, path),
    publicUrl: "https://cla.example.com",
    now: () => clock.now,
    hosts,
    random: () => 0,
  };
  gitee.webhookUrl = await listen((headers, body) => {
    const receipt = receive({ headers, body });
    return receipt.kind === "refused" ? receipt : { status: 202, marks: receipt.marks };
  }, engine);

  async function drain(): Promise<Done[]> {
    const all: Done[] = [];
    for (;;) {
      await gitee.settled();
      const [taken] = await engine.queue.take({ limit: 1, leaseMs: 60_000, skip: [] });
      if (taken === undefined) return all;
      all.push(await work(world, taken));
    }
  }

  /** As if the process had ended: only the database remembers. */
  async function restart(): Promise<void> {
    const next = newHost();
    hosts.set("gitee", next);
    await startUp(next);
  }

  const sign = (...accounts: Account[]) =>
    engine.signatures.sign(
      [
        accounts.map((account) => ({
          account,
          agreement: "icla",
          version: "1.0",
          signedAt: 1,
          entity: null,
        })),
      ],
      { evidence: "import" },
    );
  const alice = gitee.user({ login: "alice" });
  const bob = gitee.user({ login: "bob" });
  const repository = gitee.repository({ owner: "octo", name: "widget" });
  repository.label("cla/yes").label("cla/no");
  const account = ({ id }: { id: number }) => accountOf("gitee", id);
  return {
    gitee,
    host,
    engine,
    world,
    clock,
    file: store.file,
    alice,
    bob,
    repository,
    account,
    sign,
    drain,
    restart,
  };
}

async function listen(
  receive: (
    headers: Record<string, string | undefined>,
    body: Uint8Array,
  ) => { status: number; marks?: readonly Mark[] },
  engine: Engine,
): Promise<string> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const headers = Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
      );
      const { status, marks = [] } = receive(headers, Buffer.concat(chunks));
      void engine.queue.mark(marks).then(() => response.writeHead(status).end());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/gitee/webhooks`;
}
