/**
 * A clock that can be moved: everything in this process that reads the time, including the simulated hosts and the
 * pages, gets the moved time. Timers keep the real pace. The bot's process follows the same clock (`clock-hook.ts`).
 */
const RealDate = globalThis.Date;
let offset = 0;
let following = false;

class MovedDate extends RealDate {
  constructor(...given: unknown[]) {
    // `Date` accepts many forms of arguments; only the form without any reads the clock.
    if (given.length === 0) super(MovedDate.now());
    else super(...(given as [number]));
  }

  static override now(): number {
    return RealDate.now() + offset;
  }
}

/** Moves the clock. @param milliseconds how far ahead of the real time; 0 resets it */
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
