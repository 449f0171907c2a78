import { join } from "node:path";
import Database from "better-sqlite3";

/** Holds the write lock of the bot's database for a while, as a backup tool or a stray shell does. */
export class DatabaseLock {
  readonly #folder: string;
  #release: (() => void) | null = null;

  constructor(folder: string) {
    this.#folder = folder;
  }

  get isHeld(): boolean {
    return this.#release !== null;
  }

  /** @param milliseconds after which it is released; a lock that is held already stays as it is */
  hold(milliseconds: number): void {
    if (this.#release !== null) return;
    const connection = new Database(join(this.#folder, "countersign.db"));
    connection.exec("BEGIN IMMEDIATE");
    const timer = setTimeout(() => this.release(), milliseconds).unref();
    this.#release = () => {
      clearTimeout(timer);
      connection.exec("ROLLBACK");
      connection.close();
    };
  }

  release(): void {
    this.#release?.();
    this.#release = null;
  }
}
