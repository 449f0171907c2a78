import { createHash } from "node:crypto";
import { Hono } from "hono";
import { z } from "zod";
import { ApiError } from "../state/api-error.ts";
import { param, readBody, repositoryOf, type ApiContext, type ApiEnv } from "./request.ts";
import { pushCommits, resolveRef } from "../state/branch-actions.ts";
import { commitShape } from "./shapes.ts";
import { fullName, type Commit, type Repository } from "../state/records.ts";

const newFile = z.object({ content: z.base64(), message: z.string().min(1), branch: z.string().optional() });
const changedFile = newFile.extend({ sha: z.string().min(1) });

export const contentRoutes = new Hono<ApiEnv>({ strict: false })
  .get("/repos/:owner/:repo/contents/:path{.+}", (c) => {
    const repository = repositoryOf(c);
    const ref = c.req.query("ref") ?? repository.defaultBranch;
    const { tree } = resolveRef(c.get("world"), repository, ref);
    const path = param(c, "path");
    const text = tree.get(path);
    if (text !== undefined) return c.json(fileContent(c, repository, ref, path, text));
    const inside = [...tree.keys()].filter((each) => each.startsWith(`${path}/`));
    if (inside.length > 0) return c.json(directory(inside, path));
    return missingFile(c);
  })
  .post("/repos/:owner/:repo/contents/:path{.+}", async (c) => {
    const repository = repositoryOf(c, "write");
    const body = await readBody(c, newFile);
    if (treeOf(c, repository, body.branch).has(param(c, "path"))) {
      throw new ApiError(400, "A file with this name already exists");
    }
    return c.json(await writeFile(c, repository, body), 201);
  })
  .put("/repos/:owner/:repo/contents/:path{.+}", async (c) => {
    const repository = repositoryOf(c, "write");
    const body = await readBody(c, changedFile);
    const text = treeOf(c, repository, body.branch).get(param(c, "path"));
    if (text === undefined) throw new ApiError(404, "404 File Not Found");
    if (blobSha(text) !== body.sha) throw new ApiError(400, "sha does not match the file");
    return c.json(await writeFile(c, repository, body));
  });

function missingFile(c: ApiContext): Response {
  const { missingFile: answer } = c.get("world").settings;
  if (answer === "404") throw new ApiError(404, "404 File Not Found");
  return c.json(answer === "empty-list" ? [] : { type: null, name: null, path: null, content: null });
}

function treeOf(c: ApiContext, repository: Repository, branch = repository.defaultBranch): Commit["tree"] {
  if (!repository.branches.has(branch)) throw new ApiError(404, "404 Branch Not Found");
  return resolveRef(c.get("world"), repository, branch).tree;
}

/** Like a web edit: the token's account is the author, Gitee the committer. */
async function writeFile(
  c: ApiContext,
  repository: Repository,
  body: z.infer<typeof newFile>,
): Promise<Record<string, unknown>> {
  const world = c.get("world");
  const { user } = c.get("grant");
  const path = param(c, "path");
  const branch = body.branch ?? repository.defaultBranch;
  const text = Buffer.from(body.content, "base64").toString("utf8");
  const spec = { author: user, committer: "web", message: body.message, files: { [path]: text } } as const;
  const commit = pushCommits(world, repository, branch, [spec], user);
  return {
    content: fileContent(c, repository, branch, path, text),
    commit: commitShape(world, repository, commit, "list"),
  };
}

function fileContent(
  c: ApiContext,
  repository: Repository,
  ref: string,
  path: string,
  text: string,
): Record<string, unknown> {
  const bytes = Buffer.from(text);
  const { url } = c.get("world");
  return {
    type: "file",
    encoding: "base64",
    size: bytes.length,
    name: path.split("/").at(-1),
    path,
    content: bytes.toString("base64"),
    sha: blobSha(text),
    url: `${url}/api/v5/repos/${fullName(repository)}/contents/${path}`,
    html_url: `${url}/${fullName(repository)}/blob/${ref}/${path}`,
    download_url: `${url}/${fullName(repository)}/raw/${ref}/${path}`,
  };
}

function directory(paths: readonly string[], under: string): Record<string, unknown>[] {
  const names = new Set(paths.map((path) => path.slice(under.length + 1).split("/")[0] ?? ""));
  return [...names].map((name) => {
    const path = `${under}/${name}`;
    return { type: paths.includes(path) ? "file" : "dir", name, path };
  });
}

function blobSha(text: string): string {
  const bytes = Buffer.from(text);
  return createHash("sha1").update(`blob ${bytes.length}\0`).update(bytes).digest("hex");
}
