/** The GraphQL queries for GitHub. https://docs.github.com/graphql */

/** The number of authors that a commit's own query returns; a separate query reads more. */
const AUTHORS = 10;

const ACCOUNT = `
fragment account on Actor {
  type: __typename
  login
  ... on User { databaseId }
  ... on Bot { databaseId }
  ... on Mannequin { databaseId }
  ... on Organization { databaseId }
  ... on EnterpriseUserAccount { user { databaseId login } }
}`;

const PERSON = `
fragment person on GitActor { name email user { id databaseId login } }`;

const COMMIT = `
fragment commit on Commit {
  oid
  message
  parents(first: 1) { totalCount }
  authors(first: ${AUTHORS}) { totalCount pageInfo { hasNextPage endCursor } nodes { ...person } }
  committer { ...person }
  signature { wasSignedByGitHub }
}`;

/** A head commit's statuses and the app's check runs. */
const MARKS = `
fragment marks on Commit {
  oid
  status { contexts { context state description targetUrl creator { type: __typename ... on Bot { databaseId } } } }
  checkSuites(first: 3, filterBy: { appId: $app }) {
    nodes {
      status
      checkRuns(first: 20, filterBy: { checkType: LATEST }) {
        nodes { databaseId name conclusion title summary detailsUrl }
      }
    }
  }
}`;

const REPOSITORY = `
fragment policy on Repository {
  object(expression: "HEAD:.github/cla.yml") { __typename ... on Blob { text isBinary isTruncated } }
  misnamed: object(expression: "HEAD:.github/cla.yaml") { __typename }
  folder: object(expression: "HEAD:.github") { ... on Tree { entries { name } } }
}
fragment repository on Repository {
  databaseId
  nameWithOwner
  isPrivate
  isArchived
  ...policy
  owner { repository(name: ".github") { ...policy } }
}`;

const COMMENTS = `
fragment comments on IssueCommentConnection {
  totalCount
  pageInfo { hasNextPage endCursor }
  nodes { id fullDatabaseId viewerDidAuthor isMinimized body }
}`;

const PULL = `
fragment pull on PullRequest {
  number
  title
  url
  state
  locked
  headRefOid
  baseRefOid
  baseRefName
  updatedAt
  author { ...account }
  viewerDidAuthor
  labels(first: 100) { nodes { name } }
  comments(first: $comments) { ...comments }
  commits(first: $commits) {
    totalCount
    pageInfo { hasNextPage endCursor }
    nodes { commit { ...commit } }
  }
  last: commits(last: 1) { nodes { commit { ...marks } } }
}`;

const PULL_FRAGMENTS = PULL + ACCOUNT + PERSON + COMMIT + MARKS + REPOSITORY + COMMENTS;

/** A pull request with everything that a check needs, in one read. */
export const PULL_QUERY = `
query Pull($repository: ID!, $number: Int!, $app: Int!, $commits: Int!, $comments: Int!) {
  viewer { login databaseId }
  node(id: $repository) {
    ... on Repository {
      ...repository
      pullRequest(number: $number) { ...pull }
    }
  }
}${PULL_FRAGMENTS}`;

const GROUPS = `
fragment groups on RefConnection {
  pageInfo { hasNextPage endCursor }
  nodes { name target { oid ... on Commit { ...marks } } }
}`;

/**
 * The open pull requests of a repository, many in one read; their numbers separately, because one failed part removes
 * the whole pull request. With them the heads of the merge groups, which are few: by default, a queue builds five.
 */
export const OPEN_QUERY = `
query Open(
  $repository: ID!, $pulls: Int!, $after: String, $app: Int!, $commits: Int!, $comments: Int!, $groups: Boolean!
) {
  viewer { login databaseId }
  node(id: $repository) {
    ... on Repository {
      ...repository
      pullRequests(first: $pulls, after: $after, states: OPEN, orderBy: { field: CREATED_AT, direction: ASC }) {
        pageInfo { hasNextPage endCursor }
        nodes { ...pull }
      }
      numbered: pullRequests(first: $pulls, after: $after, states: OPEN, orderBy: { field: CREATED_AT, direction: ASC }) {
        nodes { number }
      }
      groups: refs(refPrefix: "refs/heads/", query: "gh-readonly-queue/", first: 20) @include(if: $groups) {
        ...groups
      }
    }
  }
}${PULL_FRAGMENTS}${GROUPS}`;

