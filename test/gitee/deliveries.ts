/**
 * Deliveries like captured ones (drone/go-scm, `scm/driver/gitee/testdata/webhooks`, and the field names that
 * jenkinsci/gitee-plugin and opensourceways/go-gitee read), with invented people. Values that nothing reads are left
 * out; personal data stays in, so that a test can show that it is not stored.
 */
import { signatureOf } from "../../src/gitee/traffic/verify.ts";
import type { Delivery } from "../../src/ports/host.ts";

export const SECRET = "s3cret";
export const NOW = 1_700_000_000_000;

const person = (id: number, login: string) => ({
  id,
  login,
  username: login,
  user_name: login,
  name: `${login} Canary`,
  email: `${login}@canary.example`,
  remark: null,
  type: "User",
});

const repository = {
  id: 7130000,
  name: "Widget",
  path: "widget",
  full_name: "octo/widget",
  path_with_namespace: "octo/widget",
  name_with_namespace: "Octo Org/Widget",
  namespace: "octo",
  owner: person(20, "octo"),
  default_branch: "master",
  private: false,
  fork: false,
};

const pull = {
  id: 4567890,
  number: 7,
  state: "open",
  title: "Fix the widget",
  user: person(31, "alice"),
  head: { label: "alice:patch-1", ref: "patch-1", sha: "a".repeat(40), repo: null },
  base: { label: "octo:master", ref: "master", sha: "b".repeat(40), repo: repository },
  merge_commit_sha: "c".repeat(40),
  commits: 1,
};

const envelope = {
  hook_id: 1,
  hook_name: "merge_request_hooks",
  hook_url: "https://gitee.com/octo/widget/hooks/1/edit",
  timestamp: "1700000000000",
  sign: "",
  password: "",
};

export function pullBody(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    ...envelope,
    action: "open",
    action_desc: "",
    project: repository,
    repository,
    pull_request: { ...pull, labels: [{ id: 1, name: "bug", color: "ff0000" }] },
    iid: 7,
    number: 7,
    state: "open",
    author: person(31, "alice"),
    sender: person(31, "alice"),
    updated_by: person(31, "alice"),
    enterprise: null,
    ...changes,
  };
}

export function noteBody(body: string, changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    ...envelope,
    hook_name: "note_hooks",
    action: "comment",
    comment: { id: 99, body, user: person(32, "bob"), created_at: "2023-11-14T22:13:20+08:00" },
    note: body,
    noteable_type: "PullRequest",
    noteable_id: 4567890,
    pull_request: pull,
    issue: null,
    project: repository,
    repository,
    sender: person(32, "bob"),
    ...changes,
  };
}

export function pushBody(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    ...envelope,
    hook_name: "push_hooks",
    ref: "refs/heads/master",
    commits: [{ id: "d".repeat(40), added: null, removed: null, modified: [".gitee/cla.yml"] }],
    commits_more_than_ten: false,
    total_commits_count: 1,
    project: repository,
    repository,
    ...changes,
  };
}

/** No source documents the fields of a check run here, so these are those of the API's. */
export function checkBody(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    ...envelope,
    hook_name: "check_hooks",
    action: "completed",
    check_run: {
      id: 5,
      head_sha: "a".repeat(40),
      name: "license/cla",
      status: "completed",
      conclusion: "success",
      details_url: "https://cla.canary.example/pulls/gitee/octo/widget/7",
    },
    project: repository,
    repository,
    sender: person(32, "bob"),
    ...changes,
  };
}

export type EventName = "Merge Request Hook" | "Note Hook" | "Push Hook" | "Issue Hook" | (string & {});

/** A delivery with a valid token, in signature mode unless `headers` say otherwise. */
export function delivery(
  event: EventName,
  body: unknown,
  headers: Record<string, string | undefined> = {},
): Delivery {
  return {
    headers: {
      "content-type": "application/json",
      "user-agent": "git-oschina-hook",
      "x-gitee-event": event,
      "x-git-oschina-event": event,
      "x-gitee-timestamp": String(NOW),
      "x-gitee-token": signatureOf(SECRET, String(NOW)),
      ...headers,
    },
    body: new TextEncoder().encode(typeof body === "string" ? body : JSON.stringify(body)),
  };
}
