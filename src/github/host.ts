import type { Host } from "../ports/host.ts";
import { accountsOf, loginOf, maintains, mayRead, registered } from "./read/accounts.ts";
import { membershipMemory, members } from "./read/members.ts";
import { lookupShare } from "./read/lookup-share.ts";
import { gitHubCapabilities } from "./capabilities.ts";
import type { GitHubClient } from "./traffic/client.ts";
import type { Pause } from "./traffic/pace.ts";
import { readComment } from "./read/pull/comment.ts";
import { deliveryLog } from "./traffic/deliveries.ts";
import { findPull, findRepository, isInstalled, repositories, routeNow } from "./read/find.ts";
import { readGroup, readGroupHead } from "./read/group.ts";
import { readHead } from "./read/pull/head.ts";
import { isBehind } from "./read/lag.ts";
import { diffOf, protectedCommit } from "./read/history.ts";
import { mergedCommits } from "./read/merged.ts";
import { readOpenPulls } from "./read/open.ts";
import { proposeFile } from "./show/propose.ts";
import { readPull } from "./read/pull/read.ts";
import { placeOf } from "./read/repository.ts";

/** GitHub as a host, with the methods that only GitHub needs. */
export interface GitHubHost extends Host {
  /** Installations that get no requests now, because of the host's limits. */
  paused(): readonly Pause[];
}

/**
 * GitHub as a code host. Every request runs as the installation that the route names.
 * @param sharers how many processes share an installation's limits now
 */
export function gitHubHost(client: GitHubClient, sharers: () => number = () => 1): GitHubHost {
  const memory = membershipMemory(client.now);
  const share = lookupShare(client.now, sharers);
  return {
    name: "github",
    capabilities: gitHubCapabilities(client.server.webUrl),
    read: (ref, route, comment) => readPull(client, ref, route, comment),
    readHead: (ref, route, told) => readHead(client, ref, route, told),
    isBehind: async (told, { installation }) => installation !== null && isBehind(client, told, installation),
    readOpen: (repository, route) => readOpenPulls(client, repository, route),
    async members(organizations, accounts, route) {
      // An account that no installation can look up stays unknown, which is never green.
      if (route.installation === null) return { members: new Set(), unknown: new Set(accounts) };
      return members(client, organizations, accounts, route.installation, memory, share);
    },
    find: (path, number) => findPull(client, path, number),
    findRepository: (path) => findRepository(client, path),
    repositories: (installation) => repositories(client, installation),
    serves: (repository, route) => isInstalled(client, repository, route),
    routeNow: (repository, route) => routeNow(client, repository, route),
    accountsOf: (logins) => accountsOf(client, logins),
    registered: (logins) => registered(client, logins),
    loginOf: (account) => loginOf(client, account),
    comment: (ref, comment, route) => readComment(client, ref, comment, route),
    async maintains(account, repository, route) {
      return maintains(client, account, await placeOf(client, repository.id, route));
    },
    async mayRead(account, repository, route) {
      return (
        account.startsWith("github:") && mayRead(client, account, await placeOf(client, repository.id, route))
      );
    },
    async propose(repository, proposal, route) {
      return proposeFile(client, await placeOf(client, repository.id, route), proposal);
    },
    mergeQueue: {
      read: (repository, head, base, route) => readGroup(client, repository, head, base, route),
      readHead: (repository, head, route) => readGroupHead(client, repository, head, route),
    },
    history: {
      async protectedCommit(repository, name, route) {
        return protectedCommit(client, await placeOf(client, repository.id, route), name);
      },
      async mergedCommits(pull, commits, route) {
        return mergedCommits(client, await placeOf(client, pull.ref.repository, route), pull, commits);
      },
      async diff(repository, sha, route) {
        return diffOf(client, await placeOf(client, repository.id, route), sha);
      },
    },
    deliveries: deliveryLog(client, client.now),
    paused: () => client.paused(),
  };
}
