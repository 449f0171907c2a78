import type { Step } from "../../playground/model/steps.ts";

/** The first repository gets a pull request of one commit. @param author null: the commit names no account */
export function opens(person: number, author: number | null = person): Step {
  return { do: "open", repository: 0, by: person, commit: { author, coauthor: null } };
}
