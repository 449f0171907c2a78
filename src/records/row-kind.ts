import { hostOf, type HostName } from "../account.ts";
import type { SignatureRow } from "./signature.ts";

/** What many rows of an import have in common; `kind` numbers it. */
export interface Kind {
  readonly kind: number;
  readonly agreement: string;
  readonly host: HostName;
  readonly version: string;
  readonly entity: string | null;
}

/** The kinds of the rows seen so far. */
export interface Kinds {
  /** The number of the row's kind. */
  of(row: SignatureRow): number;
  /** In the order in which signatures are kept. */
  sorted(): readonly Kind[];
}

/** @param met told of each kind once, before its number is first given */
export function collectKinds(met: (kind: Kind) => void = () => {}): Kinds {
  const kinds = new Map<string, Kind>();
  let last: Kind | null = null;
  return {
    of: ({ account, agreement, version, entity }) => {
      const host = hostOf(account);
      // Most files are of one kind throughout.
      if (
        last?.entity === entity &&
        last.agreement === agreement &&
        last.version === version &&
        last.host === host
      )
        return last.kind;
      const key = JSON.stringify([agreement, host, version, entity]);
      let kind = kinds.get(key);
      if (kind === undefined) {
        kind = { kind: kinds.size, agreement, host, version, entity };
        kinds.set(key, kind);
        met(kind);
      }
      last = kind;
      return kind.kind;
    },
    sorted: () =>
      [...kinds.values()].toSorted(
        (a, b) =>
          compare(a.agreement, b.agreement) || compare(a.host, b.host) || compare(a.version, b.version),
      ),
  };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
