import { afterEach, expect, it } from "vitest";
import { Failure } from "../../src/error.ts";
import { readChange } from "../../src/github/read/pull/change.ts";
import { fakeGitHub, INSTALLATION, REPOSITORY, settleFake } from "./fake.ts";

afterEach(settleFake);

const HEAD = "a".repeat(40);
const OLD = "b".repeat(40);
const fileAt = (commit: string, status = "modified") => ({
  filename: "a.txt",
  status,
  additions: 1,
  deletions: 0,
  patch: "@@ -0,0 +1 @@\n+a",
  contents_url: `https://api.github.com/repos/octo/spoon/contents/a.txt?ref=${commit}`,
});

it.each([
  ["are of the head", [fileAt(HEAD)], HEAD, 1],
  ["have no address", [{ ...fileAt(HEAD), contents_url: undefined }], HEAD, 1],
  ["are removed, and shown where they were", [fileAt(OLD, "removed")], HEAD, 1],
  ["are of the head before, while the pull request has the new one", [fileAt(OLD)], HEAD, "head-moving"],
  ["are of the head, while the pull request has another", [fileAt(HEAD)], OLD, "head-moving"],
])(
  "The files of a pull request that %s are its change, or it is read again",
  async (_, files, shown, expected) => {
    const { client, answer } = await fakeGitHub();
    answer("GET", "/repos/octo/spoon/pulls/1/files?per_page=100&page=1", files);
    if (expected === 1 || shown === OLD) answer("GET", "/repos/octo/spoon/pulls/1", { head: { sha: shown } });
    const place = { installation: INSTALLATION, handle: "R_1", repository: REPOSITORY };
    const change = readChange(client, place, { owner: "octo", repo: "spoon" }, 1, HEAD);
    const result = await change.then(
      ({ lines }) => lines,
      (error: unknown) => (error instanceof Failure ? error.code : error),
    );
    expect(result).toBe(expected);
  },
);
