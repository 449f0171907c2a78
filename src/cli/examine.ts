/** Looks at everything that must be right for the bot to work; each thing by itself, so that one hides no other. */
import { documentProblems } from "../http/pages/document/render-document.ts";
import { textsOf, type Agreement, type AgreementText } from "../records/agreement.ts";
import { shadowedAgreements, shadowedMessage } from "../records/shadowed.ts";
import type { PolicyFile } from "../verdict/policy.ts";
import { aboutInstance } from "./examine-instance.ts";
import type { Engine } from "../ports/engine.ts";
import { Failure, Problems, printProblem } from "../error.ts";
import type { Diagnose, Diagnosis } from "../ports/host.ts";
import { count } from "./columns.ts";
import { readConfiguration } from "../bot/configuration.ts";
import { readDocument } from "../bot/documents.ts";
import { readEnvironment, type Environment, type Variables } from "../bot/environment.ts";
import { openEngine } from "../bot/open.ts";

const NODE = 24;

export async function examine(variables: Variables): Promise<readonly Diagnosis[]> {
  const node = Number(process.versions.node.split(".")[0]);
  const found: Diagnosis[] = [
    node >= NODE
      ? well(`Node.js ${process.versions.node}`)
      : ill(`Node.js ${process.versions.node}`, `use ${NODE} or newer: npm ci brings one along`),
  ];
  const environment = attempt(found, () => readEnvironment(variables, false), "set it right and try again");
  if (environment === null) return found;
  found.push(...aboutEnvironment(environment));
  const configuration = attempt(
    found,
    () => readConfiguration(environment.configFile),
    "write or mend the file",
  );
  const agreements = configuration?.agreements ?? [];
  if (configuration !== null)
    found.push(well(`${environment.configFile}: ${count(agreements.length, "agreement")}`));
  if (configuration !== null) found.push(...aboutInstance(configuration.instance));
  for (const shadowed of shadowedAgreements(agreements))
    found.push(ill(shadowedMessage(shadowed), `correct the patterns in ${environment.configFile}`));
  found.push(...(await aboutDatabase(environment, agreements)));
  for (const [path, diagnose] of await diagnoses(environment, agreements, configuration?.policy ?? {}, found))
    found.push(...(await diagnose(`${environment.publicUrl}${path}`)));
  return found;
}

function aboutEnvironment({ github, gitee, publicUrl }: Environment): Diagnosis[] {
  const on = [github === null ? null : "GitHub", gitee === null ? null : "Gitee"].filter(
    (name) => name !== null,
  );
  if (on.length === 0)
    return [
      ill(
        "no host is configured",
        "set APP_ID, PRIVATE_KEY and WEBHOOK_SECRET for GitHub, or GITEE_TOKEN and GITEE_WEBHOOK_SECRET for Gitee",
      ),
    ];
  const found = [well(`the environment configures ${on.join(" and ")}`)];
  const { hostname, protocol, pathname, origin } = new URL(publicUrl);
  const isLocal = ["localhost", "127.0.0.1", "[::1]"].includes(hostname);
  if (protocol === "http:" && !isLocal)
    found.push(
      ill(
        `PUBLIC_URL is ${publicUrl}: sign-ins and cookies go over the network for everybody to read`,
        `put a reverse proxy with TLS before the bot, and set PUBLIC_URL to https://${hostname}`,
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
        `PUBLIC_URL is ${publicUrl}, which leads everybody to their own machine`,
        "set it to where the world reaches the bot",
      ),
    );
  return found;
}

async function aboutDatabase(
  environment: Environment,
  agreements: readonly Agreement[],
): Promise<readonly Diagnosis[]> {
  const found: Diagnosis[] = [];
  try {
    const engine = await openEngine(environment);
    try {
      await engine.ready();
      const damage = await engine.integrity();
      if (damage !== null) found.push(ill(damage, "stop the bot and restore the last backup"));
      found.push(well("the database answers, and its schema is this program's"));
      for (const agreement of agreements) found.push(...(await aboutDocuments(engine, agreement)));
      found.push(...(await aboutRecords(engine)));
    } finally {
      await engine.close();
    }
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    found.push(ill(`the database: ${error.message}`, "mend that first: without it no delivery is taken"));
  }
  return found;
}

