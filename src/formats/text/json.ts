import { DEEPEST, KEY_TWICE, keptTwice, notJson, parseEntry, TOO_DEEP } from "./json-shape.ts";
import { SECOND_LIST, Unreadable } from "../problems.ts";

/** A longer item, in characters, is not a signature but a broken file. */
const LONGEST = 1_048_576;
/** As `mongoexport --pretty` writes it. */
const MORE =
  "this is not valid JSON, because the document ends before it: put all entries in one array (mongoexport --jsonArray), or " +
  "each on a line of its own";
/**
 * Takes an item of a list.
 * @param list the name of the list; null: it is the whole document
 * @param item its number from 1 if its line does not distinguish it from others; otherwise null
 */
export type GiveItem = (value: unknown, line: number, list: string | null, item: number | null) => void;
/** Takes a problem of one item. */
type BadItem = (line: number, message: string, item: number | null) => void;

type Place =
  | "start"
  | "item-or-end"
  | "item"
  | "after-item"
  | "key-or-end"
  | "key"
  | "colon"
  | "value"
  | "after-value"
  | "end";

/**
 * Takes a JSON document piece by piece and passes on the items of its list, one at a time. The list is the document
 * itself, or a member with a known name. Only one item is kept at a time, so a file of any size needs little memory. It
 * finds where an item begins and ends; `JSON.parse` checks the text between.
 */
export class JsonItems {
  #text = "";
  #at = 0;
  #line = 1;
  #place: Place = "start";
  #inObject = false;
  #found = false;
  #key = "";
  // The value being read: its start, its line, the current depth of the scan.
  #start = -1;
  #startLine = 1;
  #depth = 0;
  #string = false;
  #members = 0;
  // The names of the lists that were read.
  readonly #entered = new Set<string>();
  // Whether a list with items was read: another one may be of people who do not count.
  #filled = false;
  // The number of the current item, and whether its line does not distinguish it from others.
  #item = 0;
  #lastLine = 0;
  readonly #lists: readonly string[];
  readonly #give: GiveItem;
  readonly #bad: BadItem;
  readonly #member: (name: string, value: unknown, line: number) => void;

  /**
   * @param lists the possible names of an object's list
   * @param member called for every other member of the object
   */
  constructor(
    lists: readonly string[],
    give: GiveItem,
    bad: BadItem,
    member: (name: string, value: unknown, line: number) => void = () => {},
  ) {
    this.#lists = lists;
    this.#give = give;
    this.#bad = bad;
    this.#member = member;
  }

