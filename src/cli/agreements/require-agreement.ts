import type { Agreement } from "../../records/agreement.ts";
import { Failure } from "../../error.ts";

/** @throws Failure `usage` when `--agreement` names no configured agreement */
export function requireAgreement(agreements: readonly Agreement[], id: string): void {
  if (agreements.some((agreement) => agreement.id === id)) return;
  const known = agreements.map((agreement) => agreement.id).join(", ");
  throw new Failure("usage", `--agreement: it is not one of the configured agreements (${known})`);
}

/** @throws Failure `usage` when the argument names no configured agreement */
export function configuredAgreement(agreements: readonly Agreement[], id: string): Agreement {
  const agreement = agreements.find((one) => one.id === id);
  if (agreement !== undefined) return agreement;
  const known = agreements.map((one) => one.id).join(", ");
  throw new Failure("usage", `agreement: it is not one of the configured agreements (${known})`);
}