async function aboutDocuments(engine: Engine, agreement: Agreement): Promise<Diagnosis[]> {
  const found = await Promise.all(textsOf(agreement).map((text) => aboutDocument(engine, agreement, text)));
  return found.flat();
}

async function aboutDocument(
  engine: Engine,
  agreement: Agreement,
  text: AgreementText,
): Promise<Diagnosis[]> {
  const { id, version } = agreement;
  try {
    const document = await readDocument(agreement, undefined, text);
    if (document === null) return [];
    const known = await engine.agreements.find(id, version, text.language);
    const which = text.language === null ? "its document" : `its document in ${text.language}`;
    const problems = documentProblems(document.markdown, { base: agreement.documentBase ?? null });
    if (known === null || known.digest === null || known.digest === document.digest)
      return [
        well(`${id} ${version}: ${which} is ${known === null ? "readable" : "the recorded one"}`),
        ...(problems.length === 0
          ? []
          : [
              well(
                `${id} ${version}: readers do not see ${count(problems.length, "part")} of ${which} as written; ` +
                  `countersign agreement show ${id} lists them`,
              ),
            ]),
      ];
    return [
      ill(
        `${id}: the document changed, and its version is still ${version}: the bot will not start`,
        `say countersign agreement revise ${id} for typing errors, or raise version: in countersign.yml`,
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
      ? well(`the audit is whole: ${count(lines, "line")}`)
      : ill(
          `the audit: ${fault.message}`,
          "compare it with a backup: somebody wrote in the database by hand",
        ),
    ...due.map(({ what, count: over }) =>
      well(`retention is over for ${over} ${what}; the nightly housekeeping removes them`),
    ),
    ...(parked === 0
      ? []
      : [
          ill(
            `${count(parked, "task")} failed and wait for you`,
            "countersign stats names them and says why",
          ),
        ]),
    ...(requests.length === 0
      ? []
      : [
          ill(
            `${count(requests.length, "person", "people")} asked something of you`,
            "countersign stats lists it",
          ),
        ]),
  ];
}

async function diagnoses(
  { github, gitee }: Environment,
  agreements: readonly Agreement[],
  policy: PolicyFile,
  found: Diagnosis[],
): Promise<readonly (readonly [path: string, diagnose: Diagnose])[]> {
  const all: [string, Diagnose][] = [];
  if (github !== null) {
    const { connectGitHub } = await import("../github/traffic/client.ts");
    const { diagnoseGitHub } = await import("../github/diagnose.ts");
    const { enterpriseServer, GITHUB_COM } = await import("../github/traffic/server.ts");
    const { enterprise } = github;
    const server = enterprise === null ? GITHUB_COM : enterpriseServer(enterprise.host, enterprise.protocol);
    try {
      all.push(["/api/github/webhooks", diagnoseGitHub(await connectGitHub({ ...github, server }))]);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      found.push(ill(error.message, "set it as the app's settings page shows it"));
    }
  }
  if (gitee !== null) {
    const { giteeClient } = await import("../gitee/traffic/client.ts");
    const { diagnoseGitee } = await import("../gitee/diagnose.ts");
    const client = giteeClient({ url: gitee.webUrl, token: gitee.token, now: Date.now });
    const { webhookSecret } = gitee;
    all.push(["/api/gitee/webhooks", diagnoseGitee(client, { agreements, webhookSecret, policy })]);
  }
  return all;
}

/** The value, or null and every problem found. */
function attempt<T>(found: Diagnosis[], read: () => T, mend: string): T | null {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const problems = error instanceof Problems ? error.problems.map(printProblem) : [error.message];
    found.push(...problems.map((problem) => ill(problem, mend)));
    return null;
  }
}

function well(what: string): Diagnosis {
  return { what, ok: true, mend: null };
}

function ill(what: string, mend: string): Diagnosis {
  return { what, ok: false, mend };
}
