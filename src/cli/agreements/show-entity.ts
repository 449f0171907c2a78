import { Failure } from "../../error.ts";
import type { Employer, EmployerRoster } from "../../records/entity.ts";
import { columns, moment } from "../columns.ts";
import { jsonText } from "../json-text.ts";
import type { RightsContext } from "../rights/rights-context.ts";

export async function listEntities({ engine, output }: RightsContext, json: boolean): Promise<number> {
  const all = await engine.entities.list();
  output.write(
    json
      ? jsonText(all.map((one) => ({ ...employerJson(one), members: one.members, managers: one.managers })))
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
  context.output.write(json ? jsonText(rosterJson(employer)) : describe(employer));
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
