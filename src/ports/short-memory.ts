/** Answers of a host that are remembered for some minutes, in memory only. */
export interface ShortMemory<Value> {
  /** Undefined: nothing is remembered. */
  find(key: string): Value | undefined;
  /** If the memory is full, it forgets the oldest answer. */
  keep(key: string, value: Value): void;
  forget(key: string): void;
}

/**
 * @param options.lifeMs how long an answer is remembered, in milliseconds
 * @param options.most how many answers are remembered
 * @param options.now milliseconds since the epoch
 */
export function shortMemory<Value>({
  lifeMs,
  most,
  now,
}: {
  readonly lifeMs: number;
  readonly most: number;
  readonly now: () => number;
}): ShortMemory<Value> {
  const known = new Map<string, { readonly value: Value; readonly since: number }>();
  return {
    find(key) {
      const found = known.get(key);
      const age = found === undefined ? lifeMs : now() - found.since;
      // A negative age: the clock was set back.
      return age >= 0 && age < lifeMs ? found?.value : undefined;
    },
    keep(key, value) {
      known.delete(key);
      const oldest = known.keys().next();
      if (known.size >= most && oldest.done !== true) known.delete(oldest.value);
      known.set(key, { value, since: now() });
    },
    forget(key) {
      known.delete(key);
    },
  };
}
