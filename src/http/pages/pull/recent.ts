interface Entry<T> {
  readonly answer: Promise<T>;
  readonly until: number;
  bytes: number;
}

/** The memory of an answer in addition to its content, in bytes. */
const OVERHEAD = 500;

/**
 * Recent answers, in memory only, bounded by age and bytes. Concurrent requests share one call. A failure is kept as
 * long as an answer, so that repeated requests cost nothing.
 */
export class Recent<T> {
  readonly #answers = new Map<string, Entry<T>>();
  readonly #lifeMs: number;
  readonly #most: number;
  readonly #weigh: (value: T) => number;
  readonly #now: () => number;
  #bytes = 0;

  /**
   * @param most bytes of all answers in sum
   * @param weigh about how many bytes an answer holds
   * @param now a steady clock, in milliseconds
   */
  constructor(
    lifeMs: number,
    most: number,
    weigh: (value: T) => number = () => 0,
    now: () => number = () => performance.now(),
  ) {
    this.#lifeMs = lifeMs;
    this.#most = most;
    this.#weigh = weigh;
    this.#now = now;
  }

  get(key: string, ask: () => Promise<T>): Promise<T> {
    const known = this.known(key);
    if (known !== null) return known;
    const answer = ask();
    this.#keep(key, answer);
    return answer;
  }

  /** The stored answer; null if there is none or it is too old. */
  known(key: string): Promise<T> | null {
    const known = this.#answers.get(key);
    return known !== undefined && known.until > this.#now() ? known.answer : null;
  }

  /** Stores an answer that needed no call. */
  put(key: string, value: T): void {
    this.#keep(key, Promise.resolve(value));
  }

  /** About how many bytes are kept. */
  get bytes(): number {
    return this.#bytes;
  }

  #keep(key: string, answer: Promise<T>): void {
    this.forget(key);
    const entry: Entry<T> = { answer, until: this.#now() + this.#lifeMs, bytes: OVERHEAD + key.length * 2 };
    this.#answers.set(key, entry);
    this.#bytes += entry.bytes;
    void this.#weighIn(key, entry);
    this.#shrink();
  }

  /** Counts the bytes of an answer when it arrives. A failure has none. */
  async #weighIn(key: string, entry: Entry<T>): Promise<void> {
    const more = await entry.answer.then(this.#weigh, () => 0);
    if (this.#answers.get(key) !== entry) return;
    entry.bytes += more;
    this.#bytes += more;
    this.#shrink();
  }

  /** All entries live equally long, and a map keeps the order of insertion, so the first one is the oldest. */
  #shrink(): void {
    for (const [key, { until }] of this.#answers) {
      if (until > this.#now() && this.#bytes <= this.#most) return;
      this.forget(key);
    }
  }

  forget(key: string): void {
    this.#bytes -= this.#answers.get(key)?.bytes ?? 0;
    this.#answers.delete(key);
  }

  /** Forgets all answers after a change that may affect each of them. */
  clear(): void {
    this.#answers.clear();
    this.#bytes = 0;
  }
}
