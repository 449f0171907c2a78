import { expect, it } from "vitest";
import { simulate } from "./sim.ts";

/** More than the client keeps Octokits for. */
const INSTALLATIONS = 120;

it("A new Octokit for an installation that was forgotten asks GitHub for no new token", async () => {
  const { github, client } = await simulate();
  const repositories = Array.from({ length: INSTALLATIONS }, (_, at) =>
    github.repository({ owner: `org-${at}`, name: "hello" }),
  );
  const ask = async (repository: (typeof repositories)[number]): Promise<unknown> => {
    const { id } = github.installationFor(repository) ?? { id: 0 };
    return client.rest(id, "GET /repos/{owner}/{repo}", {
      owner: repository.owner.login,
      repo: repository.name,
    });
  };
  for (const repository of repositories) await ask(repository);
  for (const repository of repositories) await ask(repository);
  const tokens = github.requests.filter(({ route }) => route.endsWith("/access_tokens"));
  expect(tokens).toHaveLength(INSTALLATIONS);
});
