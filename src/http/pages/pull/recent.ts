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
    const known = this.#answers.get(key);
    if (known !== undefined && known.until > performance.now()) return known.answer;
    const answer = ask();
    this.#keep(key, answer);
    return answer;
  }

  /** Keeps what was learnt without a question. */
  put(key: string, value: T): void {
    this.#keep(key, Promise.resolve(value));
  }

  #keep(key: string, answer: Promise<T>): void {
    this.#answers.delete(key);
    // A map keeps the order of insertion, so its first entry is the oldest.
    const oldest = this.#answers.keys().next();
    if (this.#answers.size >= this.#limit && oldest.done !== true) this.#answers.delete(oldest.value);
    this.#answers.set(key, { answer, until: performance.now() + this.#lifeMs });
  }

  forget(key: string): void {
    this.#answers.delete(key);
  }

  /** Something changed that may change every answer. */
  clear(): void {
    this.#answers.clear();
  }
}
