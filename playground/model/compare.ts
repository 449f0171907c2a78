import type { Story } from "./story.ts";
import { deserves, expected } from "./truth.ts";

/** Compares what the host shows with the model, when everything is quiet. @returns the broken promises */
export async function compare(story: Story): Promise<readonly string[]> {
  const { site, actor, state } = story;
  const broken: string[] = [];
  const now = actor.now();
  for (const [at, { pull, shown, isPainted }] of state.pulls.entries()) {
    const display = shown.shown();
    const name = `pull request ${at} of repository ${pull.repository}`;
    if (shown.botComments() > 1) broken.push(`${name} has ${shown.botComments()} comments`);
    // The bot does not change what others write in a repository that no agreement covers.
    if (!pull.open || (isPainted && !state.isCovered(pull))) continue;
    const wanted = expected(state.truth, pull, now);
    // Gitee's two labels have no error state, and without a covering agreement there may be no answer at all.
    const fits =
      display === wanted ||
      (wanted === "error" && display === "red" && site.host === "gitee") ||
      (!state.isCovered(pull) && display !== "green" && display !== "both");
    if (!fits) broken.push(`${name} shows ${display} and not ${wanted}`);
  }
  for (const { group, members } of state.groups) {
    const [first] = members;
    if (first === undefined || members.some(({ pull }) => !state.isCovered(pull))) continue;
    if (members.some(({ pull, commits }) => !pull.open || pull.commits !== commits)) continue;
    const all = members.map(({ pull, commits }) => deserves(state.truth, pull, now, commits));
    const wanted = all.includes("error") ? "error" : all.includes("red") ? "red" : "green";
    if (group.shown() !== wanted)
      broken.push(
        `a merge group of repository ${first.pull.repository} shows ${group.shown()} and not ${wanted}`,
      );
  }
  broken.push(...(await actor.troubles()));
  broken.push(...site.violations.map((violation) => `a bad request: ${JSON.stringify(violation)}`));
  return broken;
}
