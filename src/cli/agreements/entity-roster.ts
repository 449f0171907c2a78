import type { Account } from "../../account.ts";
import { EMPLOYER_ID, isEmployerId, type EmployerRoster, type RosterOutcome } from "../../records/entity.ts";
import { Failure } from "../../error.ts";
import { parseDate } from "../../formats/cells/date.ts";
import { accountsOfArguments } from "../accounts.ts";
import { moment } from "../columns.ts";
import { plural } from "../../report/texts/plural.ts";
import { confirmed } from "../confirm.ts";
import { jsonText } from "../json-text.ts";
import type { RightsContext } from "../rights/rights-context.ts";

export interface AddOptions {
  readonly agreement?: string;
  readonly agreementVersion?: string;
  readonly signedAt?: string;
  readonly from?: string;
  readonly until?: string;
  readonly manager?: readonly string[];
  readonly json?: true;
}

export interface RemoveOptions {
  readonly manager?: readonly string[];
  readonly at?: string;
  readonly yes?: true;
  readonly json?: true;
}

/** Adds an employer if it is new, then accounts to its roster, then managers. */
export async function addToEntity(
  context: RightsContext,
  id: string,
  texts: readonly string[],
  options: AddOptions,
): Promise<number> {
  const { engine, by, output, now } = context;
  const json = options.json === true;
  if (!isEmployerId(id)) throw new Failure("usage", `${EMPLOYER_ID}, e.g. acme`);
  const accounts = await accountsOfArguments(texts, context.hosts);
  const managers = await accountsOfArguments(options.manager ?? [], context.hosts);
  const from = dateOf("--from", options.from, now());
  const until = dateOf("--until", options.until, Number.MAX_SAFE_INTEGER);
  const signedAt = dateOf("--signed-at", options.signedAt, now());
  if (from !== null && until !== null && until <= from)
    throw new Failure("usage", "--until: it is not after --from");
  const known = await engine.entities.find(id);
  let added = false;
  if (known === null || known.endedAt !== null || options.agreement !== undefined) {
    const { agreement, version } = whichAgreement(context, options, known);
    const employer = { id, agreement, version, signedAt: signedAt ?? known?.signedAt ?? now() };
    added = await engine.entities.add(employer, by);
    if (!json) output.write(`${id}: ${added ? "added" : "known already"}, ${agreement} ${version}\n`);
  }
  const employer = await engine.entities.find(id);
  const places = accounts.map((account) => ({ account, from: from ?? employer?.signedAt ?? now(), until }));
  const joined = places.length === 0 ? null : await engine.entities.join(id, places, by);
  const appointed = managers.length === 0 ? null : await engine.entities.appoint(id, managers, by);
  if (json)
    output.write(
      jsonText({
        id,
        agreement: employer?.agreement ?? null,
        version: employer?.version ?? null,
        added,
        roster: outcomeJson(accounts, joined),
        managers: outcomeJson(managers, appointed),
        checked_again: (joined?.marked ?? 0) + (appointed?.marked ?? 0),
      }),
    );
  return Math.max(
    report(context, json, accounts, joined, `on the roster of ${id}`, "was there already"),
    report(context, json, managers, appointed, `manages ${id}`, "did so already"),
  );
}

function whichAgreement(
  { agreements }: RightsContext,
  { agreement: id, agreementVersion }: AddOptions,
  known: EmployerRoster | null,
): { agreement: string; version: string } {
  const wanted = id ?? known?.agreement;
  const names = agreements.map((one) => one.id).join(", ");
  if (wanted === undefined)
    throw new Failure("usage", `--agreement: which one did this new employer sign? One of ${names}`);
  const agreement = agreements.find((one) => one.id === wanted);
  if (agreement === undefined)
    throw new Failure("usage", `--agreement: it is not one of the configured agreements (${names})`);
  return {
    agreement: wanted,
    version: agreementVersion ?? (known?.agreement === wanted ? known.version : agreement.version),
  };
}

/** Ends an employer, or only removes accounts from its roster or its managers. */
export async function removeFromEntity(
  context: RightsContext,
  id: string,
  texts: readonly string[],
  options: RemoveOptions,
): Promise<number> {
  const { engine, by, output, now } = context;
  const json = options.json === true;
  const accounts = await accountsOfArguments(texts, context.hosts);
  const managers = await accountsOfArguments(options.manager ?? [], context.hosts);
  const at = dateOf("--at", options.at, Number.MAX_SAFE_INTEGER) ?? now();
  if (accounts.length + managers.length > 0) {
    const left = accounts.length === 0 ? null : await engine.entities.leave(id, accounts, at, by);
    const dismissed = managers.length === 0 ? null : await engine.entities.dismiss(id, managers, by);
    if (json)
      output.write(
        jsonText({
          id,
          ended: false,
          roster: outcomeJson(accounts, left),
          managers: outcomeJson(managers, dismissed),
          checked_again: (left?.marked ?? 0) + (dismissed?.marked ?? 0),
        }),
      );
    return Math.max(
      report(context, json, accounts, left, `leaves the roster of ${id} ${moment(at)}`, "was not on it"),
      report(context, json, managers, dismissed, `no longer manages ${id}`, "did not"),
    );
  }
  const employer = await engine.entities.find(id);
  if (employer === null) throw new Failure("refused", `there is no employer ${id}`);
  const would = `This would end ${employer.agreement} for ${id}, and with it ${plural(employer.members.length, "roster place")}.`;
  if (!(await confirmed(context, would, options.yes === true))) return 1;
  const ended = await engine.entities.end(id, by);
  if (json)
    output.write(
      jsonText({
        id,
        ended: ended !== null,
        roster: outcomeJson([], null),
        managers: outcomeJson([], null),
        checked_again: ended?.marked ?? 0,
      }),
    );
  else
    output.write(
      ended === null
        ? `${id}: ended before\n`
        : `${id}: ended; ${plural(ended.marked, "open pull request")} checked again\n`,
    );
  return 0;
}

/** The accounts by outcome. */
function outcomeJson(asked: readonly Account[], outcome: RosterOutcome | null): object {
  const { changed = [], erased = [] } = outcome ?? {};
  const unchanged = asked.filter((account) => !changed.includes(account) && !erased.includes(account));
  return { changed, unchanged, erased };
}

/**
 * Prints the result for each account; with `--json` only who was left out. Returns 1 if one was skipped because it was
 * erased.
 */
function report(
  { output, errors }: RightsContext,
  json: boolean,
  asked: readonly Account[],
  outcome: RosterOutcome | null,
  done: string,
  before: string,
): number {
  if (outcome === null) return 0;
  for (const account of asked) {
    if (outcome.erased.includes(account))
      errors.write(`${account}: left out: the account was erased at its person's request\n`);
    else if (!json) output.write(`${account}: ${outcome.changed.includes(account) ? done : before}\n`);
  }
  if (outcome.marked > 0 && !json)
    output.write(`${plural(outcome.marked, "open pull request")} checked again\n`);
  return outcome.erased.length > 0 ? 1 : 0;
}

function dateOf(flag: string, text: string | undefined, latest: number): number | null {
  if (text === undefined) return null;
  const date = parseDate(text, latest);
  if (typeof date === "number") return date;
  throw new Failure("usage", `${flag}: ${date.fault}`);
}