/** A pull request's head with its statuses and check runs, if the whole pull request can't be read. */
export const HEAD_QUERY = `
query Head($repository: ID!, $number: Int!, $app: Int!) {
  viewer { login databaseId }
  node(id: $repository) {
    ... on Repository {
      ...repository
      pullRequest(number: $number) {
        number
        title
        url
        state
        headRefOid
        baseRefOid
        viewerDidAuthor
        last: commits(last: 1) { nodes { commit { ...marks } } }
      }
    }
  }
}${REPOSITORY}${MARKS}`;

/** The statuses and check runs of a commit that no list of commits shows. */
export const MARKS_QUERY = `
query Marks($repository: ID!, $oid: GitObjectID!, $app: Int!) {
  node(id: $repository) {
    ... on Repository { object(oid: $oid) { ... on Commit { ...marks } } }
  }
}${MARKS}`;

/** Only the numbers of open pull requests, if GitHub can't answer for more. */
export const NUMBERS_QUERY = `
query Numbers($repository: ID!, $after: String) {
  node(id: $repository) {
    ... on Repository {
      databaseId
      pullRequests(first: 100, after: $after, states: OPEN, orderBy: { field: CREATED_AT, direction: ASC }) {
        pageInfo { hasNextPage endCursor }
        nodes { number }
      }
    }
  }
}`;

/** Whether the default branch contains a commit yet. */
export const LAG_QUERY = `
query Lag($repository: ID!, $oid: String!) {
  node(id: $repository) {
    ... on Repository { defaultBranchRef { target { oid } compare(headRef: $oid) { aheadBy } } }
  }
}`;

/** Which branch is the default branch. */
export const DEFAULT_BRANCH_QUERY = `
query DefaultBranch($repository: ID!) {
  node(id: $repository) { ... on Repository { defaultBranchRef { name } } }
}`;

/** The repositories that GitHub shows. */
export const SHOWN_QUERY = `
query Shown($repositories: [ID!]!) {
  nodes(ids: $repositories) { ... on Repository { databaseId } }
}`;

const ENTRIES = `
fragment entries on MergeQueueEntryConnection {
  pageInfo { hasNextPage endCursor }
  nodes { baseCommit { oid } headCommit { oid } pullRequest { number } }
}`;

/** A merge queue's entries, and the statuses and check runs on the head of one of its groups. */
export const GROUP_QUERY = `
query Group($repository: ID!, $head: GitObjectID!, $branch: String, $app: Int!, $entries: Int!) {
  viewer { login databaseId }
  node(id: $repository) {
    ... on Repository {
      ...repository
      head: object(oid: $head) { ... on Commit { ...marks } }
      mergeQueue(branch: $branch) { entries(first: $entries) { ...entries } }
    }
  }
}${REPOSITORY}${MARKS}${ENTRIES}`;

/** What a merge queue holds beyond its first entries. */
export const QUEUE_ENTRIES_QUERY = `
query QueueEntries($repository: ID!, $branch: String, $after: String!, $entries: Int!) {
  node(id: $repository) {
    ... on Repository { mergeQueue(branch: $branch) { entries(first: $entries, after: $after) { ...entries } } }
  }
}${ENTRIES}`;

/** The head of a merge group, where its queue can't be read. */
export const GROUP_HEAD_QUERY = `
query GroupHead($repository: ID!, $head: GitObjectID!, $app: Int!) {
  viewer { login databaseId }
  node(id: $repository) {
    ... on Repository {
      ...repository
      head: object(oid: $head) { ... on Commit { ...marks } }
    }
  }
}${REPOSITORY}${MARKS}`;

/** The heads of merge groups that come with no other query. */
export const GROUPS_QUERY = `
query Groups($repository: ID!, $after: String, $app: Int!, $entries: Int!) {
  viewer { login databaseId }
  node(id: $repository) {
    ... on Repository {
      groups: refs(refPrefix: "refs/heads/", query: "gh-readonly-queue/", first: $entries, after: $after) {
        ...groups
      }
    }
  }
}${MARKS}${GROUPS}`;

/** The branches on which merge queues build; their names only tell which queue to ask. */
export const QUEUE_BRANCHES_QUERY = `
query QueueBranches($repository: ID!, $after: String) {
  node(id: $repository) {
    ... on Repository {
      refs(refPrefix: "refs/heads/", query: "gh-readonly-queue/", first: 100, after: $after) {
        pageInfo { hasNextPage endCursor }
        nodes { name target { oid } }
      }
    }
  }
}`;

