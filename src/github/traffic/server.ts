/** The GitHub server: github.com, or an Enterprise Server. */
export interface GitHubServer {
  /** The base URL of REST; the GraphQL URL is derived from it. */
  readonly apiUrl: string;
  /** The URL of its web pages, without a trailing slash. */
  readonly webUrl: string;
  /** The domain of GitHub's noreply addresses, `NUMBER+NAME@…`. */
  readonly noreplyDomain: string;
  /** The email address of GitHub's own commits. */
  readonly ownAddress: string;
  /** Whether the server has its own account numbers; those of github.com then mean nothing. */
  readonly ownNumbers: boolean;
}

/** The version of the REST API that requests name. https://docs.github.com/rest/about-the-rest-api/api-versions */
export const API_VERSION = "2022-11-28";

export const GITHUB_COM: GitHubServer = {
  apiUrl: "https://api.github.com",
  webUrl: "https://github.com",
  noreplyDomain: "users.noreply.github.com",
  ownAddress: "noreply@github.com",
  ownNumbers: false,
};

/**
 * An Enterprise Server, or an enterprise with data residency at `SUBDOMAIN.ghe.com`, whose API has its own host name.
 * https://docs.github.com/enterprise-cloud@latest/admin/data-residency/about-github-enterprise-cloud-with-data-residency
 * @param host `GHE_HOST`: the server's host name, with a port if needed
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
