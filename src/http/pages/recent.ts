/**
 * Answers of the last moments, in memory only. Several who ask at once share one question; a failure is kept as
 * long as an answer, so that asking again and again costs nothing.
 */
export class Recent<T> {
  readonly #answers = new Map<string, { readonly answer: Promise<T>; readonly until: number }>();
  readonly #lifeMs: number;
  readonly #limit: number;

  constructor(lifeMs: number, limit: number) {
    this.#lifeMs = lifeMs;
    this.#limit = limit;
  }

  get(key: string, ask: () => Promise<T>): Promise<T> {
    const now = performance.now();
    const known = this.#answers.get(key);
    if (known !== undefined && known.until > now) return known.answer;
    this.#answers.delete(key);
    // A map keeps the order of insertion, so its first entry is the oldest.
    const oldest = this.#answers.keys().next();
    if (this.#answers.size >= this.#limit && oldest.done !== true) this.#answers.delete(oldest.value);
    const answer = ask();
    this.#answers.set(key, { answer, until: now + this.#lifeMs });
    return answer;
  }

  /** Something changed that may change every answer. */
  clear(): void {
    this.#answers.clear();
  }
}
