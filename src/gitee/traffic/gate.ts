/** Runs at most `places` tasks at once; later ones wait in order. @param places may change while it is used */
export function createGate(places: () => number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let taken = 0;
  return async (work) => {
    if (taken < places()) taken += 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      taken -= 1;
      while (taken < places() && waiting.length > 0) {
        taken += 1;
        waiting.shift()?.();
      }
    }
  };
}
