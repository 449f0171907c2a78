import type { User } from "./user.ts";

export type StatusState = "error" | "failure" | "pending" | "success";

export interface CommitStatus {
  id: number;
  sha: string;
  context: string;
  state: StatusState;
  description: string | null;
  targetUrl: string | null;
  creator: User;
  createdAt: Date;
}

/** The newest status of each context, from a list that is newest first. */
export function latestByContext(statuses: readonly CommitStatus[]): CommitStatus[] {
  const latest = new Map<string, CommitStatus>();
  for (const status of statuses) {
    const context = status.context.toLowerCase();
    if (!latest.has(context)) latest.set(context, status);
  }
  return [...latest.values()];
}

/** Several states as one: GitHub's combined status. */
export function combined(states: readonly StatusState[]): "failure" | "pending" | "success" {
  if (states.some((state) => state === "error" || state === "failure")) return "failure";
  return states.length === 0 || states.includes("pending") ? "pending" : "success";
}
