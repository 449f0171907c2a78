import type { Account } from "../../account.ts";
import { hostOf } from "../../account.ts";
import { Failure } from "../../error.ts";
import { parseDate } from "../../formats/cells/date.ts";
import { personDocument } from "../../records/person-document.ts";
import type { Correction } from "../../records/subject.ts";
import { accountsOfArguments } from "../accounts.ts";
import { plural } from "../../report/texts/plural.ts";
import { confirmed } from "../confirm.ts";
import { jsonText } from "../json-text.ts";
import type { RightsContext } from "./rights-context.ts";
import { describeHeld } from "./subject-report.ts";

export interface CorrectOptions {
  readonly account?: string;
  readonly agreement?: string;
  readonly agreementVersion?: string;
  readonly signedAt?: string;
  readonly newVersion?: string;
  readonly json?: true;
}

async function oneAccount({ hosts }: RightsContext, text: string): Promise<Account> {
  const [account] = await accountsOfArguments([text], hosts);
  if (account === undefined) throw new Error("an argument was read and no account came of it");
  return account;
}

export async function showSubject(context: RightsContext, text: string, json: boolean): Promise<number> {
  const account = await oneAccount(context, text);
  const held = await context.engine.subjects.held(account);
  if (json) {
    context.output.write(jsonText(personDocument(held)));
    return 0;
  }
  const login = await context.hosts
    .get(hostOf(account))
    ?.loginOf(account)
    .catch(() => null);
  context.output.write(describeHeld(held, login ?? null));
  return 0;
}

export async function exportSubject(context: RightsContext, text: string): Promise<number> {
  const account = await oneAccount(context, text);
  const held = await context.engine.subjects.held(account);
  context.output.write(jsonText(personDocument(held)));
  return 0;
}

export async function correctSubject(
  context: RightsContext,
  text: string,
  options: CorrectOptions,
): Promise<number> {
  const account = await oneAccount(context, text);
  const correction = await correctionOf(context, options);
  const corrected = await context.engine.subjects.correct(account, correction, context.by);
  const to = correction.kind === "number" ? correction.to : null;
  const { signatures, places, kept, marked } = corrected;
  context.output.write(
    options.json === true
      ? jsonText({ account, to, signatures, roster_places: places, kept, checked_again: marked })
      : `${account}: ${plural(signatures, "signature")} and ${plural(places, "roster place")} ${
          to === null ? "corrected" : `now belong to ${to}`
        }\n`,
  );
  if (kept > 0)
    context.errors.write(
      `${plural(kept, "signature")} stay with ${account}, which gave them while signed in\n`,
    );
  return 0;
}

async function correctionOf(context: RightsContext, options: CorrectOptions): Promise<Correction> {
  const { agreement = null, agreementVersion, signedAt, newVersion } = options;
  if (options.account !== undefined) {
    if (agreementVersion !== undefined || signedAt !== undefined || newVersion !== undefined)
      throw new Failure(
        "usage",
        "--account corrects the number; correct a date or version in a separate command",
      );
    return { kind: "number", to: await oneAccount(context, options.account), agreement };
  }
  if (agreement === null || agreementVersion === undefined)
    throw new Failure(
      "usage",
      "use --account for the right number, or --agreement and --agreement-version to select the signature with a wrong date or version",
    );
  if (signedAt === undefined && newVersion === undefined)
    throw new Failure("usage", "use --signed-at for the right date, or --new-version for the right version");
  const date = signedAt === undefined ? null : parseDate(signedAt, context.now());
  if (date !== null && typeof date === "object") throw new Failure("usage", `--signed-at: ${date.fault}`);
  return {
    kind: "signature",
    agreement,
    version: agreementVersion,
    signedAt: date,
    newVersion: newVersion ?? null,
  };
}

export async function restrictSubject(
  context: RightsContext,
  text: string,
  on: boolean,
  json: boolean,
): Promise<number> {
  const account = await oneAccount(context, text);
  const { subjects } = context.engine;
  const changed = await (on
    ? subjects.restrict(account, context.by)
    : subjects.unrestrict(account, context.by));
  const now = on ? "restricted: it looks unsigned until that is lifted" : "no longer restricted";
  const before = on ? "it was restricted already" : "it was not restricted";
  context.output.write(
    json ? jsonText({ account, restricted: on, changed }) : `${account}: ${changed ? now : before}\n`,
  );
  return 0;
}

export async function settleRequests(
  context: RightsContext,
  text: string,
  agreement: string,
  json: boolean,
): Promise<number> {
  const account = await oneAccount(context, text);
  const settled = await context.engine.subjects.settle(account, agreement, context.by);
  context.output.write(
    json ? jsonText({ account, agreement, settled }) : `${account}: ${plural(settled, "request")} settled\n`,
  );
  return settled > 0 ? 0 : 1;
}

export async function eraseSubject(
  context: RightsContext,
  text: string,
  { yes, json }: { yes?: true; json?: true },
): Promise<number> {
  const account = await oneAccount(context, text);
  const held = await context.engine.subjects.held(account);
  const would =
    `This would erase ${plural(held.signatures.length, "signature")}, ${plural(held.places.length, "roster place")} and ` +
    `everything else that is stored about ${account}, permanently. No import restores it.`;
  if (!(await confirmed(context, would, yes === true))) return 1;
  const erased = await context.engine.subjects.erase(account, context.by);
  const { signatures, places, managed, waivers, marked, trace } = erased;
  context.output.write(
    json === true
      ? jsonText({
          account,
          signatures,
          roster_places: places,
          roster_managements: managed,
          waivers,
          checked_again: marked,
          trace,
        })
      : `${account}: erased ${plural(signatures, "signature")}, ${plural(places, "roster place")}, ` +
          `${plural(managed, "roster management", "roster managements")}; ` +
          `${plural(waivers, "waiver")} remain, without the account\n`,
  );
  const notes = json === true ? context.errors : context.output;
  switch (trace) {
    case "none":
      notes.write(
        "No byte of the database's files contains it. Remove it from backups and exports yourself.\n",
      );
      return 0;
    case "log-held":
      context.errors.write(
        `Another process reads an earlier state, so the write-ahead log still contains the erased data. Run the command again when that process is done; the running bot also tries every ten minutes.\n`,
      );
      return 1;
    case "server":
      notes.write(
        "No table contains any of its data. PostgreSQL's write-ahead log, replicas and backups may keep it longer: docs/operations.md says what to do.\n",
      );
      return 0;
  }
}
