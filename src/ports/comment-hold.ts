/**
 * Holds comments back after a host itself refused one, so that all else goes on after the wait that it asked for. The
 * host may have counted comments that the bot does not know of, and does not say when they fit again. Each refusal in a row
 * doubles the hold, and after it one comment is tried before the others.
 */
const MINUTE = 60_000;
const FIRST_HOLD = 5 * MINUTE;
const LONGEST_HOLD = 60 * MINUTE;
/** How long the others wait for the answer to the one that is tried. */
const ANSWER = MINUTE / 2;

export interface CommentHold {
  /** The time from which a comment may be tried; a past time means now. */
  until(): number;
  /** A comment is tried. @returns a function to call when it was written */
  begin(now: number): () => void;
  /** The host refused a comment because of a limit. @returns {@link until} */
  refused(now: number): number;
  /** The clock was set back by so many milliseconds. */
  setBack(by: number): void;
}

export function createCommentHold(): CommentHold {
  let refusals = 0;
  let heldUntil = 0;
  let triedUntil = 0;
  const until = (): number => Math.max(heldUntil, triedUntil);
  return {
    until,
    begin(now) {
      const before = refusals;
      if (refusals > 0) triedUntil = now + ANSWER;
      return () => {
        // One that was sent before the refusal says nothing.
        if (refusals === before) refusals = heldUntil = triedUntil = 0;
      };
    },
    refused(now) {
      // Concurrent comments are refused together, which counts as one refusal.
      if (heldUntil <= now) {
        heldUntil = now + Math.min(FIRST_HOLD * 2 ** refusals, LONGEST_HOLD);
        refusals += 1;
      }
      return until();
    },
    setBack(by) {
      heldUntil -= by;
      triedUntil -= by;
    },
  };
}
