import { describe, expect, it } from "vitest";
import { startGitee } from "./start-gitee.ts";

describe("the simulated Gitee's pages", () => {
  it("open a pull request, push to it and comment on it, by forms", async () => {
    const { gitee, alice, bob, repository } = await startGitee();
    const post = async (path: string, form: Record<string, string>): Promise<Response> =>
      fetch(`${gitee.url}${path}`, { method: "POST", body: new URLSearchParams(form) });
    const opener = String(alice.id);
    const opened = await post("/octo/widget/pulls", {
      opener,
      title: "<b>Fix</b>",
      author: opener,
      coauthor: String(bob.id),
      message: "Fix it",
    });
    expect(opened.url).toBe(`${gitee.url}/octo/widget/pulls/1`);
    await post("/octo/widget/pulls/1/push", { author: "", coauthor: "", message: "" });
    await post("/octo/widget/pulls/1/comments", { user: opener, body: "**bold** <script>x</script>" });
    const answer = await fetch(opened.url);
    // An image in a comment would be a request to elsewhere.
    expect(answer.headers.get("content-security-policy")).toMatch(/^default-src 'none'; style-src 'self';/);
    const page = await answer.text();
    expect(page).not.toContain("<style");
    expect((await fetch(`${gitee.url}/style.css`)).headers.get("content-type")).toContain("text/css");
    expect(page).toContain("&lt;b&gt;Fix&lt;/b&gt;");
    expect(page).toContain("Co-authored-by: bob &lt;bob@example.com&gt;");
    expect(page).toContain("(no account)");
    expect(page).toContain("<strong>bold</strong> &lt;script&gt;");
    await post("/octo/widget/pulls/1/state", { user: opener, to: "closed" });
    expect(repository.pulls[0]?.state).toBe("closed");
    expect(await (await fetch(gitee.url)).text()).toContain("/octo/widget/pulls/1");
  });

  it("say what was wrong with a form", async () => {
    const { gitee } = await startGitee();
    const answer = await fetch(`${gitee.url}/octo/widget/pulls`, {
      method: "POST",
      body: new URLSearchParams(),
    });
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain("is missing.");
  });
});
