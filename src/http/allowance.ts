/** Allows a fixed number of something per minute. */
export interface Allowance {
  /** @returns whether one is left in this minute */
  take(): boolean;
}

const MINUTE = 60_000;

export function createAllowance(perMinute: number): Allowance {
  let began = -Infinity;
  let left = 0;
  return {
    take() {
      const now = performance.now();
      if (now - began >= MINUTE) [began, left] = [now, perMinute];
      left -= 1;
      return left >= 0;
    },
  };
}
