import { randomUUID } from "node:crypto";
import type { HostName } from "../../account.ts";
import type { Configuration } from "../../bot/configuration.ts";
import type { ExaminedEnvironment, GitHubEnvironment, GiteeEnvironment } from "../../bot/environment.ts";
import { Failure } from "../../error.ts";
import { type Diagnosis, ill } from "../../ports/diagnosis.ts";
import { aboutKey } from "./key.ts";
import { aboutReach } from "./reach.ts";
import { aboutSignIn } from "./sign-in.ts";

/** The parts of the configuration that the checks of the hosts use. */
type Configured = Pick<Configuration, "agreements" | "policy">;

/**
 * Checks each enabled host: whether it answers, whether it accepts the credentials, and its settings for the bot.
 * @param configuration null: it can't be read, so nothing is said about which repositories it covers
 * @param refused the numbers of Gitee repositories whose check runs Gitee refused to the bot
 */
export async function aboutHosts(
  { environment, partial }: ExaminedEnvironment,
  configuration: Configured | null,
  refused: ReadonlySet<number>,
): Promise<readonly Diagnosis[]> {
  const { github, gitee, publicUrl } = environment;
  const found: Diagnosis[] = [];
  if (github !== null) {
    const reach = await aboutReach("GitHub", github.webUrl, "GHE_HOST");
    const key = aboutKey(github.privateKey);
    found.push(...reach, ...key);
    // If the host does not answer, the other checks can't tell more.
    if (key.length === 0 && answered(reach))
      found.push(
        ...(await diagnoseGitHub(github, configuration, webhookUrl(publicUrl, github.webUrl, "github"))),
      );
  }
  if (gitee !== null) {
    const reach = await aboutReach("Gitee", gitee.webUrl, "GITEE_URL");
    found.push(...reach);
    if (answered(reach)) {
      const url = webhookUrl(publicUrl, gitee.webUrl, "gitee");
      found.push(...(await diagnoseGitee(gitee, { configuration, refused }, url)));
    }
  }
  if (partial.github !== null) {
    const { webUrl, privateKey } = partial.github;
    found.push(...(await aboutReach("GitHub", webUrl, "GHE_HOST")));
    if (privateKey !== "") found.push(...aboutKey(privateKey));
  }
  if (partial.gitee !== null) found.push(...(await aboutReach("Gitee", partial.gitee.webUrl, "GITEE_URL")));
  const set = { publicUrl, github: github ?? partial.github, gitee: gitee ?? partial.gitee };
  found.push(...(await aboutSignIn(set, configuration?.agreements ?? [])));
  return found;
}

/** Whether a URL works only on the machine where it is used. */
export function isLocalUrl(url: string): boolean {
  return /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\]|0\.0\.0\.0)$/.test(new URL(url).hostname);
}

/**
 * Where a host must send deliveries; null if PUBLIC_URL does not say that. Without it, the URL is this machine's name for
 * itself, which no host reaches; a simulated host on this machine does.
 */
function webhookUrl(publicUrl: string, hostUrl: string, host: HostName): string | null {
  const isKnown =
    !isLocalUrl(publicUrl) || (isLocalUrl(hostUrl) && new URL(publicUrl).hostname !== "localhost");
  return isKnown ? `${publicUrl}/api/${host}/webhooks` : null;
}

/** A wrong clock does not stop the other checks. */
function answered(reach: readonly Diagnosis[]): boolean {
  return reach.every(({ ok, what }) => ok || what.includes("clock"));
}

async function diagnoseGitHub(
  github: GitHubEnvironment,
  configuration: Configured | null,
  url: string | null,
): Promise<readonly Diagnosis[]> {
  const { connectGitHub } = await import("../../github/traffic/client.ts");
  const { diagnoseGitHub: diagnose } = await import("../../github/diagnose.ts");
  const { enterpriseServer, GITHUB_COM } = await import("../../github/traffic/server.ts");
  const { enterprise, webhookSecret } = github;
  const server = enterprise === null ? GITHUB_COM : enterpriseServer(enterprise.host, enterprise.protocol);
  try {
    // Nothing is delivered to this client, so it works without the secret.
    const client = connectGitHub({ ...github, webhookSecret: webhookSecret || randomUUID(), server });
    const agreements = configuration?.agreements ?? null;
    return await diagnose(client, { agreements, webhookSecret: webhookSecret || null })(url);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return [ill(error.message, "set it as the app's settings page shows it")];
  }
}

async function diagnoseGitee(
  gitee: GiteeEnvironment,
  options: { readonly configuration: Configured | null; readonly refused: ReadonlySet<number> },
  url: string | null,
): Promise<readonly Diagnosis[]> {
  const { giteeClient } = await import("../../gitee/traffic/client.ts");
  const { diagnoseGitee: diagnose } = await import("../../gitee/diagnose.ts");
  const client = giteeClient({ url: gitee.webUrl, token: gitee.token, now: Date.now });
  const webhookSecret = gitee.webhookSecret || null;
  return diagnose(client, { ...options, webhookSecret })(url);
}
