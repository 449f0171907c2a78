import { commandGroup } from "../command-group.ts";
import type { Declare } from "../command-line.ts";
import { declareSetupGitee } from "./gitee.ts";
import { declareSetupGitHub } from "./github.ts";

/** The group that `setup github` and `setup gitee` belong to. */
export const declareSetup: Declare = (program, console) => {
  const group = commandGroup(
    program,
    "setup",
    "connect the bot to a host",
    "\nExamples:\n  countersign setup github --url https://cla.example.com\n  countersign setup gitee octo/widget\n",
  );
  declareSetupGitHub(group, console);
  declareSetupGitee(group, console);
};
