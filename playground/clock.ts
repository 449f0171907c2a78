/**
 * A clock that can be moved: everything in this process that asks what time it is, the simulated hosts and the pages
 * included, reads the moved time. Timers keep their own pace. The bot's process follows the same clock
 * (`clock-hook.ts`).
 */
const RealDate = globalThis.Date;
let offset = 0;
let following = false;

class MovedDate extends RealDate {
  constructor(...given: unknown[]) {
    // `Date` has many forms of arguments; only the one without any asks for the clock.
    if (given.length === 0) super(MovedDate.now());
    else super(...(given as [number]));
  }

  static override now(): number {
    return RealDate.now() + offset;
  }
}

/** Moves the clock. @param milliseconds how far ahead of the real time; 0 sets it right again */
export function setClock(milliseconds: number): void {
  offset = milliseconds;
  globalThis.Date = (milliseconds === 0 && !following ? RealDate : MovedDate) as DateConstructor;
}

/** From here on, code that keeps `Date.now` at its start follows a clock that is moved later, too. */
export function followClock(): void {
  following = true;
  setClock(offset);
}

/** How far the clock is ahead of the real time, in milliseconds. */
export function clockOffset(): number {
  return offset;
}
