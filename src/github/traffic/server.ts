/** Which GitHub: github.com, or an Enterprise Server. */
export interface GitHubServer {
  /** Where REST begins; GraphQL is found from it. */
  readonly apiUrl: string;
  /** Where people see it; without a slash at the end. */
  readonly webUrl: string;
  /** The domain of the addresses that GitHub hands out, `NUMBER+NAME@…`. */
  readonly noreplyDomain: string;
  /** The address under which GitHub itself commits. */
  readonly ownAddress: string;
  /** Whether its accounts have numbers of their own: those of github.com then mean nothing. */
  readonly ownNumbers: boolean;
}

export const GITHUB_COM: GitHubServer = {
  apiUrl: "https://api.github.com",
  webUrl: "https://github.com",
  noreplyDomain: "users.noreply.github.com",
  ownAddress: "noreply@github.com",
  ownNumbers: false,
};

/**
 * An Enterprise Server, or an enterprise with data residency at `SUBDOMAIN.ghe.com`, whose API has a host of its own.
 * https://docs.github.com/enterprise-cloud@latest/admin/data-residency/about-github-enterprise-cloud-with-data-residency
 * @param host `GHE_HOST`: the server's host name, with a port where it needs one
 * @param protocol `GHE_PROTOCOL`
 */
export function enterpriseServer(host: string, protocol: "https" | "http" = "https"): GitHubServer {
  const name = host.replace(/:\d+$/, "").toLowerCase();
  const resident = /^[a-z0-9-]+\.ghe\.com$/.test(name);
  return {
    apiUrl: resident ? `${protocol}://api.${host}` : `${protocol}://${host}/api/v3`,
    webUrl: `${protocol}://${host}`,
    noreplyDomain: `users.noreply.${name}`,
    ownAddress: `noreply@${name}`,
    ownNumbers: true,
  };
}
