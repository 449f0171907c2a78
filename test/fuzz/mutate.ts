/** Possible foreign bytes: a real input, changed in a few places. */

/** Difficult input for parsers: ends of ranges, markers of encodings, structure in the wrong place. */
const AWKWARD = [
  "\u0000",
  "\uFEFF",
  "\uD800",
  "\u2028",
  "\r",
  "\n",
  '"',
  "'",
  "{",
  "}",
  "[",
  "]",
  "<",
  ">",
  ",",
  ":",
  "&a",
  "*a",
  "__proto__",
  "constructor",
  "9007199254740993",
  "-1",
  "1e999",
  "null",
  "true",
  "````",
  "@@ -1,9999999 +1 @@",
  "2025-02-30",
];

/** Changes a text in one to four places. */
export function mutate(text: string, random: () => number): string {
  const place = (length: number): number => Math.floor(random() * (length + 1));
  let changed = text;
  for (let times = 1 + place(3); times > 0; times -= 1) {
    const [a, b] = [place(changed.length), place(changed.length)].toSorted((one, other) => one - other);
    const awkward = AWKWARD[place(AWKWARD.length - 1)] ?? "";
    switch (place(5)) {
      case 0:
        changed = changed.slice(0, a) + awkward + changed.slice(a);
        break;
      case 1:
        changed = changed.slice(0, a) + changed.slice(b);
        break;
      case 2:
        changed = changed.slice(0, b) + changed.slice(a, Math.min(b ?? 0, (a ?? 0) + 500)) + changed.slice(b);
        break;
      case 3:
        changed = changed.slice(0, a);
        break;
      case 4:
        changed = changed.replace(/"[^"]*"|\d+/g, (value) =>
          random() < 0.05 ? JSON.stringify(awkward) : value,
        );
        break;
      default:
        changed = changed.slice(0, a) + String.fromCharCode(place(0xffff)) + changed.slice((a ?? 0) + 1);
    }
  }
  return changed;
}
