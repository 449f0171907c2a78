import type { HostName } from "../account.ts";
import type { Agreement } from "../records/agreement.ts";
import type { Host, HostCall, LimitLeft, ObserveCall, Receive } from "../ports/host.ts";
import type { Spending } from "../ports/spending.ts";
import type { Environment, GiteeEnvironment, GitHubEnvironment } from "./environment.ts";

/** The enabled hosts. */
export interface OpenHosts {
  readonly hosts: ReadonlyMap<HostName, Host>;
  /** The same hosts for the pages, limited to the pages' share of the rate limits. */
  readonly pageHosts: ReadonlyMap<HostName, Host>;
  /** The verifier of each host's deliveries. */
  readonly receivers: ReadonlyMap<HostName, Receive>;
  /** Installations whose host asked to wait; for bulk work, also installations near their limit. */
  readonly paused: (bulk: boolean) => readonly number[];
  /** Until when an installation has no room for bulk work, in milliseconds since the epoch; null: it has room. */
  readonly bulkPausedUntil: (installation: number | null) => number | null;
  /** What remains of the hosts' rate limits, by their last answers. */
  readonly left: () => readonly (LimitLeft & { readonly host: HostName })[];
}

/** Called for every call to a host. */
export type ObserveCalls = (host: HostName, call: HostCall) => void;

interface OpenHost {
  readonly host: Host;
  readonly pageHost: Host;
  readonly receive: Receive;
  readonly paused: (bulk: boolean) => readonly { readonly installation: number; readonly until: number }[];
  readonly left: () => readonly LimitLeft[];
}

/** What a process knows of the other processes on its database, which share the hosts' limits with it. */
export interface Sharing {
  /** If omitted, only this process's requests count. */
  readonly spending?: Spending;
  /** How many processes run now. */
  readonly sharers: () => number;
}

/** Opens the adapters of the enabled hosts. Code of the other hosts is not loaded. */
export async function openHosts(
  environment: Environment,
  agreements: readonly Agreement[],
  sharing: Sharing = { sharers: () => 1 },
  observe: ObserveCalls = () => {},
): Promise<OpenHosts> {
  const { github, gitee, publicUrl } = environment;
  const open: OpenHost[] = [];
  if (github !== null) open.push(await openGitHub(github, sharing, (call) => observe("github", call)));
  if (gitee !== null)
    open.push(await openGitee(gitee, publicUrl, agreements, sharing, (call) => observe("gitee", call)));
  return {
    hosts: new Map(open.map(({ host }) => [host.name, host])),
    pageHosts: new Map(open.map(({ pageHost }) => [pageHost.name, pageHost])),
    receivers: new Map(open.map(({ host, receive }) => [host.name, receive])),
    paused: (bulk) => open.flatMap(({ paused }) => paused(bulk).map(({ installation }) => installation)),
    bulkPausedUntil: (installation) => {
      if (installation === null) return null;
      const pauses = open.flatMap(({ paused }) => paused(true));
      return pauses.find((pause) => pause.installation === installation)?.until ?? null;
    },
    left: () => open.flatMap(({ host, left }) => left().map((one) => ({ ...one, host: host.name }))),
  };
}

async function openGitHub(
  github: GitHubEnvironment,
  sharing: Sharing,
  observe: ObserveCall,
): Promise<OpenHost> {
  const { connectGitHub } = await import("../github/traffic/client.ts");
  const { gitHubHost } = await import("../github/host.ts");
  const { gitHubWebhooks } = await import("../github/traffic/webhook.ts");
  const { enterpriseServer, GITHUB_COM } = await import("../github/traffic/server.ts");
  const { enterprise, webhookSecret } = github;
  const server = enterprise === null ? GITHUB_COM : enterpriseServer(enterprise.host, enterprise.protocol);
  const client = connectGitHub({ ...github, server, observe, ...sharing });
  return {
    host: gitHubHost(client, sharing.sharers),
    pageHost: gitHubHost(client.forPages, sharing.sharers),
    receive: gitHubWebhooks({ secret: webhookSecret }),
    paused: (bulk) => client.paused(bulk),
    left: () => client.left(),
  };
}

async function openGitee(
  { webUrl: url, token, webhookSecret: secret }: GiteeEnvironment,
  publicUrl: string,
  agreements: readonly Agreement[],
  sharing: Sharing,
  observe: ObserveCall,
): Promise<OpenHost> {
  const { giteeHost } = await import("../gitee/host.ts");
  const { giteeWebhooks } = await import("../gitee/traffic/webhook.ts");
  const now = Date.now;
  const host = giteeHost({ url, token, now, agreements, publicUrl, observe, ...sharing });
  const { seen, pushed, self, pullsOf, overwritten } = host;
  return {
    host,
    pageHost: host.forPages,
    receive: giteeWebhooks({ secret, now, seen, pushed, self, pullsOf, overwritten }),
    paused: () => [],
    left: () => host.left(),
  };
}
