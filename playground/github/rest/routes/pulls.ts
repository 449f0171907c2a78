import { presentCommit, presentFile } from "../../present/commit.ts";
import { presentListedPull, presentPull } from "../../present/pull.ts";
import { unifiedDiff } from "../../state/diff.ts";
import type { Pull } from "../../state/model.ts";
import { invalid } from "../refusal.ts";
import { actor, json, paged, pullOf, route, text } from "../route.ts";

/** GitHub lists at most this many commits of a pull request here, on all pages together. */
const MOST_COMMITS = 250;
const MOST_FILES = 3000;
const READ = { needs: [["pull_requests", "read"]] } as const;
const WRITE = { needs: [["pull_requests", "write"]] } as const;

export const pullRoutes = [
  route("GET /repos/{owner}/{repo}/pulls", READ, (request, repository) => {
    const { state = "open", head, base, sort = "created", direction } = request.query;
    const by = (pull: Pull) => (sort === "updated" ? pull.updatedAt : pull.createdAt).getTime();
    const order = (direction ?? (sort === "created" ? "desc" : "asc")) === "asc" ? 1 : -1;
    const wanted = [...repository.pulls.values()]
      .map(({ shown }) => shown)
      .filter((pull) => state === "all" || (state === "open") === (pull.state === "open"))
      .filter((pull) => head === undefined || `${pull.from.owner.login}:${pull.branch}` === head)
      .filter((pull) => base === undefined || pull.base === base)
      .toSorted((a, b) => order * (by(a) - by(b) || a.number - b.number));
    return paged(request, wanted, (pull) => presentListedPull(request.core.site(), pull));
  }),

  route("GET /repos/{owner}/{repo}/pulls/{pull_number}", READ, ({ core, params, accept }, repository) => {
    const pull = pullOf(repository, params["pull_number"]).shown;
    if (/application\/vnd\.github\.(v3\.)?diff/.test(accept))
      return json(unifiedDiff(pull.changes), 200, {
        "content-type": "application/vnd.github.diff; charset=utf-8",
      });
    return json(presentPull(core.site(), pull));
  }),

  route("GET /repos/{owner}/{repo}/pulls/{pull_number}/commits", READ, (request, repository) => {
    const pull = pullOf(repository, request.params["pull_number"]).shown;
    return paged(request, pull.commits.slice(0, MOST_COMMITS), (commit) =>
      presentCommit(request.core.site(), repository, commit),
    );
  }),

  route("GET /repos/{owner}/{repo}/pulls/{pull_number}/files", READ, (request, repository) => {
    const pull = pullOf(repository, request.params["pull_number"]).shown;
    return paged(request, pull.changes.slice(0, MOST_FILES), (change) =>
      presentFile(request.core.site(), repository, pull.head, change),
    );
  }),

  route("POST /repos/{owner}/{repo}/pulls", { ...WRITE, creates: true }, (request, repository) => {
    const { core, body } = request;
    const by = actor(request);
    const [owner, branch] = (text(body["head"]) ?? "").includes(":")
      ? (text(body["head"]) ?? "").split(":")
      : [repository.owner.login, text(body["head"]) ?? ""];
    const from = core.world.inNetwork(repository, owner ?? "");
    const tip = from?.branches.get(branch ?? "");
    if (!from || !branch || !tip) throw invalid({ resource: "PullRequest", field: "head", code: "invalid" });
    const base = text(body["base"]) ?? "";
    const onto = repository.branches.get(base);
    if (!onto) throw invalid({ resource: "PullRequest", field: "base", code: "invalid" });
    const wrong = (message: string) => invalid({ resource: "PullRequest", code: "custom", message });
    if (repository.network.between(onto, tip).length === 0)
      throw wrong(`No commits between ${base} and ${branch}`);
    if (core.world.openPullsFrom(from, branch).some((pull) => pull.repository === repository))
      throw wrong(`A pull request already exists for ${owner}:${branch}.`);
    const pull = repository.openPull({
      opener: by,
      from,
      branch,
      base,
      title: text(body["title"]) ?? tip.headline,
      body: text(body["body"]),
      draft: body["draft"] === true,
      commits: [],
    });
    return json(presentPull(core.site(), pull), 201);
  }),

  route("PATCH /repos/{owner}/{repo}/pulls/{pull_number}", WRITE, (request, repository) => {
    const { core, params, body } = request;
    const pull = pullOf(repository, params["pull_number"]);
    const by = actor(request);
    const fields = ["title", "body", "base"] as const;
    const changes = Object.fromEntries(
      fields.flatMap((field) => {
        const value = text(body[field]);
        return value === null || value === pull[field] ? [] : [[field, value]];
      }),
    );
    if (Object.keys(changes).length > 0) pull.edit(changes, by);
    if (body["state"] === "closed" && pull.state === "open") pull.close(by);
    if (body["state"] === "open" && pull.state === "closed") pull.reopen(by);
    return json(presentPull(core.site(), pull));
  }),
];
