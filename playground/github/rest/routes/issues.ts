import { may } from "../../access/principal.ts";
import { presentComment, presentIssue, presentLabel } from "../../present/pull.ts";
import type { Comment, Repository } from "../../state/model.ts";
import { invalid, notFound, Refusal } from "../refusal.ts";
import { actor, json, nothing, paged, pullOf, route, text, type Request } from "../route.ts";

/** GitHub's maximum length of a comment, in characters. */
const LONGEST_BODY = 65_536;

const READ = {
  needs: [
    ["issues", "read"],
    ["pull_requests", "read"],
  ],
} as const;
const WRITE = {
  needs: [
    ["issues", "write"],
    ["pull_requests", "write"],
  ],
} as const;

function bodyOf({ body }: Request): string {
  const written = text(body["body"]) ?? "";
  const wrong = (message: string) =>
    invalid({ resource: "IssueComment", code: "unprocessable", field: "data", message });
  if (written.trim() === "") throw wrong("Body cannot be blank");
  if (written.length > LONGEST_BODY) throw wrong(`Body is too long (maximum is ${LONGEST_BODY} characters)`);
  return written;
}

function commentOf({ core, params }: Request, repository: Repository): Comment {
  const comment = core.world.comments.get(Number(params["comment_id"]));
  if (comment?.pull.repository !== repository) throw notFound();
  return comment;
}

/** An app changes only its own comments. */
function ownComment(request: Request, repository: Repository): Comment {
  const comment = commentOf(request, repository);
  const { principal } = request;
  const own = comment.author === actor(request);
  if (!own && !(principal.kind === "user" && repository.mayPush(principal.user)))
    throw new Refusal(403, "Resource not accessible by integration");
  return comment;
}

export const issueRoutes = [
  route("GET /repos/{owner}/{repo}/issues/{issue_number}", READ, ({ core, params }, repository) =>
    json(presentIssue(core.site(), pullOf(repository, params["issue_number"]).shown)),
  ),

  route("GET /repos/{owner}/{repo}/issues/{issue_number}/comments", READ, (request, repository) => {
    const pull = pullOf(repository, request.params["issue_number"]);
    const since = request.query["since"];
    const wanted = pull.shown.comments.filter(
      ({ updatedAt }) => since === undefined || updatedAt >= new Date(String(since)),
    );
    return paged(request, wanted, (comment) => presentComment(request.core.site(), comment));
  }),

  route(
    "POST /repos/{owner}/{repo}/issues/{issue_number}/comments",
    { ...WRITE, creates: true },
    (request, repository) => {
      const { core, params, principal } = request;
      const pull = pullOf(repository, params["issue_number"]);
      // Only people who may push can comment in a locked conversation.
      if (pull.locked && !may(principal, repository, "contents", "write"))
        throw new Refusal(403, "Unable to create comment because issue is locked.");
      const comment = pull.comment(actor(request), bodyOf(request), {
        viaApp: principal.kind === "installation",
      });
      return json(presentComment(core.site(), comment), 201);
    },
  ),

  route("GET /repos/{owner}/{repo}/issues/comments/{comment_id}", READ, (request, repository) => {
    const comment = commentOf(request, repository);
    if (!comment.pull.shown.comments.includes(comment)) throw notFound();
    return json(presentComment(request.core.site(), comment));
  }),

  route(
    "PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}",
    { ...WRITE, creates: true },
    (request, repository) => {
      const comment = ownComment(request, repository).edit(bodyOf(request), actor(request));
      return json(presentComment(request.core.site(), comment));
    },
  ),

  route("DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}", WRITE, (request, repository) => {
    ownComment(request, repository).delete(actor(request));
    return nothing();
  }),

  route("PUT /repos/{owner}/{repo}/issues/{issue_number}/lock", WRITE, (request, repository) => {
    pullOf(repository, request.params["issue_number"]).lock(actor(request));
    return nothing();
  }),

  route("DELETE /repos/{owner}/{repo}/issues/{issue_number}/lock", WRITE, (request, repository) => {
    pullOf(repository, request.params["issue_number"]).unlock(actor(request));
    return nothing();
  }),

  route("GET /repos/{owner}/{repo}/issues/{issue_number}/labels", READ, (request, repository) => {
    const { labels } = pullOf(repository, request.params["issue_number"]).shown;
    return paged(request, [...labels.values()], (label) =>
      presentLabel(request.core.site(), repository, label),
    );
  }),

  route("POST /repos/{owner}/{repo}/issues/{issue_number}/labels", WRITE, (request, repository) => {
    const { core, params, body } = request;
    const pull = pullOf(repository, params["issue_number"]);
    const names = (Array.isArray(body) ? body : ((body["labels"] as unknown[]) ?? [])).map((label) =>
      typeof label === "string" ? label : String((label as { name: unknown }).name),
    );
    for (const name of names) pull.addLabel(name, actor(request));
    return json([...pull.labels.values()].map((label) => presentLabel(core.site(), repository, label)));
  }),

  route("DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels/{name}", WRITE, (request, repository) => {
    const { core, params } = request;
    const pull = pullOf(repository, params["issue_number"]);
    if (!pull.removeLabel(params["name"] ?? "", actor(request)))
      throw new Refusal(404, "Label does not exist");
    return json([...pull.labels.values()].map((label) => presentLabel(core.site(), repository, label)));
  }),

  route("GET /repos/{owner}/{repo}/labels", READ, (request, repository) =>
    paged(request, [...repository.shownLabels.values()], (label) =>
      presentLabel(request.core.site(), repository, label),
    ),
  ),

  route("GET /repos/{owner}/{repo}/labels/{name}", READ, ({ core, params }, repository) => {
    const label = repository.shownLabels.get((params["name"] ?? "").toLowerCase());
    if (!label) throw notFound();
    return json(presentLabel(core.site(), repository, label));
  }),

  route("POST /repos/{owner}/{repo}/labels", WRITE, ({ core, body }, repository) => {
    const name = text(body["name"]) ?? "";
    if (repository.labels.has(name.toLowerCase()))
      throw invalid({ resource: "Label", code: "already_exists", field: "name" });
    const color = text(body["color"]) ?? "ededed";
    if (!/^[0-9a-fA-F]{6}$/.test(color))
      throw invalid({ resource: "Label", code: "invalid", field: "color" });
    const description = text(body["description"]);
    if (description !== null && description.length > 100)
      throw invalid({ resource: "Label", code: "custom", field: "description" });
    return json(presentLabel(core.site(), repository, repository.label(name, color, description)), 201);
  }),
];
