import { isAscii } from "node:buffer";
import { TextDecoder } from "node:util";
import { Failure } from "../../error.ts";
import { looksChinese } from "./gb18030.ts";

/** The encodings of signature files; spreadsheets in China save GB18030. */
export const ENCODINGS = ["utf-8", "utf-16le", "utf-16be", "gb18030", "windows-1252"] as const;
export type Encoding = (typeof ENCODINGS)[number];

const BOMS: readonly (readonly [Encoding, readonly number[]])[] = [
  ["utf-8", [0xef, 0xbb, 0xbf]],
  ["gb18030", [0x84, 0x31, 0x95, 0x33]],
  ["utf-16le", [0xff, 0xfe]],
  ["utf-16be", [0xfe, 0xff]],
];

const ARCHIVES: readonly (readonly [string, readonly number[]])[] = [
  ["a spreadsheet or an archive: save the sheet as CSV UTF-8 and import that", [0x50, 0x4b, 0x03, 0x04]],
  ["an old Excel workbook: save the sheet as CSV UTF-8 and import that", [0xd0, 0xcf, 0x11, 0xe0]],
  ["compressed: unpack it and import what is in it", [0x1f, 0x8b]],
];

/**
 * The number of bytes, from the first that is not ASCII, that distinguish UTF-8 from GB18030; all bytes of a shorter
 * file.
 */
const SAMPLE = 16_384;

const NEITHER =
  "the file is not UTF-8, and its encoding is not certain: save it as UTF-8, or say --encoding windows-1252 or " +
  "--encoding gb18030";

/**
 * Turns the bytes of a signature file into text, piece by piece. The encoding is the given one, else that of a byte
 * order mark, else UTF-8, else GB18030. It is undecided while there is only ASCII, which is the same in both. Bytes
 * that are not clearly one of them are refused: a wrongly decoded header may be the one that marks revocations.
 */
export class TextOfBytes {
  #encoding: Encoding | null;
  #decoder: TextDecoder | null = null;
  #held: Buffer = Buffer.alloc(0);
  #begun = false;
  // Whether nothing has proved yet that it is UTF-8.
  #unsure = false;

  constructor(encoding: Encoding | null) {
    this.#encoding = encoding;
    if (encoding !== null) this.#decoder = new TextDecoder(encoding, { fatal: true });
  }

  /** The encoding of the bytes; UTF-8 while nothing shows otherwise. */
  get encoding(): Encoding {
    return this.#encoding ?? "utf-8";
  }

  /** @throws Failure `input` when the bytes are not text of the encoding */
  write(bytes: Uint8Array): string {
    if (this.#decoder !== null && this.#begun) return this.#decode(this.#decoder, bytes, true);
    const all = Buffer.concat([this.#held, bytes]);
    this.#held = Buffer.alloc(0);
    if (!this.#begun) {
      // Enough for the longest byte order mark.
      if (all.length < 4) {
        this.#held = all;
        return "";
      }
      this.#begin(all);
      if (this.#decoder !== null) return this.#decode(this.#decoder, all, true);
    }
    return this.#undecided(all);
  }

  /** The last of the text. @throws Failure `input` when it ends inside a character */
  end(): string {
    const rest = this.#held;
    if (!this.#begun) this.#begin(rest);
    this.#unsure = this.#decoder === null;
    this.#decoder ??= this.#tell(rest);
    return this.#decode(this.#decoder, rest, false);
  }

  #begin(bytes: Buffer): void {
    this.#begun = true;
    const startsWith = (mark: readonly number[]): boolean =>
      mark.every((byte, index) => bytes[index] === byte);
    for (const [says, mark] of ARCHIVES) if (startsWith(mark)) throw new Failure("input", `this is ${says}`);
    if (this.#decoder !== null) return;
    const marked = BOMS.find(([, mark]) => startsWith(mark));
    if (marked !== undefined) this.#decoder = this.#choose(marked[0]);
    // Text has no zero bytes, but UTF-16 has one next to every ASCII character.
    else if (bytes.includes(0)) {
      if (zeros(bytes) * 10 < bytes.length)
        throw new Failure("input", "the file contains NUL bytes, which no text file has: is it damaged?");
      this.#decoder = this.#choose(bytes.indexOf(0) % 2 === 0 ? "utf-16be" : "utf-16le");
    }
  }

  #undecided(bytes: Buffer): string {
    if (isAscii(bytes)) return bytes.toString("latin1");
    const first = bytes.findIndex((byte) => byte > 0x7f);
    const some = bytes.subarray(first);
    const ascii = bytes.toString("latin1", 0, first);
    if (some.length < SAMPLE) {
      this.#held = some;
      return ascii;
    }
    const decoder = this.#tell(bytes);
    this.#decoder = decoder;
    return this.#decode(decoder, bytes, true);
  }

  /** @throws Failure `input` when neither is certain */
  #tell(bytes: Buffer): TextDecoder {
    try {
      new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
      return this.#choose("utf-8");
    } catch {
      if (!looksChinese(bytes)) throw new Failure("input", NEITHER);
      return this.#choose("gb18030");
    }
  }

  #choose(encoding: Encoding): TextDecoder {
    this.#encoding = encoding;
    return new TextDecoder(encoding, { fatal: true });
  }

  #decode(decoder: TextDecoder, bytes: Uint8Array, stream: boolean): string {
    try {
      return decoder.decode(bytes, { stream });
    } catch (cause) {
      if (this.encoding === "gb18030" || this.#unsure) throw new Failure("input", NEITHER, { cause });
      const name = this.encoding.toUpperCase();
      throw new Failure(
        "input",
        `some bytes are not ${name}: save the file as UTF-8, or name its encoding with --encoding`,
        { cause },
      );
    }
  }
}

function zeros(bytes: Buffer): number {
  let count = 0;
  for (const byte of bytes) if (byte === 0) count++;
  return count;
}
