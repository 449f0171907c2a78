import { presentCombinedStatus, presentStatus } from "../../present/check.ts";
import { presentCommit, presentFile, presentFullCommit } from "../../present/commit.ts";
import { presentListedPull } from "../../present/pull.ts";
import { apiOf } from "../../present/repository.ts";
import { changesBetween, unifiedDiff } from "../../state/diff.ts";
import type { Commit } from "../../state/git.ts";
import type { Repository } from "../../state/model.ts";
import type { StatusState } from "../../state/commit-status.ts";
import { commitAt } from "../commit-at.ts";
import { invalid, notFound, Refusal } from "../refusal.ts";
import { actor, json, pageOf, paged, route, text, type Reply, type Request } from "../route.ts";

const LONGEST_DESCRIPTION = 140;
const MOST_STATUSES = 1000;

function wants(accept: string, format: "diff" | "patch"): boolean {
  return new RegExp(`application/vnd\\.github\\.(v3\\.)?${format}`).test(accept);
}

function diffReply(text: string, format: "diff" | "patch"): Reply {
  return json(text, 200, { "content-type": `application/vnd.github.${format}; charset=utf-8` });
}

function patchOf(commit: Commit): string {
  const { author, changes } = commit;
  return [
    `From ${commit.sha} Mon Sep 17 00:00:00 2001`,
    `From: ${author.name} <${author.email}>`,
    `Date: ${author.date.toUTCString()}`,
    `Subject: [PATCH] ${commit.message}`,
    "",
    "---",
    unifiedDiff(changes),
  ].join("\n");
}

function history(tip: Commit): Commit[] {
  const seen = new Set([tip]);
  for (const commit of seen) for (const parent of commit.parents) seen.add(parent);
  return [...seen];
}

function compare(request: Request, repository: Repository): Reply {
  const { core, params, accept } = request;
  const [baseName = "", headName = ""] = (params["basehead"] ?? "").split("...");
  const [base, head] = [baseName, headName].map((name) => {
    const [owner, branch] = name.includes(":") ? name.split(":") : [null, name];
    return commitAt(owner ? (core.world.inNetwork(repository, owner) ?? repository) : repository, branch);
  });
  if (!base || !head) throw notFound();
  const { network } = repository;
  const merge = network.mergeBase(base, head);
  const changes = changesBetween(merge?.tree ?? new Map(), head.tree);
  if (wants(accept, "diff")) return diffReply(unifiedDiff(changes), "diff");
  const ahead = network.between(base, head);
  const behind = network.between(head, base).length;
  const status = ahead.length > 0 ? (behind > 0 ? "diverged" : "ahead") : behind > 0 ? "behind" : "identical";
  const site = core.site();
  const url = `${apiOf(site, repository)}/compare/${params["basehead"]}`;
  const web = `${site.web}/${repository.fullName}/compare/${params["basehead"]}`;
  const paging = request.query["page"] ?? request.query["per_page"];
  const { slice, headers } =
    paging === undefined ? { slice: ahead.slice(0, 250), headers: {} } : pageOf(request, ahead);
  return json(
    {
      url,
      html_url: web,
      permalink_url: web,
      diff_url: `${web}.diff`,
      patch_url: `${web}.patch`,
      base_commit: presentCommit(site, repository, base),
      merge_base_commit: presentCommit(site, repository, merge ?? base),
      status,
      ahead_by: ahead.length,
      behind_by: behind,
      total_commits: ahead.length,
      commits: slice.map((commit) => presentCommit(site, repository, commit)),
      files: changes.slice(0, 300).map((change) => presentFile(site, repository, head, change)),
    },
    200,
    headers,
  );
}

function createStatus(request: Request, repository: Repository): Reply {
  const { core, params, body } = request;
  const sha = params["sha"] ?? "";
  if (!repository.network.commits.has(sha)) throw new Refusal(422, `No commit found for SHA: ${sha}`);
  const description = text(body["description"]);
  const context = text(body["context"]) ?? "default";
  const wrong = (field: string, message: string) =>
    invalid({ resource: "Status", code: "custom", field, message });
  if (description !== null && Array.from(description).length > LONGEST_DESCRIPTION)
    throw wrong("description", `description is too long (maximum is ${LONGEST_DESCRIPTION} characters)`);
  const target = text(body["target_url"]);
  if (target !== null && !/^https?:\/\//.test(target))
    throw wrong("target_url", "target_url must use http(s) scheme");
  const before = repository.statusesOf(sha).filter((status) => status.context === context);
  if (before.length >= MOST_STATUSES)
    throw wrong("base", "This SHA and context has reached the maximum number of statuses.");
  const status = repository.addStatus({
    sha,
    context,
    state: body["state"] as StatusState,
    description,
    targetUrl: target,
    creator: actor(request),
  });
  return json(presentStatus(core.site(), repository, status), 201);
}

const CONTENTS = { needs: [["contents", "read"]] } as const;
const STATUSES = { needs: [["statuses", "read"]] } as const;

export const commitRoutes = [
  route("GET /repos/{owner}/{repo}/commits", CONTENTS, (request, repository) => {
    const from = request.query["sha"] ?? repository.defaultBranch;
    const tip = commitAt(repository, String(from));
    if (!tip) throw notFound();
    return paged(request, history(tip), (commit) => presentCommit(request.core.site(), repository, commit));
  }),

  route("GET /repos/{owner}/{repo}/commits/{ref}", CONTENTS, ({ core, params, accept }, repository) => {
    const commit = commitAt(repository, params["ref"]);
    if (!commit) throw new Refusal(422, `No commit found for SHA: ${params["ref"]}`);
    if (wants(accept, "diff")) return diffReply(unifiedDiff(commit.changes), "diff");
    if (wants(accept, "patch")) return diffReply(patchOf(commit), "patch");
    if (/application\/vnd\.github\.(v3\.)?sha/.test(accept)) return json(commit.sha);
    return json(presentFullCommit(core.site(), repository, commit));
  }),

  route("GET /repos/{owner}/{repo}/compare/{basehead}", CONTENTS, compare),

  route(
    "POST /repos/{owner}/{repo}/statuses/{sha}",
    { needs: [["statuses", "write"]], creates: false },
    createStatus,
  ),

  route("GET /repos/{owner}/{repo}/commits/{ref}/status", STATUSES, ({ core, params }, repository) => {
    const commit = commitAt(repository, params["ref"]);
    if (!commit) throw notFound();
    return json(presentCombinedStatus(core.site(), repository, commit.sha));
  }),

  route("GET /repos/{owner}/{repo}/commits/{ref}/statuses", STATUSES, (request, repository) => {
    const commit = commitAt(repository, request.params["ref"]);
    if (!commit) throw notFound();
    return paged(request, repository.statusesOf(commit.sha), (status) =>
      presentStatus(request.core.site(), repository, status),
    );
  }),

  route("GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls", CONTENTS, (request, repository) => {
    const sha = request.params["commit_sha"];
    const pulls = [...repository.pulls.values()].filter(
      (pull) => pull.mergeCommit?.sha === sha || pull.commits.some((commit) => commit.sha === sha),
    );
    return paged(request, pulls, (pull) => presentListedPull(request.core.site(), pull));
  }),
];
