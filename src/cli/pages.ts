/** What the pages need of the bot, put together from the engine, the hosts and the configuration. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { hostOf, type HostName } from "../account.ts";
import { agreementFor, type Agreement } from "../agreement.ts";
import type { Engine } from "../engine.ts";
import { Failure } from "../error.ts";
import type { Finding } from "../finding.ts";
import type { Host } from "../host.ts";
import { inspect, type World } from "../inspect.ts";
import type { AgreementDocument, Agreements, PullViews } from "../pages.ts";
import { standingOf } from "../signature.ts";

/** What the bot works with, as far as the pages do, too. */
export interface PagesWorld extends World {
  readonly engine: Pick<Engine, "pulls" | "signatures" | "waivers">;
  readonly hosts: ReadonlyMap<HostName, Host>;
}

/** Pull requests read from their hosts and judged as a check would, with nothing written. */
export function pullViews(world: PagesWorld): PullViews {
  const { pulls } = world.engine;
  const hostNamed = (name: HostName): Host => {
    const host = world.hosts.get(name);
    if (host === undefined) throw new Failure("not-found");
    return host;
  };
  return {
    async view(name, path, number) {
      // Before the host is asked: the bot reads for nobody what it is not there for.
      if (agreementFor(world.agreements, name, path) === null) throw new Failure("not-found");
      const host = hostNamed(name);
      const { ref, route } = await host.find(path, number);
      const known = await pulls.find(ref).catch(() => null);
      const reading = await host.read(ref, route, known?.comment ?? null);
      const { finding } = await inspect(world, host, reading, route);
      return { pull: reading.pull, finding: await withOthers(finding, reading.pull) };
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

/** The agreements with their documents, each read once, so that what is shown is what was checked at the start. */
export function pageAgreements(world: PagesWorld): Agreements {
  const documents = new Map<string, Promise<AgreementDocument>>();
  const { signatures } = world.engine;
  return {
    all: world.agreements,
    async documentOf({ id, document }) {
      if (document === null) return null;
      const known = documents.get(id) ?? readDocument(document);
      documents.set(id, known);
      return known;
    },
    async standing(account, agreement) {
      const covered = await signatures.covered([account], agreement.id);
      return standingOf(covered.get(account) ?? [], agreement, world.now());
    },
    async sign(account, { id, version }: Agreement) {
      const row = { account, agreement: id, version, signedAt: world.now(), entity: null };
      await signatures.sign([[row]], { evidence: "page" });
    },
  };
}

async function readDocument(file: string): Promise<AgreementDocument> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch {
    throw new Failure("agreement-document", `${file}: the agreement's document can't be read`);
  }
  return {
    markdown: bytes.toString("utf8"),
    digest: createHash("sha256").update(bytes).digest("hex"),
  };
}
