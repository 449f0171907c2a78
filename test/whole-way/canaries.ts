/** Unique words, planted in people's data, and the search for them in bytes. */

/** Logins, names, addresses and texts of people, by where they are planted. */
export const CANARIES = {
  login: "zqlogin7f3",
  unsigned: "zqunsigned7f3",
  gitee: "zqgitee7f3",
  name: "Zqname7f3 Zqfamily7f3",
  chinese: "金丝雀姓名",
  email: "zqemail7f3@zqdomain7f3.example",
  title: "zqtitle7f3",
  body: "zqbody7f3",
  branch: "zqbranch7f3",
  message: "zqmessage7f3",
  comment: "zqcomment7f3",
  policy: "zqpolicy7f3",
  cell: "zqcell7f3",
  badCell: "zqwrong8k2",
  host: "zqhostsays7f3",
  bug: "zqbugsays7f3",
  query: "zqquery7f3",
  label: "zqlabel7f3",
} as const;

/** Numbers of accounts: of one that signed, and of one that never did. */
export const SIGNED = 1_718_281_828;
export const NEVER_SIGNED = 1_414_213_562;

/** The canaries that `bytes` contains in any form: UTF-8, UTF-16, base64, JSON's escapes, or by a part of them. */
export function canariesIn(bytes: Uint8Array): readonly string[] {
  const text = Buffer.from(bytes).toString("latin1").toLowerCase();
  return Object.entries(CANARIES).flatMap(([kind, canary]) =>
    formsOf(canary).some((form) => text.includes(form)) ? [kind] : [],
  );
}

function formsOf(canary: string): readonly string[] {
  const parts = canary.split(/[ @]/);
  return parts.flatMap((part) => [
    latin1(Buffer.from(part)),
    latin1(Buffer.from(part, "utf16le")),
    latin1(Buffer.from(part, "utf16le").swap16()),
    ...base64Of(part),
    part.replaceAll(
      /[\u0080-\uFFFF]/g,
      (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`,
    ),
    encodeURIComponent(part).toLowerCase(),
  ]);
}

/** Its base64 forms for each offset at which it can begin; the characters that depend on its neighbors are cut off. */
function base64Of(part: string): readonly string[] {
  return [0, 1, 2].map((before) => {
    const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(part)]);
    const whole = bytes.subarray(0, bytes.length - (bytes.length % 3)).toString("base64");
    return whole.slice(before === 0 ? 0 : 4).toLowerCase();
  });
}

function latin1(bytes: Buffer): string {
  return bytes.toString("latin1").toLowerCase();
}

/** Whether `bytes` contains an account's number: in digits, or as SQLite and JavaScript keep whole numbers. */
export function hasNumber(bytes: Uint8Array, number: number): boolean {
  const [big, little] = [Buffer.alloc(4), Buffer.alloc(4)];
  big.writeUInt32BE(number);
  little.writeUInt32LE(number);
  return [Buffer.from(String(number)), big, little].some((form) => Buffer.from(bytes).includes(form));
}
