/** The permissions that the app requests. A test compares them with the manifest `app.yml`. */
export const PERMISSIONS = {
  metadata: "read",
  contents: "read",
  issues: "read",
  pull_requests: "write",
  statuses: "write",
  checks: "write",
  merge_queues: "read",
  members: "read",
} as const;

export const EVENTS = [
  "pull_request",
  "issue_comment",
  "merge_group",
  "check_run",
  "check_suite",
  "push",
  "repository",
] as const;

/** What does not work without each permission, for the person who decides about it. */
export const USES: Readonly<Record<keyof typeof PERMISSIONS, string>> = {
  metadata: "nothing works without it",
  contents: "policy files and commits are read by it",
  issues: "GitHub sends comments, /check-cla and /cla waive among them, only with it",
  pull_requests: "pull requests are read and comments written by it",
  statuses: "the commit status is written by it",
  checks: "check runs are written by it, where a policy asks for report: check",
  merge_queues: "merge queues are judged by it",
  members: "exempt.organizations is looked up by it",
};

const LEVELS = ["none", "read", "write", "admin"];

/** The permissions that `granted` lacks, as `statuses: write`. */
export function missingPermissions(
  granted: Readonly<Record<string, string>>,
): readonly { readonly permission: string; readonly use: string }[] {
  return Object.entries(PERMISSIONS).flatMap(([name, level]) => {
    const held = LEVELS.indexOf(granted[name] ?? "none");
    const use = USES[name as keyof typeof PERMISSIONS];
    return held >= LEVELS.indexOf(level) ? [] : [{ permission: `${name}: ${level}`, use }];
  });
}
