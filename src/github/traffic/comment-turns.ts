/**
 * When the comments that found no room are tried again: each when the limits have room for it and for those that wait
 * already, so that they do not all return at once. Trying one too early costs a read.
 */
import { WRITE, type Window } from "./window.ts";

/** A comment that found no room. */
export interface Refused {
  /** What it is about, e.g. a pull request, which keeps its turn when it is asked for again; undefined: nothing. */
  readonly about: string | undefined;
  /** The earliest time. */
  readonly from: number;
  /** It waits behind all others, and no person waits behind it. */
  readonly bulk: boolean;
  /** What it must leave to requests of more need. */
  readonly spare: Readonly<Record<"rest" | "minute" | "hour", number>>;
}

export interface CommentTurns {
  /** @returns when to try again */
  take(refused: Refused, now: number): number;
  /** It was written, or it is not needed anymore. */
  giveBack(about: string): void;
  /** The clock was set back by so many milliseconds. */
  setBack(by: number): void;
}

interface Turn {
  at: number;
  readonly bulk: boolean;
}

export function createCommentTurns(
  windows: Readonly<Record<"rest" | "minute" | "hour", Window>>,
): CommentTurns {
  const turns = new Map<string | symbol, Turn>();
  return {
    take({ about, from, bulk, spare }, now) {
      for (const [key, { at }] of turns) if (at <= now) turns.delete(key);
      const key = about ?? Symbol("nothing");
      const kept = turns.get(key);
      if (kept !== undefined && (bulk || !kept.bulk)) {
        kept.at = Math.max(kept.at, from);
        return kept.at;
      }
      turns.delete(key);
      const before = [...turns.values()]
        .filter((turn) => bulk || !turn.bulk)
        .map(({ at }) => at)
        .toSorted((one, other) => one - other);
      const at = Math.max(
        from,
        windows.rest.freeAt(WRITE + spare.rest, now, { at: before, cost: WRITE }),
        windows.minute.freeAt(1 + spare.minute, now, { at: before, cost: 1 }),
        windows.hour.freeAt(1 + spare.hour, now, { at: before, cost: 1 }),
      );
      turns.set(key, { at, bulk });
      return at;
    },
    giveBack: (about) => void turns.delete(about),
    setBack(by) {
      for (const turn of turns.values()) turn.at -= by;
    },
  };
}
