/** The pages' ports, made from the engine, the hosts and the configuration. */
import type { Hono } from "hono";
import type { Logger } from "pino";
import { hostOf, type HostName } from "../account.ts";
import { agreementFor, type Agreement } from "../records/agreement.ts";
import type { Engine } from "../ports/engine.ts";
import { Failure } from "../error.ts";
import type { Finding } from "../verdict/finding.ts";
import type { Host, LocatedPull } from "../ports/host.ts";
import { createPages } from "../http/pages/app.ts";
import { Recent } from "../http/pages/pull/recent.ts";
import { inspect, type World } from "../check/inspect.ts";
import { noticesOf } from "../check/notices.ts";
import type { AgreementDocument, Agreements, Instance, PullViews, Rights } from "../ports/pages.ts";
import { RETENTION, type Retention } from "../records/retention.ts";
import type { SignIn } from "../ports/sign-in.ts";
import { standingOf } from "../records/signature.ts";
import { pageRosters } from "./rosters.ts";
import { recordedDocument } from "./documents.ts";
import type { Environment } from "./environment.ts";

/** The parts of the bot that the pages use. */
export interface PagesWorld extends World {
  readonly engine: Pick<
    Engine,
    | "cursors"
    | "notices"
    | "pulls"
    | "signatures"
    | "waivers"
    | "subjects"
    | "entities"
    | "sessions"
    | "agreements"
  >;
  readonly hosts: ReadonlyMap<HostName, Host>;
}

export interface PagesSettings {
  /** Null: the configuration does not say who runs the bot. */
  readonly instance: Instance | null;
  /** The hosts when people can sign in. */
  readonly signIns: ReadonlyMap<HostName, SignIn>;
  readonly log: Logger;
  /** How long records are kept; the built-in periods if omitted. */
  readonly retention?: Retention;
  /** How long a reading of a pull request is reused for other visitors, in milliseconds; ten seconds if omitted. */
  readonly freshMs?: number;
}

/** The hosts when people can sign in, from the environment. */
export async function openSignIns({
  github,
  gitee,
}: Pick<Environment, "github" | "gitee">): Promise<ReadonlyMap<HostName, SignIn>> {
  const signIns = new Map<HostName, SignIn>();
  if (github !== null && github.signIn !== null) {
    const { githubSignIn } = await import("../github/sign-in.ts");
    const { enterpriseServer, GITHUB_COM } = await import("../github/traffic/server.ts");
    const { enterprise } = github;
    const { webUrl, apiUrl } =
      enterprise === null ? GITHUB_COM : enterpriseServer(enterprise.host, enterprise.protocol);
    signIns.set("github", githubSignIn({ webUrl, apiUrl, ...github.signIn }));
  }
  if (gitee !== null && gitee.signIn !== null) {
    const { giteeSignIn } = await import("../gitee/sign-in.ts");
    signIns.set("gitee", giteeSignIn({ webUrl: gitee.webUrl, ...gitee.signIn }));
  }
  return signIns;
}

/** The bot's pages. */
export function openPages(
  world: PagesWorld,
  { instance, signIns, log, retention = RETENTION, freshMs }: PagesSettings,
): Hono {
  const hosts = [...world.hosts].map(
    ([name, { capabilities }]) => [name, { ...capabilities, signIn: signIns.get(name) ?? null }] as const,
  );
  return createPages({
    instance: instance ?? { name: "Countersign", url: null, contact: null },
    publicUrl: world.publicUrl,
    hosts: new Map(hosts),
    retention,
    agreements: pageAgreements(world),
    pulls: pullViews(world),
    rights: pageRights(world, log),
    rosters: pageRosters(world),
    sessions: world.engine.sessions,
    now: world.now,
    log,
    ...(freshMs === undefined ? {} : { freshMs }),
  });
}

/** How long a pull request's location, or its absence, is remembered, in milliseconds. */
const PLACE_MS = 60_000;

/** More commits than this need several calls one after the other. */
const MANY_COMMITS = 300;

