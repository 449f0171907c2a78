/** The sequence of verdicts in each pull request's status, as a permanent observer sees it. */
import type { HostName } from "../../src/account.ts";
import type { SiteHost, State } from "./host/site-host.ts";

/** The number of latest verdicts that are kept for a pull request. */
const KEPT = 12;

export class History {
  readonly #said = new Map<string, State[]>();
  readonly #marks = new Map<string, number>();

  /** Records the current state of the hosts. */
  collect(sites: readonly SiteHost[]): void {
    for (const { name, pulls } of sites)
      for (const { number, verdict } of pulls()) {
        const key = `${name}#${number}`;
        const said = this.#said.get(key) ?? [];
        this.#said.set(key, said);
        if (said.at(-1) === verdict) continue;
        said.push(verdict);
        if (said.length > KEPT) {
          said.shift();
          const mark = this.#marks.get(key);
          if (mark !== undefined) this.#marks.set(key, Math.max(0, mark - 1));
        }
      }
  }

  /** The oldest first. */
  of(host: HostName, number: number): readonly State[] {
    return this.#said.get(`${host}#${number}`) ?? [];
  }

  /** From now on {@link since} returns the verdicts. */
  mark(): void {
    this.#marks.clear();
    for (const [key, said] of this.#said) this.#marks.set(key, Math.max(0, said.length - 1));
  }

  /** The verdicts of each changed pull request since the last mark, starting with the one before it. */
  since(): readonly { readonly host: HostName; readonly number: number; readonly said: readonly State[] }[] {
    return [...this.#said].flatMap(([key, all]) => {
      const said = all.slice(this.#marks.get(key) ?? 0);
      const [host, number] = key.split("#") as [HostName, string];
      return said.length < 2 ? [] : [{ host, number: Number(number), said }];
    });
  }
}
