/**
 * Registers the GitHub App by a manifest: the browser posts it to GitHub, GitHub sends the browser back with a code,
 * and the code is exchanged for the credentials, once and within an hour.
 * https://docs.github.com/apps/sharing-github-apps/registering-a-github-app-from-a-manifest
 */
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { Octokit } from "@octokit/rest";
import { Failure } from "../../error.ts";
import { failureOf } from "../../github/traffic/failure.ts";
import { enterpriseServer, GITHUB_COM, type GitHubServer } from "../../github/traffic/server.ts";
import type { Console } from "../command-line.ts";
import { appManifest } from "./app-manifest.ts";
import { foreignOwner } from "../database/open-database.ts";
import { prepareCredentials, writeCredentials, type Credentials } from "./credentials.ts";
import { awaitCode } from "./manifest-page.ts";
import { reachableUrl } from "./reachable-url.ts";
import type { SetupFlags } from "./setup-flags.ts";

/** @throws Failure `usage`, `refused`, or a refusal of GitHub */
export async function setUpGitHub(flags: SetupFlags, { variables, stdout, stderr }: Console): Promise<void> {
  const server = serverOf(variables);
  const publicUrl = reachableUrl(variables, server.webUrl, { value: flags.url });
  const port = portOf(flags.port);
  const organization = flags.organization ?? null;
  if (organization !== null && !/^[A-Za-z0-9-]+$/.test(organization))
    throw new Failure("usage", "--organization: expected an organization's login");
  prepareCredentials(flags.file);
  const written = existsSync(flags.file);
  const state = randomBytes(16).toString("hex");
  const owner = organization === null ? "" : `/organizations/${organization}`;
  const code = await awaitCode({
    port,
    state,
    registerAt: `${server.webUrl}${owner}/settings/apps/new?state=${state}`,
    manifest: (redirectUrl) => appManifest({ name: flags.name, publicUrl, redirectUrl }),
    listening: (url) =>
      (flags.json === true ? stderr : stdout).write(
        `Open ${url} in a browser on this machine, and press the button.\n`,
      ),
  });
  const lost = `if GitHub lists the new app at ${server.webUrl}${owner}/settings/apps, nobody has its key: delete it there, and run this command again`;
  const app = await exchange(server, code, lost);
  const warning = foreignOwner(flags.file, process.getuid?.(), flags.file);
  if (warning !== null) stderr.write(`countersign: ${warning}\n`);
  save(flags.file, lost, {
    APP_ID: String(app.id),
    // In one line: kubectl and docker run --env-file read no longer values.
    PRIVATE_KEY: Buffer.from(app.pem).toString("base64"),
    WEBHOOK_SECRET: app.webhook_secret ?? "",
    GITHUB_CLIENT_ID: app.client_id,
    GITHUB_CLIENT_SECRET: app.client_secret,
    PUBLIC_URL: publicUrl,
    ...enterpriseVariables(variables),
  });
  const installUrl = `${app.html_url}/installations/new`;
  if (flags.json === true)
    stdout.write(`${JSON.stringify({ app_id: app.id, file: flags.file, install_url: installUrl })}\n`);
  else
    stdout.write(`
The app is registered, and its credentials are ${written ? "added to" : "in"} ${flags.file}, which only its owner can read.
What comes next:
  1. Install the app: ${installUrl}
  2. Write countersign.yml (README.md, "Configure"), and check it: countersign config check
  3. Look at everything: countersign doctor
  4. Start the bot: countersign serve
`);
}

/** GitHub shows the credentials once, and by now the app exists. */
function save(file: string, lost: string, credentials: Credentials): void {
  try {
    writeCredentials(file, credentials);
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure(
      "refused",
      `${file} can't be written: check the space on its disk and who may write there; ${lost}`,
    );
  }
}

/** The pauses between attempts, in milliseconds: the code is valid for an hour. */
const PAUSES = [200, 1_000, 3_000, 10_000];

/** @param lost what to do about an app whose credentials never arrive */
async function exchange(server: GitHubServer, code: string, lost: string) {
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  const octokit = new Octokit({ baseUrl: server.apiUrl, log });
  for (let attempt = 0; ; attempt += 1)
    try {
      return (await octokit.rest.apps.createFromManifest({ code })).data;
    } catch (error) {
      const failure = failureOf(error, "POST /app-manifests/{code}/conversions", Date.now());
      if (failure === null) throw error;
      const pause = PAUSES[attempt];
      if (pause === undefined || !mayPass(failure))
        throw new Failure(failure.code, `${failure.message}; ${lost}`, { cause: failure });
      await setTimeout(pause);
    }
}

function mayPass({ code, cause }: Failure): boolean {
  return code === "host-unreachable" || (code === "host-refused" && Number(cause) >= 500);
}

function portOf(text: string | undefined): number {
  const port = Number(text ?? "0");
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new Failure("usage", "--port: expected a number from 1 to 65535");
}

function serverOf(variables: Console["variables"]): GitHubServer {
  const host = variables["GHE_HOST"]?.trim();
  if (host === undefined || ["", "github.com"].includes(host.toLowerCase())) return GITHUB_COM;
  return enterpriseServer(host, variables["GHE_PROTOCOL"]?.trim() === "http" ? "http" : "https");
}

function enterpriseVariables(variables: Console["variables"]): Partial<Credentials> {
  const { GHE_HOST: host, GHE_PROTOCOL: protocol } = variables;
  return { ...(host ? { GHE_HOST: host } : {}), ...(protocol ? { GHE_PROTOCOL: protocol } : {}) };
}