/** Reads pull requests from their hosts and judges them like a check, without writing. */
function pullViews(world: PagesWorld): PullViews {
  const { pulls } = world.engine;
  const places = new Recent<LocatedPull>(PLACE_MS, 4 * 1024 * 1024);
  const hostNamed = (name: HostName): Host => {
    const host = world.hosts.get(name);
    if (host === undefined) throw new Failure("not-found");
    return host;
  };
  return {
    async view(name, path, number, takesLong) {
      // Before the host is asked: the bot reads only repositories that it serves.
      if (agreementFor(world.agreements, name, path) === null) throw new Failure("not-found");
      const host = hostNamed(name);
      const key = `${name}:${path.toLowerCase()}#${number}`;
      const { ref, route, isPublic, commits } = await places.get(key, async () => {
        try {
          return await host.find(path, number);
        } catch (error) {
          // That a host is busy or down is not remembered.
          if (!(error instanceof Failure) || error.code !== "not-found") places.forget(key);
          throw error;
        }
      });
      if (commits !== null && commits > MANY_COMMITS) takesLong({ repository: ref.repository, isPublic });
      const known = await pulls.find(ref).catch(() => null);
      const reading = await host.read(ref, route, known?.comment ?? null);
      const { finding, trouble } = await inspect(world, host, reading, route);
      // The page then shows its last reading, which says more than one with a part missing.
      if (trouble?.code === "host-limit") throw trouble;
      const { pull } = reading;
      // Where the host has no comment of the bot, this page is the only place for these answers.
      const notices = pull.state === "closed" ? [] : await noticesOf(world, host, pull, finding, route);
      return { pull, finding: await withOthers(finding, pull), notices };
    },
    async mayRead(account, { path }, login) {
      const host = hostNamed(hostOf(account));
      const { repository, route } = await host.findRepository(path);
      return host.mayRead(account, repository, route, login);
    },
    loginOf: (account) => hostNamed(hostOf(account)).loginOf(account),
  };

  /** An open pull request shares its head's status with others of the same head. */
  async function withOthers(
    finding: Finding,
    { state, ref, head }: { state: string; ref: Parameters<typeof pulls.find>[0]; head: string },
  ): Promise<Finding> {
    if (finding.kind !== "judged" || state === "closed") return finding;
    const others = await pulls.sharing(ref, head);
    return { ...finding, blockedByAnother: others.some((verdict) => verdict !== "signed") };
  }
}

/** The agreements with their documents. Each is read once, so that the shown text is the one checked at the start. */
function pageAgreements(world: PagesWorld): Agreements {
  const documents = new Map<string, AgreementDocument>();
  const { signatures } = world.engine;
  return {
    all: world.agreements,
    async documentOf(agreement, language = null) {
      const key = JSON.stringify([agreement.id, language]);
      const known = documents.get(key);
      if (known !== undefined) return known;
      const document = await recordedDocument(world.engine, agreement, language);
      if (document !== null) documents.set(key, document);
      return document;
    },
    async languageOf(agreement, digest) {
      const records = await world.engine.agreements.list(agreement);
      return (
        records.find((record) => record.digest === digest && record.language !== undefined)?.language ?? null
      );
    },
    async standing(account, agreement) {
      const covered = await signatures.covered([account], agreement.id);
      return standingOf(covered.get(account) ?? [], agreement, world.now());
    },
    async sign(account, { id, version }: Agreement, digest) {
      const row = { account, agreement: id, version, signedAt: world.now(), entity: null, digest };
      await signatures.sign([[row]], { evidence: "page" });
    },
  };
}

/** A person's rights, exercised on the page. */
function pageRights({ engine }: PagesWorld, log: Logger): Rights {
  const { subjects } = engine;
  return {
    held: (account) => subjects.held(account),
    withdraw: async (account, agreement) => void (await subjects.withdraw(account, agreement, "page")),
    request: (account, request) => subjects.request(account, request),
    restrict: async (account) => void (await subjects.restrict(account, "page")),
    unrestrict: async (account) => void (await subjects.unrestrict(account, "page")),
    async erase(account) {
      const { trace } = await subjects.erase(account, "page");
      if (trace === "log-held")
        log.warn(
          { trace },
          "an erasure is done, but its bytes are still in the files: the schedule will remove them",
        );
      return trace;
    },
  };
}
