import type { Core } from "../core.ts";
import type { Pull } from "../state/model.ts";
import type { User } from "../state/user.ts";
import { personBy, userBy } from "./people.ts";

type Form = Record<string, unknown>;

/** Opens a pull request from the front page's form; null if the form is incomplete. */
export function openFromForm(core: Core, form: Form): Pull | null {
  const repository = core.world.repositories.get(Number(form["repository"]));
  const opener = userBy(core, form["opener"]);
  const title = typeof form["title"] === "string" ? form["title"].trim() : "";
  if (!repository || !opener || title === "") return null;
  return repository.openPull({
    opener,
    title,
    commits: [{ author: personBy(core, form["author"]), message: title }],
  });
}

function act(core: Core, pull: Pull, user: User, form: Form): boolean {
  const open = pull.state === "open";
  switch (form["act"]) {
    case "push":
      if (open) pull.push([{ author: personBy(core, form["author"]) }], user);
      return open;
    case "close":
      if (open) pull.close(user);
      return open;
    case "merge":
      if (open) pull.merge(user);
      return open;
    case "reopen":
      if (pull.state !== "closed") return false;
      pull.reopen(user);
      return true;
    default:
      return false;
  }
}

/** Performs the action of a form on the pull request's page; false if it is invalid. */
export function actFromForm(core: Core, pull: Pull, kind: string, form: Form): boolean {
  const user = userBy(core, form["user"]);
  if (!user) return false;
  if (kind === "act") return act(core, pull, user, form);
  const body = typeof form["body"] === "string" ? form["body"].trim() : "";
  if (kind !== "comment" || body === "") return false;
  pull.comment(user, body);
  return true;
}
