import { hostOf, type HostName } from "../account.ts";
import type { SignatureRow } from "./signature.ts";

/** The fields that many rows of an import share; `kind` is their number. */
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
  /** In the stored order of signatures. */
  sorted(): readonly Kind[];
}

/** @param met called once for each kind, before its number is returned */
export function collectKinds(met: (kind: Kind) => void = () => {}): Kinds {
  const kinds = new Map<string, Kind>();
  let last: Kind | null = null;
  return {
    of: ({ account, agreement, version, entity }) => {
      const host = hostOf(account);
      // Most files have only one kind.
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
