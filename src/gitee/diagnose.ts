import { z } from "zod";
import { agreementFor, type Agreement } from "../records/agreement.ts";
import { Failure } from "../error.ts";
import { type Diagnosis, ill, warn, well } from "../ports/diagnosis.ts";
import type { Diagnose } from "../ports/host.ts";
import type { Client } from "./traffic/client.ts";
import { giteeCapabilities } from "./capabilities.ts";
import { refusalOf } from "./read/pull/check-runs.ts";
import { parsePath, within } from "./read/path.ts";
import { POLICY_PATH, readFile } from "./read/policy-file.ts";
import { PolicyFile, policyOf } from "../verdict/policy.ts";
import { readYaml } from "../yaml/read.ts";
import { visibleRepositories } from "./read/repositories.ts";
import { Self, type Repository } from "./read/schema.ts";

/** The answer of `GET hooks`; only an administrator sees it. */
const Hooks = z.array(
  z.object({
    url: z.string(),
    password: z.string().nullish(),
    result_code: z.number().nullish(),
    push_events: z.boolean().nullish(),
    note_events: z.boolean().nullish(),
    merge_requests_events: z.boolean().nullish(),
    tag_push_events: z.boolean().nullish(),
    issues_events: z.boolean().nullish(),
    /**
     * 0: sends the password itself; 1: sends a signature made with it. gitee.com/api/v5/swagger,
     * "postV5ReposOwnerRepoHooks"
     */
    encryption_type: z.number().nullish(),
  }),
);
type Hook = z.infer<typeof Hooks>[number];

/** The maximum of repositories to check one by one. */
const LOOKED_AT = 50;

export interface DiagnoseOptions {
  readonly agreements: readonly Agreement[];
  /** The secret for deliveries; compared and never printed. */
  readonly webhookSecret: string;
  /** The server's defaults for every repository's policy. */
  readonly policy: PolicyFile;
}

/** Checks the bot's account on Gitee and each repository that an agreement covers. */
export function diagnoseGitee(client: Client, options: DiagnoseOptions): Diagnose {
  return async (webhookUrl) => {
    const found: Diagnosis[] = [];
    try {
      await client.get("the bot's own account", ["user"], Self);
      found.push(well("Gitee knows the bot's account by its token"));
      const patterns = options.agreements.flatMap(({ repositories }) => repositories);
      let seen = 0;
      for await (const repository of visibleRepositories(client, patterns)) {
        if (agreementFor(options.agreements, "gitee", repository.full_name) === null) continue;
        seen += 1;
        if (seen <= LOOKED_AT)
          found.push(...(await aboutRepository(client, repository, webhookUrl, options)));
      }
      if (seen === 0)
        found.push(
          ill(
            "the bot's account sees no repository that an agreement covers",
            "make the account a member of them, or correct repositories: in countersign.yml",
          ),
        );
      if (seen > LOOKED_AT)
        found.push(
          warn(
            `${seen - LOOKED_AT} further repositories were not looked at: doctor looks at ${LOOKED_AT}`,
            "countersign stats names those in which no check run could be written",
          ),
        );
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      found.push(ill(`Gitee: ${error.message}`, adviceOf(error)));
    }
    return found;
  };
}

function adviceOf({ code }: Failure): string {
  return code === "host-credentials"
    ? "make a new token as the bot's account, with user_info, projects, pull_requests and notes, and set GITEE_TOKEN"
    : "check GITEE_URL and the connection to it, then try again";
}

async function aboutRepository(
  client: Client,
  repository: Repository,
  webhookUrl: string,
  options: DiagnoseOptions,
): Promise<Diagnosis[]> {
  const { webhookSecret } = options;
  const path = repository.full_name;
  const { permission } = repository;
  const check = await aboutCheck(client, repository, options);
  if (permission?.push !== true && permission?.admin !== true)
    return [
      ill(
        `${path}: the bot's account may not set labels`,
        "make it a member, as a developer at least, and give the token the scopes projects, pull_requests and notes",
      ),
      ...check,
    ];
  const may = well(`${path}: the bot's account may set labels and comment`);
  if (permission.admin !== true)
    return [
      may,
      ...check,
      well(`${path}: its webhook shows only to administrators; its URL is to be ${webhookUrl}`),
    ];
  try {
    const hooks = await client.get("the repository's webhooks", within(parsePath(path), "hooks"), Hooks);
    return [may, ...check, aboutHook(path, hooks, webhookUrl, webhookSecret)];
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return [
      may,
      ...check,
      ill(
        `${path}: its webhooks can't be looked at: ${error.message}`,
        "give the token the hook scope, or look under WebHooks yourself",
      ),
    ];
  }
}

/**
 * No API call tells whether a branch requires the check, so doctor shows the steps for each repository where the bot
 * has the right to write it.
 */
const REQUIRE =
  "require it by hand within a week of its last run: Manage, Branch settings, the protected branch, “require status " +
  "checks to pass before merging” (要求门禁状态成功才能合并); administrators of the repository may merge past it";

/** Whether the bot can write the check run that the policy asks for; no finding if it asks for none. */
async function aboutCheck(
  client: Client,
  repository: Repository,
  { policy: server }: DiagnoseOptions,
): Promise<Diagnosis[]> {
  const path = repository.full_name;
  try {
    const file = await readFile(client, parsePath(path), POLICY_PATH, null);
    const parsed = file === null ? null : readYaml(file.text, PolicyFile, POLICY_PATH);
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

function aboutHook(path: string, hooks: readonly Hook[], url: string, secret: string): Diagnosis {
  const hook = hooks.find((one) => one.url === url);
  const where = "the repository's settings, WebHooks";
  if (hook === undefined)
    return ill(
      `${path}: no webhook of its own goes to ${url}`,
      `add one in ${where}, unless the organization or enterprise has one, which doctor can't see`,
    );
  const off = [
    ...(hook.merge_requests_events === true ? [] : ["Pull Request"]),
    ...(hook.note_events === true ? [] : ["Comment"]),
    ...(hook.push_events === true ? [] : ["Push"]),
  ];
  if (off.length > 0)
    return ill(`${path}: its webhook lacks the events ${off.join(", ")}`, `turn them on in ${where}`);
  // Gitee shows the secret itself; if it shows none, there is nothing to compare.
  if (hook.password && hook.password !== secret)
    return ill(
      `${path}: its webhook has a different secret from GITEE_WEBHOOK_SECRET`,
      `set the same in ${where}`,
    );
  const code = hook.result_code ?? null;
  if (code !== null && code !== 0 && (code < 200 || code >= 300))
    return ill(`${path}: its webhook's last delivery was answered ${code}`, `test it in ${where}`);
  if (hook.encryption_type === 0)
    return warn(
      `${path}: its webhook sends the password itself with each delivery`,
      `choose the signature instead in ${where}: it never sends the secret itself`,
    );
  const unsure = [
    ...(hook.tag_push_events === false ? ["Tag Push"] : []),
    ...(hook.issues_events === false ? ["Issue"] : []),
  ];
  // Gitee documents the event of a re-requested check, but not its name.
  if (unsure.length > 0)
    return warn(
      `${path}: its webhook lacks the events ${unsure.join(", ")}`,
      "Gitee does not say with which event it announces that somebody asks for a check again: turn them on in " +
        `${where}, or run countersign setup gitee ${path}; /check-cla in a comment works without`,
    );
  return well(`${path}: its webhook goes to ${url}`);
}
