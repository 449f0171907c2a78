import { z } from "zod";
import { agreementFor, type Agreement } from "../records/agreement.ts";
import { unmatchedPatterns } from "../records/unmatched.ts";
import { Failure, printProblem, type Problem } from "../error.ts";
import { type Diagnosis, ill, warn, well } from "../ports/diagnosis.ts";
import type { Diagnose } from "../ports/host.ts";
import type { Client } from "./traffic/client.ts";
import { aboutHooks, type HookWanted } from "./diagnose-hook.ts";
import { aboutScopes } from "./diagnose-scopes.ts";
import { giteeCapabilities } from "./capabilities.ts";
import { refusalOf } from "./read/pull/check-runs.ts";
import { parsePath, within } from "./read/path.ts";
import { POLICY_PATH, readFile } from "./read/policy-file.ts";
import { PolicyFile, policyOf } from "../verdict/policy.ts";
import { readYaml } from "../yaml/read.ts";
import { visibleRepositories } from "./read/repositories.ts";
import { Self, type Repository } from "./read/schema.ts";

/** The maximum of repositories to check one by one. */
const LOOKED_AT = 50;

export interface DiagnoseOptions {
  /** The agreements, and the server's defaults for every repository's policy; null: not known. */
  readonly configuration: {
    readonly agreements: readonly Agreement[];
    readonly policy: PolicyFile;
  } | null;
  /** The secret for deliveries; null: not known. It is compared, a fix sends it to Gitee, and nothing prints it. */
  readonly webhookSecret: string | null;
  /** The numbers of repositories whose check runs Gitee refused to the running bot for a reason of their own. */
  readonly refused: ReadonlySet<number>;
}

/** The settings to which repositories are compared. */
interface Wanted extends HookWanted {
  readonly policy: PolicyFile;
  readonly refused: ReadonlySet<number>;
}

/** Checks the bot's account on Gitee and each repository that an agreement covers. */
export function diagnoseGitee(client: Client, options: DiagnoseOptions): Diagnose {
  const { configuration, webhookSecret, refused } = options;
  return async (webhookUrl) => {
    const found: Diagnosis[] = [];
    try {
      try {
        await client.get("the bot's own account", ["user"], Self);
      } catch (error) {
        if (!isOtherServer(error)) throw error;
        return [
          ill("Gitee: what answers at GITEE_URL is not Gitee's API", "set GITEE_URL to Gitee's address"),
        ];
      }
      found.push(well("Gitee knows the bot's account by its token"));
      if (configuration === null) return found;
      const { agreements, policy } = configuration;
      const wanted = { policy, refused, url: webhookUrl, secret: webhookSecret };
      found.push(...(await aboutRepositories(client, agreements, wanted)));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      found.push(ill(`Gitee: ${error.message}`, adviceOf(error)));
    }
    return found;
  };
}

/** Gitee answers a token that it does not know with 401: https://gitee.com/api/v5/swagger#/getV5User */
function isOtherServer(error: unknown): boolean {
  return error instanceof Failure && (error.code === "not-found" || error.code === "host-answer");
}

async function aboutRepositories(
  client: Client,
  agreements: readonly Agreement[],
  wanted: Wanted,
): Promise<readonly Diagnosis[]> {
  const found: Diagnosis[] = [];
  const patterns = agreements.flatMap(({ repositories }) => repositories);
  const paths: string[] = [];
  let covered = 0;
  let scopes: readonly Diagnosis[] | null = null;
  for await (const repository of visibleRepositories(client, patterns)) {
    paths.push(repository.full_name);
    if (agreementFor(agreements, "gitee", repository.full_name) === null) continue;
    covered += 1;
    // The token is the same everywhere.
    if (scopes === null && repository.permission?.push === true)
      scopes = await aboutScopes(client, repository.full_name);
    if (covered <= LOOKED_AT) found.push(...(await aboutRepository(client, repository, wanted)));
  }
  if (covered === 0)
    return [
      ill(
        "the bot's account sees no repository that an agreement covers",
        "make the account a member of them, or correct repositories: in countersign.yml",
      ),
    ];
  found.push(...(scopes ?? []));
  for (const pattern of unmatchedPatterns(agreements, "gitee", paths))
    found.push(
      warn(
        `repositories: ${pattern} matches no repository that the bot's account sees`,
        "correct it in countersign.yml, or make the account a member",
      ),
    );
  if (covered > LOOKED_AT)
    found.push(
      warn(
        `${covered - LOOKED_AT} further repositories were not looked at: doctor looks at ${LOOKED_AT}`,
        "countersign stats names those in which no check run could be written",
      ),
    );
  return found;
}

