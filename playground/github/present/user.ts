import { nodeId } from "../state/node-id.ts";
import type { User } from "../state/user.ts";
import { iso, urls, type Site } from "./site.ts";

const API_URLS = {
  url: "",
  followers_url: "/followers",
  following_url: "/following{/other_user}",
  gists_url: "/gists{/gist_id}",
  starred_url: "/starred{/owner}{/repo}",
  subscriptions_url: "/subscriptions",
  organizations_url: "/orgs",
  repos_url: "/repos",
  events_url: "/events{/privacy}",
  received_events_url: "/received_events",
};

/** GitHub's "simple user", as REST and payloads show an account. */
export function presentUser(site: Site, user: User) {
  const type = user.type === "Bot" || user.type === "Organization" ? user.type : "User";
  return {
    login: user.login,
    id: user.id,
    node_id: user.nodeId,
    avatar_url: `${site.web}/avatars/u/${user.id}?v=4`,
    gravatar_id: "",
    ...urls(`${site.api}/users/${encodeURIComponent(user.login)}`, API_URLS),
    html_url: `${site.web}/${user.type === "Bot" ? `apps/${user.login.replace("[bot]", "")}` : user.login}`,
    type,
    user_view_type: "public",
    site_admin: false,
  };
}

export function presentFullUser(site: Site, user: User) {
  return {
    ...presentUser(site, user),
    name: user.name,
    company: null,
    blog: "",
    location: null,
    email: null,
    hireable: null,
    bio: null,
    public_repos: 0,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: iso(user.createdAt),
    updated_at: iso(user.createdAt),
  };
}

export function presentOrganization(site: Site, user: User) {
  return {
    login: user.login,
    id: user.id,
    node_id: nodeId("O", user.id),
    ...urls(`${site.api}/orgs/${user.login}`, {
      url: "",
      repos_url: "/repos",
      events_url: "/events",
      hooks_url: "/hooks",
      issues_url: "/issues",
      members_url: "/members{/member}",
      public_members_url: "/public_members{/member}",
    }),
    avatar_url: `${site.web}/avatars/u/${user.id}?v=4`,
    description: "",
  };
}
