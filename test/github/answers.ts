/** Answers of GitHub's GraphQL in the form that its schema documents, changed by builders. */
import { REPOSITORY } from "./fake.ts";

export const HEAD = "a".repeat(40);
export const BASE = "b".repeat(40);

/** The number of the bot itself. */
export const BOT = 99;
export const OCTOCAT = { id: "MDQ6VXNlcjU4MzIzMQ==", databaseId: 583231, login: "octocat" };
export const HUBOT = { id: "U_kgDOAAdWqg", databaseId: 480938, login: "hubot" };

interface Actor {
  name: string | null;
  email: string | null;
  user: { id?: string; databaseId: number; login: string } | null;
}

export function actor(
  user: { id?: string; databaseId: number; login: string } | null,
  change: Partial<Actor> = {},
): Actor {
  return { name: user?.login ?? "Somebody", email: "somebody@example.com", user, ...change };
}

export function commit(oid: string, change: Record<string, unknown> = {}) {
  return {
    commit: {
      oid,
      message: "Change it",
      parents: { totalCount: 1 },
      authors: authors([actor(OCTOCAT)]),
      committer: actor(OCTOCAT),
      signature: null,
      ...change,
    },
  };
}

export function authors(
  nodes: readonly (Actor | null)[],
  total = nodes.length,
  endCursor: string | null = null,
) {
  return { totalCount: total, pageInfo: { hasNextPage: endCursor !== null, endCursor }, nodes };
}

export function commits(
  nodes: readonly (ReturnType<typeof commit> | null)[],
  total = nodes.length,
  endCursor: string | null = null,
) {
  return { totalCount: total, pageInfo: { hasNextPage: endCursor !== null, endCursor }, nodes };
}

export function comments(nodes: readonly object[], total = nodes.length, endCursor: string | null = null) {
  return { totalCount: total, pageInfo: { hasNextPage: endCursor !== null, endCursor }, nodes };
}

export function comment(id: number, body: string, change: object = {}) {
  return {
    id: `IC_${id}`,
    fullDatabaseId: String(id),
    viewerDidAuthor: true,
    isMinimized: false,
    body,
    ...change,
  };
}

export function head(contexts: readonly object[] = [], checkRuns: readonly object[] = [], oid = HEAD) {
  return {
    nodes: [
      {
        commit: {
          oid,
          status: contexts.length === 0 ? null : { contexts },
          checkSuites: {
            nodes: checkRuns.length === 0 ? [] : [{ status: "COMPLETED", checkRuns: { nodes: checkRuns } }],
          },
        },
      },
    ],
  };
}

export function pullRequest(change: Record<string, unknown> = {}) {
  return {
    number: 7,
    title: "Improve it",
    url: "https://github.com/octo/hello/pull/7",
    state: "OPEN",
    locked: false,
    headRefOid: HEAD,
    baseRefOid: BASE,
    baseRefName: "main",
    updatedAt: "2026-01-01T00:00:00Z",
    author: { type: "User", ...OCTOCAT },
    viewerDidAuthor: false,
    labels: { nodes: [] },
    comments: comments([]),
    commits: commits([commit(HEAD)]),
    last: head(),
    ...change,
  };
}

export function repository(change: Record<string, unknown> = {}) {
  return {
    databaseId: REPOSITORY,
    nameWithOwner: "octo/hello",
    isPrivate: false,
    isArchived: false,
    object: null,
    owner: { repository: null },
    ...change,
  };
}

/** The answer to the query for one pull request. */
export function pullAnswer(pull: Record<string, unknown> = {}, place: Record<string, unknown> = {}) {
  return {
    viewer: { login: "countersign[bot]", databaseId: BOT },
    node: { ...repository(place), pullRequest: pullRequest(pull) },
  };
}