function adviceOf({ code }: Failure): string {
  return code === "host-credentials"
    ? "make a new token as the bot's account, with user_info, projects, pull_requests, notes and groups, and set GITEE_TOKEN"
    : code === "host-unreachable"
      ? "check GITEE_URL and the connection to it, then try again"
      : "try again when Gitee answers; it is no reason to stop the bot";
}

async function aboutRepository(
  client: Client,
  repository: Repository,
  wanted: Wanted,
): Promise<readonly Diagnosis[]> {
  const path = repository.full_name;
  const { permission } = repository;
  const check = await aboutCheck(client, repository, wanted);
  if (permission?.push !== true && permission?.admin !== true)
    return [
      ill(
        `${path}: the bot's account may not set labels`,
        "make it a member, as a developer at least, and give the token the scopes projects, pull_requests and notes",
      ),
      ...check,
    ];
  const hooks =
    permission.admin === true ? await aboutHooks(client, path, wanted) : [hiddenHooks(path, wanted)];
  return [well(`${path}: the bot's account may set labels and comment`), ...check, ...hooks];
}

function hiddenHooks(path: string, { url }: Wanted): Diagnosis {
  const place = url === null ? "" : `; its URL is to be ${url}`;
  return well(`${path}: its webhook shows only to administrators${place}`);
}

/**
 * No API call tells whether a branch requires the check, so doctor shows the steps for each repository where the bot
 * has the right to write it.
 */
const REQUIRE =
  "require it by hand within a week of its last run: Manage, Branch settings, the protected branch, “require status " +
  "checks to pass before merging” (要求门禁状态成功才能合并); administrators of the repository may merge past it";

/**
 * Whether the bot can write the check run that the policy asks for, no finding if it asks for none, and what is wrong
 * with the policy file.
 */
async function aboutCheck(client: Client, repository: Repository, wanted: Wanted): Promise<Diagnosis[]> {
  const mistakes: Diagnosis[] = [];
  const check = await aboutCheckRun(client, repository, wanted, (problems) => {
    for (const problem of problems)
      mistakes.push(
        ill(
          `${repository.full_name}: ${printProblem(problem)}`,
          "correct it on the default branch; until then no pull request there is green",
        ),
      );
  });
  return [...mistakes, ...check];
}

async function aboutCheckRun(
  client: Client,
  repository: Repository,
  { policy: server, refused }: Wanted,
  tell: (problems: readonly Problem[]) => void,
): Promise<Diagnosis[]> {
  const path = repository.full_name;
  try {
    const file = await readFile(client, parsePath(path), POLICY_PATH, null);
    const parsed = file === null ? null : readYaml(file.text, PolicyFile, POLICY_PATH);
    if (parsed?.ok === false) tell(parsed.problems);
    const own = parsed?.ok === true ? parsed.value : {};
    const { report, context } = policyOf(own, server, { ...giteeCapabilities(client.server), name: "gitee" });
    if (report === "status") return [];
    const branch = repository.default_branch ?? null;
    const check = `the check ${context}${report === "check" ? ", which the policy requires," : ""}`;
    const content =
      report === "check"
        ? `set report: auto in ${POLICY_PATH} if labels and a comment are enough`
        : `set report: status in ${POLICY_PATH} to use only labels and the comment`;
    if (repository.permission?.admin !== true)
      return [
        ill(
          `${path}: ${check} can't be written: the bot's account does not administer the repository`,
          `make it an administrator (管理员), or ${content}`,
        ),
      ];
    if (branch !== null)
      await client.get("check runs", within(parsePath(path), "commits", branch, "check-runs"), z.unknown());
    if (refused.has(repository.id))
      return [
        ill(
          `${path}: ${check} was not written: Gitee refused it`,
          `choose another name under context in ${POLICY_PATH}, and comment /check-cla on the pull request; or ${content}`,
        ),
      ];
    return [
      {
        what: `${path}: the bot's account has the right to write the check ${context}; the first check tries it`,
        ok: true,
        advice: REQUIRE,
      },
    ];
  } catch (error) {
    const refusal = refusalOf(error, repository.permission?.admin ?? null);
    if (refusal === "edition")
      return [
        ill(
          `${path}: no check run can be written: this edition of Gitee has none`,
          `the bot uses labels and a comment; set report: status in ${POLICY_PATH} to confirm that`,
        ),
      ];
    if (!(error instanceof Failure)) throw error;
    return [
      ill(
        `${path}: no check run can be written: ${error.message}`,
        "give the token the scope projects, and make its account an administrator of the repository",
      ),
    ];
  }
}
