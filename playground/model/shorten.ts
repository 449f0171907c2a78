/**
 * Removes parts of a list, ever smaller ones, as long as what is left still fails.
 * @param fails whether a list still fails
 * @param until when to stop, on the clock of `performance.now()`
 */
export async function shorten<T>(
  list: readonly T[],
  fails: (shorter: readonly T[]) => Promise<boolean>,
  until: number,
): Promise<readonly T[]> {
  let shortest = list;
  for (let size = Math.ceil(list.length / 2); size >= 1;) {
    const before = shortest.length;
    for (let from = shortest.length - size; from > -size; from -= size) {
      if (performance.now() > until) return shortest;
      const shorter = shortest.toSpliced(Math.max(0, from), from < 0 ? size + from : size);
      if (await fails(shorter)) shortest = shorter;
    }
    // Single steps are tried until none can be left out.
    if (size > 1) size = Math.floor(size / 2);
    else if (shortest.length === before) break;
  }
  return shortest;
}
