import type { HostName } from "../../account.ts";
import type { Environment, SignInEnvironment } from "../../bot/environment.ts";
import type { Agreement } from "../../records/agreement.ts";
import { type Diagnosis, ill, warn, well } from "../../ports/diagnosis.ts";

const TITLES: Readonly<Record<HostName, string>> = { github: "GitHub", gitee: "Gitee" };
const TIMEOUT = 10_000;

/** Whether people can sign in if an agreement is signed on the page, and whether the host accepts the secrets. */
export async function aboutSignIn(
  { github, gitee, publicUrl }: Pick<Environment, "github" | "gitee" | "publicUrl">,
  agreements: readonly Agreement[],
): Promise<readonly Diagnosis[]> {
  const found: Diagnosis[] = [];
  for (const [host, on] of [
    ["github", github],
    ["gitee", gitee],
  ] as const) {
    if (on === null) continue;
    const signed = agreements.filter(
      ({ sign, repositories }) =>
        sign.includes("page") && repositories.some((pattern) => pattern.startsWith(`${host}:`)),
    );
    const variables = `${host.toUpperCase()}_CLIENT_ID and ${host.toUpperCase()}_CLIENT_SECRET`;
    if (on.signIn === null) {
      if (signed.length > 0)
        found.push(
          ill(
            `${signed.map(({ id }) => id).join(", ")}: sign: [page], and nobody can sign in with ${TITLES[host]}`,
            `set ${variables}, with the callback URL ${publicUrl}/sign-in/${host}/callback`,
          ),
        );
      continue;
    }
    found.push(await aboutSecret(TITLES[host], variables, tokenUrl(host, on.webUrl), on.signIn));
  }
  return found;
}

function tokenUrl(host: HostName, webUrl: string): string {
  return host === "github" ? `${webUrl}/login/oauth/access_token` : `${webUrl}/oauth/token`;
}

/**
 * Exchanges an invalid code: the host says whether it refused the client or only the code.
 * https://docs.github.com/apps/oauth-apps/maintaining-oauth-apps/troubleshooting-oauth-app-access-token-request-errors,
 * RFC 6749 section 5.2 for Gitee.
 */
async function aboutSecret(
  title: string,
  variables: string,
  url: string,
  { clientId, clientSecret }: SignInEnvironment,
): Promise<Diagnosis> {
  const tried = `could not check whether ${title} accepts ${variables}`;
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { accept: "application/json", "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({
        grant_type: "authorization_code",
        client_id: clientId,
        client_secret: clientSecret,
        code: "countersign-doctor",
        redirect_uri: "http://localhost/",
      }).toString(),
      signal: AbortSignal.timeout(TIMEOUT),
    });
    const answer: unknown = await response.json();
    const error = typeof answer === "object" && answer !== null && "error" in answer ? answer.error : null;
    if (error === "incorrect_client_credentials" || error === "invalid_client")
      return ill(
        `${title} does not accept ${variables}`,
        "copy both from the app's settings; make a new secret if it is lost",
      );
    if (error === "bad_verification_code" || error === "invalid_grant" || error === "redirect_uri_mismatch")
      return well(`${title} accepts ${variables}`);
    return warn(tried, "try to sign in on the page");
  } catch {
    return warn(tried, "try again when the host answers");
  }
}
