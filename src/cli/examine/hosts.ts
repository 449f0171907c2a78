import type { Environment, GitHubEnvironment, GiteeEnvironment } from "../../bot/environment.ts";
import { Failure } from "../../error.ts";
import { type Diagnosis, ill } from "../../ports/diagnosis.ts";
import type { Agreement } from "../../records/agreement.ts";
import type { PolicyFile } from "../../verdict/policy.ts";
import { aboutKey } from "./key.ts";
import { aboutReach } from "./reach.ts";
import { aboutSignIn } from "./sign-in.ts";

/** Checks each enabled host: whether it answers, whether it accepts the credentials, and its settings for the bot. */
export async function aboutHosts(
  environment: Environment,
  agreements: readonly Agreement[],
  policy: PolicyFile,
): Promise<readonly Diagnosis[]> {
  const { github, gitee, publicUrl } = environment;
  const found: Diagnosis[] = [];
  if (github !== null) {
    const reach = await aboutReach("GitHub", github.webUrl, "GHE_HOST");
    const key = aboutKey(github.privateKey);
    found.push(...reach, ...key);
    // If the host does not answer, the other checks can't tell more.
    if (key.length === 0 && answered(reach))
      found.push(...(await diagnoseGitHub(github, agreements, `${publicUrl}/api/github/webhooks`)));
  }
  if (gitee !== null) {
    const reach = await aboutReach("Gitee", gitee.webUrl, "GITEE_URL");
    found.push(...reach);
    if (answered(reach))
      found.push(...(await diagnoseGitee(gitee, { agreements, policy }, `${publicUrl}/api/gitee/webhooks`)));
  }
  found.push(...(await aboutSignIn(environment, agreements)));
  return found;
}

/** A wrong clock does not stop the other checks. */
function answered(reach: readonly Diagnosis[]): boolean {
  return reach.every(({ ok, what }) => ok || what.includes("clock"));
}

async function diagnoseGitHub(
  github: GitHubEnvironment,
  agreements: readonly Agreement[],
  webhookUrl: string,
): Promise<readonly Diagnosis[]> {
  const { connectGitHub } = await import("../../github/traffic/client.ts");
  const { diagnoseGitHub: diagnose } = await import("../../github/diagnose.ts");
  const { enterpriseServer, GITHUB_COM } = await import("../../github/traffic/server.ts");
  const { enterprise, webhookSecret } = github;
  const server = enterprise === null ? GITHUB_COM : enterpriseServer(enterprise.host, enterprise.protocol);
  try {
    const client = await connectGitHub({ ...github, server });
    return await diagnose(client, { agreements, webhookSecret })(webhookUrl);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return [ill(error.message, "set it as the app's settings page shows it")];
  }
}

async function diagnoseGitee(
  gitee: GiteeEnvironment,
  options: { readonly agreements: readonly Agreement[]; readonly policy: PolicyFile },
  webhookUrl: string,
): Promise<readonly Diagnosis[]> {
  const { giteeClient } = await import("../../gitee/traffic/client.ts");
  const { diagnoseGitee: diagnose } = await import("../../gitee/diagnose.ts");
  const client = giteeClient({ url: gitee.webUrl, token: gitee.token, now: Date.now });
  return diagnose(client, { ...options, webhookSecret: gitee.webhookSecret })(webhookUrl);
}
