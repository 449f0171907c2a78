import type { Pull, PullSpec, Repository } from "./model.ts";
import { SimulatedPull } from "./pull.ts";

/** Opens a pull request as a contributor would: fork, branch, commits, pull request. */
export function openPull(repository: Repository, spec: PullSpec): Pull {
  const { world } = repository;
  const { opener } = spec;
  const base = spec.base ?? repository.defaultBranch;
  const number = repository.takeNumber();
  const from = spec.from ?? (repository.mayPush(opener) ? repository : repository.fork(opener));
  const branch = spec.branch ?? `patch-${number}`;
  let tip = spec.at ?? from.branches.get(branch) ?? repository.tip(base);
  const fresh = spec.at || from.branches.has(branch) ? [] : [{ author: opener }];
  for (const commit of spec.commits ?? fresh) tip = from.commit(commit, tip);
  from.setBranch(branch, tip, opener);
  const pull = new SimulatedPull(repository, {
    id: world.takeId("pull"),
    number,
    opener,
    title: spec.title ?? tip.headline,
    body: spec.body ?? null,
    base,
    from,
    branch,
    head: tip,
    draft: spec.draft ?? false,
  });
  repository.pulls.set(number, pull);
  world.pullOpened(pull);
  world.announce({ name: "pull_request", action: "opened", pull, sender: opener });
  return pull;
}
