/**
 * The bot between a simulated GitHub and a simulated Gitee, all in this process and on this machine only. The
 * playground and the end-to-end tests use it.
 */
import { generateKeyPairSync, type KeyPairSyncResult } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { SimulatedGitee } from "./gitee/simulated-gitee.ts";
import { SimulatedGitHub } from "./github/simulated-github.ts";
import { startBot, type Bot } from "../src/bot/bot.ts";
import type { Variables } from "../src/bot/environment.ts";
import { readSettings } from "../src/bot/open.ts";
import { openSqlite } from "../src/sqlite/open.ts";
import { HostFaults } from "./faults.ts";
import { freePort } from "./free-port.ts";

export const STAGE_CONFIGURATION = `agreements:
  - id: icla
    title: Individual Contributor License Agreement
    version: "1.0"
    document: cla/icla-1.0.md
    repositories: ["github:octo/*", "gitee:octo/*"]
    sign: [page, comment]
instance:
  name: Example Foundation
  url: https://example.com
  contact: privacy@example.com
`;

export const STAGE_DOCUMENT = `# Individual Contributor License Agreement

You grant the Example Foundation a perpetual, worldwide, royalty-free copyright and patent license to what you
contribute, and you say that you may grant it. You keep all other rights.

This text belongs to a playground. It binds nobody.
`;

export interface StageOptions {
  /** The text of \`countersign.yml\`. */
  readonly configuration?: string;
  /** Further files next to it, by path. */
  readonly files?: Readonly<Record<string, string>>;
  /** The bot's port; by default any free port. */
  readonly port?: number;
  readonly variables?: Variables;
  /** The folder of the configuration and the database, which is kept; by default a temporary folder. */
  readonly folder?: string;
  readonly github?: Partial<Parameters<typeof SimulatedGitHub.start>[0]>;
  readonly gitee?: Partial<Parameters<typeof SimulatedGitee.start>[0]>;
}

/** The simulated hosts, and everything that a bot needs to run between them. */
export interface StageHosts {
  readonly github: SimulatedGitHub;
  readonly gitee: SimulatedGitee;
  /** Makes the hosts fail, by the name of the fault. */
  readonly faults: HostFaults;
  /** The environment in which the bot and other commands use the same database and hosts. */
  readonly variables: Variables;
  /** The folder of the configuration and the database. */
  readonly folder: string;
  /** Points both hosts' webhooks to a bot. */
  announceTo(url: string): void;
  /** Stops the hosts and removes the folder. */
  stop(): Promise<void>;
}

export interface Stage extends StageHosts {
  /** The bot that runs now. */
  readonly bot: Bot;
  /** Resolves when every delivery has arrived and everything due is done. */
  settled(): Promise<void>;
  /** Stops the bot and starts it again on the same database. */
  restart(): Promise<void>;
}

/** Starts the hosts without a bot. */
export async function startHosts(options: StageOptions = {}): Promise<StageHosts> {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), "countersign-")));
  const files = {
    "countersign.yml": options.configuration ?? STAGE_CONFIGURATION,
    "cla/icla-1.0.md": STAGE_DOCUMENT,
    ...options.files,
  };
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  const { publicKey, privateKey } = appKeys();
  const client = { clientId: "playground-client", clientSecret: "playground-client-secret" };
  const github = await SimulatedGitHub.start({
    appId: 7,
    publicKey,
    webhookSecret: "playground-github-secret",
    ...client,
    ...options.github,
  });
  const gitee = await SimulatedGitee.start({
    token: "playground-gitee-token",
    webhookSecret: "playground-gitee-secret",
    ...client,
    ...options.gitee,
  });
  // Known in advance, because what the bot writes on the hosts links to its pages.
  const port = options.port ?? (await freePort());
  const variables: Variables = {
    HOST: "127.0.0.1",
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    PORT: String(port),
    LOG_LEVEL: "silent",
    LOG_FORMAT: "json",
    DATABASE_URL: `file:${join(folder, "countersign.db")}`,
    COUNTERSIGN_CONFIG: join(folder, "countersign.yml"),
    APP_ID: "7",
    PRIVATE_KEY: privateKey,
    WEBHOOK_SECRET: "playground-github-secret",
    GHE_HOST: new URL(github.url).host,
    GHE_PROTOCOL: "http",
    GITHUB_CLIENT_ID: client.clientId,
    GITHUB_CLIENT_SECRET: client.clientSecret,
    GITEE_URL: gitee.url,
    GITEE_TOKEN: "playground-gitee-token",
    GITEE_WEBHOOK_SECRET: "playground-gitee-secret",
    GITEE_CLIENT_ID: client.clientId,
    GITEE_CLIENT_SECRET: client.clientSecret,
    ...options.variables,
  };

  return {
    github,
    gitee,
    faults: new HostFaults(github, gitee),
    variables,
    folder,
    announceTo(url) {
      github.webhookUrl = `${url}/api/github/webhooks`;
      gitee.webhookUrl = `${url}/api/gitee/webhooks`;
    },
    async stop() {
      await Promise.all([github.stop(), gitee.stop()]);
      if (options.folder === undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}

export async function startStage(options: StageOptions = {}): Promise<Stage> {
  const hosts = await startHosts(options);
  const { github, gitee, variables } = hosts;
  if (options.folder === undefined) await makeDatabase(hosts);
  const start = async (): Promise<Bot> => {
    const started = await startBot(await readSettings(variables, false), { regularly: false });
    hosts.announceTo(started.url);
    // So that a count of calls starts with the calls of interest.
    await started.caughtUp;
    github.resetCalls();
    gitee.resetCalls();
    return started;
  };
  let bot: Bot;
  try {
    bot = await start();
  } catch (error) {
    await hosts.stop();
    throw error;
  }
  return {
    ...hosts,
    get bot() {
      return bot;
    },
    settled: () => settle(hosts, bot),
    async restart() {
      await bot.stop(1_000);
      bot = await start();
    },
    async stop() {
      await bot.stop(1_000);
      await hosts.stop();
    },
  };
}

/** An empty database with its tables, which costs a tenth of making them. All stages of a process share it. */
let empty: Promise<Buffer> | null = null;

/** Gives the bot its database file with the tables in it, unless it is to use another one. */
export async function makeDatabase({ variables, folder }: StageHosts): Promise<void> {
  const file = join(folder, "countersign.db");
  if (variables["DATABASE_URL"] === `file:${file}`) await writeFile(file, await (empty ??= emptyDatabase()));
}

async function emptyDatabase(): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), "countersign-empty-"));
  const file = join(folder, "countersign.db");
  await (await openSqlite(file)).close();
  const bytes = await readFile(file);
  await rm(folder, { recursive: true });
  return bytes;
}

/** Resolves when every delivery has arrived and everything due is done. */
export async function settle({ github, gitee }: StageHosts, bot: Pick<Bot, "idle">): Promise<void> {
  // The bot's writes may themselves be delivered to it, so it is quiet when waiting produced nothing new.
  for (let seen = -1; ;) {
    await github.deliveries.settled();
    await gitee.settled();
    await bot.idle();
    const count = github.deliveries.log.length + gitee.deliveries.length;
    if (count === seen) return;
    seen = count;
  }
}

let keys: KeyPairSyncResult<string, string> | null = null;

/** The key pair of the simulated GitHub App. All stages of a process share one, because creating it takes a while. */
function appKeys(): KeyPairSyncResult<string, string> {
  keys ??= generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  return keys;
}
