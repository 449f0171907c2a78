/** Checks everything that the bot needs to work. Each check is independent, so that no problem hides another. */
import { existsSync } from "node:fs";
import type { HostName } from "../../account.ts";
import { documentProblems } from "../../http/pages/document/render-document.ts";
import { textsOf, type Agreement, type AgreementText } from "../../records/agreement.ts";
import { shadowedAgreements, shadowedMessage } from "../../records/shadowed.ts";
import { aboutInstance } from "./instance.ts";
import type { Engine } from "../../ports/engine.ts";
import { Failure, Problems, printProblem } from "../../error.ts";
import { type Diagnosis, ill, warn, well } from "../../ports/diagnosis.ts";
import { plural } from "../../report/texts/plural.ts";
import { readConfiguration } from "../../bot/configuration.ts";
import { readDocument } from "../../bot/documents.ts";
import {
  examineEnvironment,
  type Environment,
  type ExaminedEnvironment,
  type Variables,
} from "../../bot/environment.ts";
import { databaseFile, openEngine } from "../../bot/open.ts";
import { listCheckRefusals } from "../../check/check-refusals.ts";
import { foreignOwnerOf } from "../database/open-database.ts";
import { aboutFile } from "./file.ts";
import { aboutHosts, isLocalUrl } from "./hosts.ts";

const NODE = 24;

export async function examine(variables: Variables): Promise<readonly Diagnosis[]> {
  const node = Number(process.versions.node.split(".")[0]);
  const found: Diagnosis[] = [
    node >= NODE
      ? well(`Node.js ${process.versions.node}`)
      : ill(`Node.js ${process.versions.node}`, `use ${NODE} or newer: npm ci installs one`),
  ];
  // A wrong variable hides no other problem, and nothing is concluded from its default value.
  const examined = examineEnvironment(variables, false);
  const { environment, problems } = examined;
  const isWrong = (name: string): boolean => problems.some(({ field }) => field === name);
  for (const problem of problems) found.push(ill(printProblem(problem), "correct it and try again"));
  found.push(...aboutEnvironment(examined));
  if (!isWrong("PUBLIC_URL")) found.push(...aboutPublicUrl(environment, examined.mentioned));
  const configuration = attempt(
    found,
    () => readConfiguration(environment.configFile),
    "write or fix the file",
  );
  const agreements = configuration?.agreements ?? [];
  if (configuration !== null)
    found.push(well(`${environment.configFile}: ${plural(agreements.length, "agreement")}`));
  if (configuration !== null) found.push(...aboutInstance(configuration.instance));
  for (const shadowed of shadowedAgreements(agreements))
    found.push(ill(shadowedMessage(shadowed), `correct the patterns in ${environment.configFile}`));
  const refused = new Set<number>();
  if (!isWrong("DATABASE_URL")) found.push(...(await aboutDatabase(environment, agreements, refused)));
  found.push(...(await aboutHosts(examined, configuration, refused)));
  return found;
}

function aboutEnvironment({ environment, mentioned }: ExaminedEnvironment): Diagnosis[] {
  const { github, gitee } = environment;
  if (mentioned.length === 0)
    return [
      ill(
        "no host is configured",
        "set APP_ID, PRIVATE_KEY and WEBHOOK_SECRET for GitHub, or GITEE_TOKEN and GITEE_WEBHOOK_SECRET for Gitee",
      ),
    ];
  const on = [...(github === null ? [] : ["GitHub"]), ...(gitee === null ? [] : ["Gitee"])];
  return on.length === 0 ? [] : [well(`the environment configures ${on.join(" and ")}`)];
}

function aboutPublicUrl({ publicUrl }: Environment, mentioned: readonly HostName[]): Diagnosis[] {
  if (mentioned.length === 0) return [];
  const found: Diagnosis[] = [];
  const { hostname, protocol, pathname, origin } = new URL(publicUrl);
  const isLocal = isLocalUrl(publicUrl);
  if (protocol === "http:" && !isLocal)
    found.push(
      ill(
        `PUBLIC_URL is ${publicUrl}: sign-ins and cookies are sent unencrypted`,
        `put a reverse proxy with TLS in front of the bot, and set PUBLIC_URL to https://${hostname}`,
      ),
    );
  if (pathname !== "/")
    found.push(
      ill(
        `PUBLIC_URL has the path ${pathname}, and the pages' links lead to ${origin} without it`,
        "give the bot a host name of its own, and set PUBLIC_URL to that without a path",
      ),
    );
  if (isLocal)
    found.push(
      ill(
        `PUBLIC_URL is ${publicUrl}, which works only on this machine`,
        "set it to the URL at which people and hosts reach the bot",
      ),
    );
  return found;
}