/** Commits by their names. @param count how many, as `$oid0` and on */
export function commitsByName(count: number): string {
  const indexes = Array.from({ length: count }, (_, index) => index);
  return `
query CommitsByName($repository: ID!, ${indexes.map((index) => `$oid${index}: GitObjectID!`).join(", ")}) {
  node(id: $repository) {
    ... on Repository {
      ${indexes.map((index) => `commit${index}: object(oid: $oid${index}) { ... on Commit { ...commit } }`).join("\n      ")}
    }
  }
}${PERSON}${COMMIT}`;
}

/** How many open pull requests would merge a branch. */
const OPEN_FROM = "open: associatedPullRequests(states: OPEN, first: 1) { totalCount }";

/** How a commit relates to branches. @param count how many, as `$branch0` and on */
export function comparisons(count: number): string {
  const indexes = Array.from({ length: count }, (_, index) => index);
  return `
query Comparisons($repository: ID!, $oid: String!, ${indexes.map((index) => `$branch${index}: String!`).join(", ")}) {
  node(id: $repository) {
    ... on Repository {
      main: defaultBranchRef { name }
      ${indexes.map((index) => `branch${index}: ref(qualifiedName: $branch${index}) { name ${OPEN_FROM} compare(headRef: $oid) { aheadBy } }`).join("\n      ")}
    }
  }
}`;
}

const NEW_COMMITS = `name compare(headRef: $oid) { aheadBy commits(first: 100) { nodes { oid } } }`;

/** The commits that a pull request's head has and the default branch lacks, and the pull request's branch. */
export const DEFAULT_COMPARISON_QUERY = `
query DefaultComparison($repository: ID!, $oid: String!, $number: Int!) {
  node(id: $repository) {
    ... on Repository {
      defaultBranchRef { ${NEW_COMMITS} }
      pullRequest(number: $number) { headRefName isCrossRepository }
    }
  }
}`;

/** The commits that a commit has and other branches lack. @param count how many, as `$branch0` and on */
export function newCommits(count: number): string {
  const indexes = Array.from({ length: count }, (_, index) => index);
  return `
query NewCommits($repository: ID!, $oid: String!, ${indexes.map((index) => `$branch${index}: String!`).join(", ")}) {
  node(id: $repository) {
    ... on Repository {
      ${indexes.map((index) => `branch${index}: ref(qualifiedName: $branch${index}) { ${NEW_COMMITS} }`).join("\n      ")}
    }
  }
}`;
}

/** Accounts by their logins. @param count how many, as `$login0` and on */
export function accountsByLogin(count: number): string {
  const indexes = Array.from({ length: count }, (_, index) => index);
  const fields = indexes.map((index) => `user${index}: user(login: $login${index}) { databaseId createdAt }`);
  return `
query Accounts(${indexes.map((index) => `$login${index}: String!`).join(", ")}) {
  ${fields.join("\n  ")}
}`;
}

/** The current name of a repository. */
export const NAME_QUERY = `
query Name($repository: ID!) {
  node(id: $repository) { ... on Repository { databaseId nameWithOwner } }
}`;

/** Further commits of a pull request, with the head to which they belong. */
export const COMMITS_QUERY = `
query Commits($repository: ID!, $number: Int!, $after: String, $commits: Int!) {
  node(id: $repository) {
    ... on Repository {
      pullRequest(number: $number) {
        headRefOid
        commits(first: $commits, after: $after) {
          totalCount
          pageInfo { hasNextPage endCursor }
          nodes { commit { ...commit } }
        }
      }
    }
  }
}${PERSON}${COMMIT}`;

/** Further authors of a commit. */
export const AUTHORS_QUERY = `
query Authors($repository: ID!, $oid: GitObjectID!, $after: String, $authors: Int!) {
  node(id: $repository) {
    ... on Repository {
      object(oid: $oid) {
        ... on Commit {
          authors(first: $authors, after: $after) {
            totalCount
            pageInfo { hasNextPage endCursor }
            nodes { ...person }
          }
        }
      }
    }
  }
}${PERSON}`;

/** Further comments of a pull request. */
export const COMMENTS_QUERY = `
query Comments($repository: ID!, $number: Int!, $after: String, $comments: Int!) {
  node(id: $repository) {
    ... on Repository {
      pullRequest(number: $number) {
        comments(first: $comments, after: $after) { ...comments }
      }
    }
  }
}${COMMENTS}`;

/** The time of the last edit of a comment's text. */
export const EDITED_QUERY = `
query Edited($comment: ID!) {
  node(id: $comment) { ... on IssueComment { lastEditedAt includesCreatedEdit } }
}`;

export const UNHIDE_MUTATION = `
mutation Unhide($comment: ID!) {
  unminimizeComment(input: { subjectId: $comment }) { clientMutationId }
}`;
