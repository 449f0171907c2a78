import type { EntityRequest } from "../../records/entity.ts";
import { EMPLOYER_ID, isEmployerId } from "../../records/entity.ts";
import { Failure } from "../../error.ts";
import { accountsOfArguments } from "../accounts.ts";
import { jsonText } from "../json-text.ts";
import type { RightsContext } from "../rights/rights-context.ts";
import { requireAgreement } from "./require-agreement.ts";

export interface AcceptOptions {
  readonly agreement?: string;
  readonly agreementVersion?: string;
  readonly json?: true;
}

/**
 * Accepts a request for a roster: adds the employer under the requested id and name, and makes the requester a manager
 * of the roster. The request is closed last, so that a retry after a crash finds it.
 */
export async function acceptEntity(
  context: RightsContext,
  id: string,
  account: string,
  options: AcceptOptions,
): Promise<number> {
  const { engine, agreements, by, output, errors, now } = context;
  if (!isEmployerId(id)) throw new Failure("usage", `${EMPLOYER_ID}, e.g. acme`);
  const request = await findRequest(context, account, options.agreement);
  requireAgreement(agreements, request.agreement);
  const configured = agreements.find((one) => one.id === request.agreement);
  const version = options.agreementVersion ?? configured?.version ?? "";
  const { agreement, name } = request;
  await engine.entities.add({ id, name, agreement, version, signedAt: now() }, by);
  const { erased } = await engine.entities.appoint(id, [request.account], by);
  await engine.entities.settle(request.account, agreement, by);
  if (options.json === true)
    output.write(
      jsonText({
        id,
        name,
        agreement,
        version,
        accepted: true,
        account: request.account,
        manages: erased.length === 0,
      }),
    );
  if (erased.length > 0) {
    errors.write(
      `${request.account}: does not manage ${id}: the account was erased at its person's request\n`,
    );
    return 1;
  }
  if (options.json !== true)
    output.write(`${id}: ${name} is accepted, ${agreement} ${version}\n${request.account}: manages ${id}\n`);
  return 0;
}

/** Declines a request for a roster; the person no longer sees it as pending. */
export async function declineEntity(
  context: RightsContext,
  account: string,
  options: Pick<AcceptOptions, "agreement" | "json">,
): Promise<number> {
  const { account: asker, agreement, name } = await findRequest(context, account, options.agreement);
  await context.engine.entities.settle(asker, agreement, context.by);
  context.output.write(
    options.json === true
      ? jsonText({ account: asker, name, agreement, declined: true })
      : `${asker}: the request for ${name} (${agreement}) is declined\n`,
  );
  return 0;
}

async function findRequest(
  { engine, hosts }: RightsContext,
  text: string,
  agreement: string | undefined,
): Promise<EntityRequest> {
  const [account] = await accountsOfArguments([text], hosts);
  const found = (await engine.entities.requests()).filter(
    (request) => request.account === account && (agreement === undefined || request.agreement === agreement),
  );
  const [request, ...others] = found;
  if (request === undefined)
    throw new Failure("refused", `${text} requested no roster; countersign stats lists the requests`);
  if (others.length > 0)
    throw new Failure(
      "usage",
      `--agreement: ${text} requested several rosters: one of ${found.map((one) => one.agreement).join(", ")}`,
    );
  return request;
}
