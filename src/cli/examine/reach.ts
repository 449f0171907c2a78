import { type Diagnosis, ill, warn, well } from "../../ports/diagnosis.ts";

const TIMEOUT = 10_000;
/** GitHub accepts an app's token whose times are off by up to a minute; Gitee accepts signatures within an hour. */
const WRONG_MS = 60_000;
const DOUBTFUL_MS = 20_000;

/**
 * Whether a host answers at all, whatever the credentials, and whether both clocks agree.
 * @param name the host's name for people
 * @param variable the variable that sets its address
 */
export async function aboutReach(
  name: string,
  webUrl: string,
  variable: string,
  now: () => number = Date.now,
): Promise<readonly Diagnosis[]> {
  let response: Response;
  const asked = now();
  try {
    response = await fetch(webUrl, {
      method: "HEAD",
      redirect: "manual",
      signal: AbortSignal.timeout(TIMEOUT),
    });
  } catch (error) {
    return [
      ill(
        `${name} can't be reached at ${webUrl}: ${reasonOf(error)}`,
        `check ${variable} and the connection to it: DNS, firewall, proxy, certificates. The credentials were not checked.`,
      ),
    ];
  }
  const date = Date.parse(response.headers.get("date") ?? "");
  if (Number.isNaN(date)) return [well(`${name} answers at ${webUrl}`)];
  // The header has whole seconds, and the host wrote it between the request and the answer.
  const skew = Math.max(0, asked - (date + 1000), date - now());
  const seconds = Math.round(skew / 1000);
  if (skew > WRONG_MS)
    return [
      ill(`this machine's clock and ${name}'s differ by ${seconds} seconds`, "set the clock, e.g. by NTP"),
    ];
  if (skew > DOUBTFUL_MS)
    return [
      warn(`this machine's clock and ${name}'s differ by ${seconds} seconds`, "set the clock, e.g. by NTP"),
    ];
  return [well(`${name} answers at ${webUrl}, and the clocks agree`)];
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : null;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : null;
  switch (code) {
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return "its name has no address";
    case "ECONNREFUSED":
      return "nothing listens there";
    case null:
      return error instanceof Error && error.name === "TimeoutError"
        ? "it did not answer in time"
        : "no connection";
    default:
      return /CERT|SELF_SIGNED|SSL|TLS/.test(code) ? `its certificate is not trusted (${code})` : code;
  }
}