/** @param refused gets the numbers of Gitee repositories whose check runs Gitee refuses */
async function aboutDatabase(
  environment: Environment,
  agreements: readonly Agreement[],
  refused: Set<number>,
): Promise<readonly Diagnosis[]> {
  const found: Diagnosis[] = [];
  try {
    const file = databaseFile(environment.databaseUrl);
    if (file !== null && existsSync(file)) found.push(...aboutOwner(file), ...(await aboutWholeFile(file)));
    const engine = await openEngine(environment, undefined, {
      asItIs: true,
      warned: (sentence) =>
        found.push(warn(sentence, "set sslmode, unless the network to PostgreSQL is private")),
    });
    try {
      await engine.ready();
      const damage = await engine.integrity();
      if (damage !== null)
        found.push(ill(damage, "stop the bot, and restore the last backup: countersign restore FILE"));
      found.push(well("the database answers, and its schema is this program's"));
      for (const agreement of agreements) found.push(...(await aboutDocuments(engine, agreement)));
      found.push(...(await aboutRecords(engine)));
      for (const { repository, refusal } of await listCheckRefusals(engine, "gitee"))
        if (refusal === "refused") refused.add(repository);
      return found;
    } finally {
      await engine.close();
    }
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    for (const agreement of agreements) found.push(...(await aboutDocuments(null, agreement)));
    found.push(
      error.code === "database-schema"
        ? warn(`the database: ${error.message}`, "nothing to do before the first start of this version")
        : ill(`the database: ${error.message}`, "fix that first: without it no delivery is accepted"),
    );
  }
  return found;
}

/** The file's state, also of a database that waits for an upgrade: that needs room on the disk. */
async function aboutWholeFile(file: string): Promise<readonly Diagnosis[]> {
  const { examineFile } = await import("../../sqlite/file/health.ts");
  try {
    return aboutFile(examineFile(file));
  } catch (error) {
    // Opening the database fails for the same reason, and says it.
    if (error instanceof Failure) return [];
    throw error;
  }
}

/** Root may leave files that the bot's user can't write, even if it only reads: SQLite keeps a log beside the file. */
export function aboutOwner(file: string, user?: number): readonly Diagnosis[] {
  const owner = foreignOwnerOf(file, user);
  return owner === null
    ? []
    : [
        warn(
          `doctor runs as root, and the database belongs to user ${owner}`,
          `run commands as that user, sudo -u '#${owner}' …, or the bot may not be able to write what root creates`,
        ),
      ];
}

async function aboutDocuments(engine: Engine | null, agreement: Agreement): Promise<Diagnosis[]> {
  const found = await Promise.all(textsOf(agreement).map((text) => aboutDocument(engine, agreement, text)));
  return found.flat();
}

async function aboutDocument(
  engine: Engine | null,
  agreement: Agreement,
  text: AgreementText,
): Promise<Diagnosis[]> {
  const { id, version } = agreement;
  try {
    const document = await readDocument(agreement, undefined, text);
    if (document === null) return [];
    const known = engine === null ? null : await engine.agreements.find(id, version, text.language);
    const which = text.language === null ? "its document" : `its document in ${text.language}`;
    const problems = documentProblems(document.markdown, { base: agreement.documentBase ?? null });
    if (known === null || known.digest === null || known.digest === document.digest)
      return [
        well(`${id} ${version}: ${which} is ${known === null ? "readable" : "the recorded one"}`),
        ...(problems.length === 0
          ? []
          : [
              well(
                `${id} ${version}: readers do not see ${plural(problems.length, "part")} of ${which} as written; ` +
                  `countersign agreement show ${id} lists them`,
              ),
            ]),
      ];
    return [
      ill(
        `${id}: the document changed, and its version is still ${version}: the bot will not start`,
        `run countersign agreement revise ${id} for typing errors, or raise version: in countersign.yml`,
      ),
    ];
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return [ill(error.message, "the bot will not start without it")];
  }
}

async function aboutRecords(engine: Engine): Promise<Diagnosis[]> {
  const { fault, lines } = await engine.audit.verify(null);
  const { parked } = await engine.queue.depth();
  const requests = await engine.subjects.requests();
  const due = await engine.due();
  return [
    fault === null
      ? well(`the audit log is complete: ${plural(lines, "line")}`)
      : ill(`the audit: ${fault.message}`, "compare it with a backup: somebody changed the database by hand"),
    ...due.map(({ what, count: over }) =>
      well(`retention is over for ${over} ${what}; the nightly housekeeping removes them`),
    ),
    ...(parked === 0
      ? []
      : [
          ill(
            `${plural(parked, "task")} failed and wait for you`,
            "countersign stats names them and says why",
          ),
        ]),
    ...(requests.length === 0
      ? []
      : [
          warn(`${plural(requests.length, "person", "people")} sent a request`, "countersign stats lists it"),
        ]),
  ];
}

/** The value, or null and every problem found. */
function attempt<T>(found: Diagnosis[], read: () => T, advice: string): T | null {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const problems = error instanceof Problems ? error.problems.map(printProblem) : [error.message];
    found.push(...problems.map((problem) => ill(problem, advice)));
    return null;
  }
}