  /** @throws Unreadable when the text is not JSON or contains no list */
  write(text: string): void {
    const from = this.#start === -1 ? this.#at : this.#start;
    this.#text = this.#text.slice(from) + text;
    this.#at -= from;
    if (this.#start !== -1) this.#start = 0;
    for (;;) {
      if (this.#start !== -1) {
        if (!this.#scan()) break;
        this.#value(this.#text.slice(this.#start, this.#at));
      } else if (!this.#step()) break;
    }
    if (this.#start !== -1 && this.#text.length - this.#start > LONGEST)
      throw new Unreadable(this.#startLine, "an entry is longer than 1 MiB");
  }

  /** @throws Unreadable when the document is truncated */
  end(): void {
    // A number or word at the end is complete only now; no valid list ends with one.
    if (this.#place !== "end") throw new Unreadable(this.#line, "the file breaks off before its JSON ends");
    if (!this.#found)
      throw new Unreadable(
        1,
        `no list of signatures in it: a JSON array is expected, or an object with one under ${this.#lists.join(", ")}`,
      );
  }

  /** Reads one structural character. Returns false when the text is used up. */
  #step(): boolean {
    while (this.#at < this.#text.length) {
      const code = this.#text.charCodeAt(this.#at);
      if (code === 10) this.#line++;
      else if (code !== 32 && code !== 9 && code !== 13) break;
      this.#at++;
    }
    if (this.#at >= this.#text.length) return false;
    const char = this.#text.charAt(this.#at);
    switch (this.#place) {
      case "start":
        if (char === "[") return this.#enter();
        if (char === "{") {
          this.#inObject = true;
          return this.#go("key-or-end");
        }
        return this.#wrong();
      case "item-or-end":
        return char === "]" ? this.#leaveList() : this.#begin();
      case "item":
        return this.#begin();
      case "after-item":
        if (char === ",") return this.#go("item");
        return char === "]" ? this.#leaveList() : this.#wrong();
      case "key-or-end":
        if (char === "}") return this.#go("end");
        return char === '"' ? this.#begin() : this.#wrong();
      case "key":
        return char === '"' ? this.#begin() : this.#wrong();
      case "colon":
        return char === ":" ? this.#go("value") : this.#wrong();
      case "value":
        return char === "[" && this.#lists.includes(this.#key) ? this.#enter() : this.#begin();
      case "after-value":
        if (char === ",") return this.#go("key");
        return char === "}" ? this.#go("end") : this.#wrong();
      case "end":
        if (char === "{" || char === "[") throw new Unreadable(this.#line, MORE);
        return this.#wrong();
    }
  }

  #enter(): boolean {
    // A reader of JSON takes the last one, also if it is empty.
    if (this.#entered.has(this.#key)) throw new Unreadable(this.#line, SECOND_LIST);
    this.#entered.add(this.#key);
    this.#found = true;
    this.#item = 0;
    this.#lastLine = this.#line;
    return this.#go("item-or-end");
  }

  #leaveList(): boolean {
    return this.#go(this.#inObject ? "after-value" : "end");
  }

  #go(place: Place): boolean {
    this.#place = place;
    this.#at++;
    return true;
  }

  #begin(): boolean {
    this.#start = this.#at;
    this.#startLine = this.#line;
    this.#depth = 0;
    this.#members = 0;
    this.#string = false;
    return true;
  }

  /** Reads to the end of the value. Returns false when the text ends first. */
  #scan(): boolean {
    const text = this.#text;
    const length = text.length;
    let at = this.#at;
    for (; at < length; at++) {
      const code = text.charCodeAt(at);
      if (this.#string) {
        if (code === 92) {
          // The escaped character may be in the next piece.
          if (at + 1 >= length) break;
          at++;
        } else if (code === 34) {
          this.#string = false;
          if (this.#depth === 0) return this.#stop(at + 1);
        }
      } else if (code === 34) this.#string = true;
      else if (code === 123 || code === 91) {
        if (++this.#depth > DEEPEST) throw new Unreadable(this.#startLine, TOO_DEEP);
      } else if (code === 125 || code === 93) {
        if (this.#depth === 0) return this.#stop(at);
        this.#depth--;
        if (this.#depth === 0) return this.#stop(at + 1);
      } else if (this.#depth === 0 && (code === 44 || code === 58 || code <= 32)) return this.#stop(at);
      else if (code === 10) this.#line++;
      else if (code === 58 && this.#depth === 1) this.#members++;
    }
    this.#at = at;
    return false;
  }

  #stop(at: number): boolean {
    this.#at = at;
    return true;
  }

  #value(slice: string): void {
    let value: unknown;
    try {
      value = parseEntry(slice);
    } catch {
      throw new Unreadable(this.#startLine, notJson(slice, "this"));
    }
    this.#start = -1;
    switch (this.#place) {
      case "key":
      case "key-or-end":
        this.#key = typeof value === "string" ? value : "";
        this.#place = "colon";
        return;
      case "value":
        this.#place = "after-value";
        this.#member(this.#key, value, this.#startLine);
        return;
      default: {
        this.#place = "after-item";
        this.#item++;
        if (this.#item === 1 && this.#filled) throw new Unreadable(this.#startLine, SECOND_LIST);
        this.#filled = true;
        const shared = this.#startLine === this.#lastLine;
        this.#lastLine = this.#startLine;
        const number = shared ? this.#item : null;
        if (keptTwice(value, this.#members)) this.#bad(this.#startLine, KEY_TWICE, number);
        else this.#give(value, this.#startLine, this.#inObject ? this.#key : null, number);
      }
    }
  }

  #wrong(): never {
    throw new Unreadable(this.#line, "this is not valid JSON");
  }
}
