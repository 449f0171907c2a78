import type { Account } from "../../account.ts";
import {
  EMPLOYER_ID,
  isEmployerId,
  type Employer,
  type EmployerRoster,
  type RosterOutcome,
} from "../../records/entity.ts";
import { Failure } from "../../error.ts";
import { parseDate } from "../../formats/cells/date.ts";
import { accountsOfArguments } from "../accounts.ts";
import { columns, count, moment } from "../columns.ts";
import { confirmed } from "../confirm.ts";
import type { RightsContext } from "../rights/rights-context.ts";

export interface AddOptions {
  readonly agreement?: string;
  readonly agreementVersion?: string;
  readonly signedAt?: string;
  readonly from?: string;
  readonly until?: string;
  readonly manager?: readonly string[];
}

export interface RemoveOptions {
  readonly manager?: readonly string[];
  readonly at?: string;
  readonly yes?: true;
}

export async function listEntities({ engine, output }: RightsContext, json: boolean): Promise<number> {
  const all = await engine.entities.list();
  output.write(
    json
      ? `${JSON.stringify(
          all.map((one) => ({ ...employerJson(one), members: one.members, managers: one.managers })),
          null,
          2,
        )}\n`
      : columns([
          ["ID", "AGREEMENT", "SIGNED", "COVERED", "MANAGERS", ""],
          ...all.map((one) => [
            one.id,
            `${one.agreement} ${one.version}`,
            moment(one.signedAt),
            String(one.members),
            String(one.managers),
            one.endedAt === null ? "" : `ended ${moment(one.endedAt)}`,
          ]),
        ]),
  );
  return 0;
}

export async function showEntity(context: RightsContext, id: string, json: boolean): Promise<number> {
  const employer = await context.engine.entities.find(id);
  if (employer === null) throw new Failure("refused", `there is no employer ${id}`);
  context.output.write(json ? `${JSON.stringify(rosterJson(employer), null, 2)}\n` : describe(employer));
  return 0;
}

function employerJson({ id, name, agreement, version, signedAt, endedAt }: Employer): object {
  return {
    id,
    name: name ?? null,
    agreement,
    version,
    signed_at: iso(signedAt),
    ended_at: endedAt === null ? null : iso(endedAt),
  };
}

function rosterJson(employer: EmployerRoster): object {
  return {
    ...employerJson(employer),
    members: employer.members.map(({ account, from, until, evidence, restricted }) => ({
      account,
      from: iso(from),
      until: until === null ? null : iso(until),
      evidence,
      restricted,
    })),
    managers: employer.managers,
  };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}

function describe({
  id,
  name,
  agreement,
  version,
  signedAt,
  endedAt,
  members,
  managers,
}: EmployerRoster): string {
  const head = `${id}${name === undefined ? "" : ` (${name})`}: ${agreement} ${version}, signed ${moment(signedAt)}${endedAt === null ? "" : `, ended ${moment(endedAt)}`}\n`;
  const places = members.map(({ account, from, until, restricted }) => [
    "",
    account,
    `from ${moment(from)}`,
    until === null ? "" : `until ${moment(until)}`,
    restricted ? "restricted: not counted" : "",
  ]);
  return [
    head,
    members.length === 0 ? "nobody is on its roster\n" : `roster:\n${columns(places)}`,
    managers.length === 0 ? "" : `managed by:\n${managers.map((account) => `  ${account}\n`).join("")}`,
  ].join("");
}

/** Adds an employer if it is new, then accounts to its roster, then managers. */
export async function addToEntity(
  context: RightsContext,
  id: string,
  texts: readonly string[],
  options: AddOptions,
): Promise<number> {
  const { engine, by, output, now } = context;
  if (!isEmployerId(id)) throw new Failure("usage", `${EMPLOYER_ID}, e.g. acme`);
  const accounts = await accountsOfArguments(texts, context.hosts);
  const managers = await accountsOfArguments(options.manager ?? [], context.hosts);
  const from = dateOf("--from", options.from, now());
  const until = dateOf("--until", options.until, Number.MAX_SAFE_INTEGER);
  const signedAt = dateOf("--signed-at", options.signedAt, now());
  if (from !== null && until !== null && until <= from)
    throw new Failure("usage", "--until: it is not after --from");
  const known = await engine.entities.find(id);
  if (known === null || known.endedAt !== null || options.agreement !== undefined) {
    const { agreement, version } = whichAgreement(context, options, known);
    const employer = { id, agreement, version, signedAt: signedAt ?? known?.signedAt ?? now() };
    const added = await engine.entities.add(employer, by);
    output.write(`${id}: ${added ? "added" : "known already"}, ${agreement} ${version}\n`);
  }
  const employer = await engine.entities.find(id);
  const places = accounts.map((account) => ({ account, from: from ?? employer?.signedAt ?? now(), until }));
  const joined = places.length === 0 ? null : await engine.entities.join(id, places, by);
  const appointed = managers.length === 0 ? null : await engine.entities.appoint(id, managers, by);
  return Math.max(
    report(context, accounts, joined, `on the roster of ${id}`, "was there already"),
    report(context, managers, appointed, `manages ${id}`, "did so already"),
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
  const accounts = await accountsOfArguments(texts, context.hosts);
  const managers = await accountsOfArguments(options.manager ?? [], context.hosts);
  const at = dateOf("--at", options.at, Number.MAX_SAFE_INTEGER) ?? now();
  if (accounts.length + managers.length > 0) {
    const left = accounts.length === 0 ? null : await engine.entities.leave(id, accounts, at, by);
    const dismissed = managers.length === 0 ? null : await engine.entities.dismiss(id, managers, by);
    return Math.max(
      report(context, accounts, left, `leaves the roster of ${id} ${moment(at)}`, "was not on it"),
      report(context, managers, dismissed, `no longer manages ${id}`, "did not"),
    );
  }
  const employer = await engine.entities.find(id);
  if (employer === null) throw new Failure("refused", `there is no employer ${id}`);
  const would = `This would end ${employer.agreement} for ${id}, and with it ${count(employer.members.length, "roster place")}.`;
  if (!(await confirmed(context, would, options.yes === true))) return 1;
  const ended = await engine.entities.end(id, by);
  output.write(
    ended === null
      ? `${id}: ended before\n`
      : `${id}: ended; ${count(ended.marked, "open pull request")} checked again\n`,
  );
  return 0;
}

/** Prints the result for each account. Returns 1 if one was skipped because it was erased. */
function report(
  { output, errors }: RightsContext,
  asked: readonly Account[],
  outcome: RosterOutcome | null,
  done: string,
  before: string,
): number {
  if (outcome === null) return 0;
  for (const account of asked) {
    if (outcome.erased.includes(account))
      errors.write(`${account}: left out: the account was erased at its person's request\n`);
    else output.write(`${account}: ${outcome.changed.includes(account) ? done : before}\n`);
  }
  if (outcome.marked > 0) output.write(`${count(outcome.marked, "open pull request")} checked again\n`);
  return outcome.erased.length > 0 ? 1 : 0;
}

function dateOf(flag: string, text: string | undefined, latest: number): number | null {
  if (text === undefined) return null;
  const date = parseDate(text, latest);
  if (typeof date === "number") return date;
  throw new Failure("usage", `${flag}: ${date.fault}`);
}
