import { examineEnvironment, type Variables } from "../../bot/environment.ts";
import { Failure, Problems } from "../../error.ts";
import { isLocalUrl } from "../examine/hosts.ts";

/** The variables that say where the bot and GitHub's server are. */
const ADDRESSES: ReadonlySet<string> = new Set(["PUBLIC_URL", "GHE_HOST", "GHE_PROTOCOL"]);

/** What to do if the bot's URL is not known. */
export const NO_PUBLIC_URL =
  "PUBLIC_URL is missing: set it in .env to where the host and people reach the bot, e.g. PUBLIC_URL=https://cla.example.com";

/**
 * The URL at which a host reaches the bot, without a trailing slash.
 * @param hostUrl the host's URL; only a host on this machine reaches an address on this machine
 * @param flag the value of `--url`, and its name for errors; absent or without a value: PUBLIC_URL counts
 * @throws Problems or Failure `configuration`, with each address that is wrong; `usage` if the flag is
 */
export function reachableUrl(
  variables: Variables,
  hostUrl: string,
  flag?: { readonly value: string | undefined },
): string {
  const name = flag?.value === undefined ? "PUBLIC_URL" : "--url";
  const code = flag === undefined ? "configuration" : "usage";
  const named = flag?.value ?? variables["PUBLIC_URL"] ?? "";
  if (named.trim() === "")
    throw new Failure(code, flag === undefined ? NO_PUBLIC_URL : `${NO_PUBLIC_URL}, or give --url`);
  const { environment, problems } = examineEnvironment({ ...variables, PUBLIC_URL: named }, false);
  const wrong = problems.filter(({ field }) => ADDRESSES.has(field ?? ""));
  if (wrong.length > 0)
    throw new Problems(
      code,
      wrong.map((one) => (one.field === "PUBLIC_URL" ? { ...one, field: name } : one)),
    );
  const { publicUrl } = environment;
  if (isLocalUrl(publicUrl) && !isLocalUrl(hostUrl))
    throw new Failure(
      code,
      `${name} is ${publicUrl}, which works only on this machine: set it to where the host and people reach the bot, e.g. https://cla.example.com`,
    );
  return publicUrl;
}
