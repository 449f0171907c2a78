import type { HostName } from "../account.ts";
import { covers, type Agreement } from "./agreement.ts";

/** The agreements' patterns for a host that match none of its repositories. */
export function unmatchedPatterns(
  agreements: readonly Agreement[],
  host: HostName,
  paths: readonly string[],
): readonly string[] {
  const unmatched = new Set(
    agreements.flatMap(({ repositories }) => repositories).filter((one) => one.startsWith(`${host}:`)),
  );
  for (const path of paths)
    for (const pattern of unmatched) if (covers([pattern], host, path)) unmatched.delete(pattern);
  return [...unmatched];
}
