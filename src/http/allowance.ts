/** So many of something in each minute. */
export interface Allowance {
  /** @returns whether there is one left in this minute */
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
