import { hostOf, numberOf, type Account, type HostName } from "../../account.ts";

/** The parameters that find an account's rows. */
export interface SubjectKey {
  readonly host: HostName;
  readonly account: number;
}

export function keyOf(account: Account): SubjectKey {
  return { host: hostOf(account), account: numberOf(account) };
}
