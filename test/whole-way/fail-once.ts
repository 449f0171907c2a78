/**
 * Loaded into a process before the program: makes every third check fail with a bug whose message contains
 * `CANARY_BUG`, as an unexpected error may quote its input.
 */
const { toSorted } = Array.prototype;
let calls = 0;

// eslint-disable-next-line no-extend-native -- the point of this file
Array.prototype.toSorted = function (this: unknown[], ...rest) {
  const isCheck = new Error("where").stack?.includes("/src/check/") === true;
  if (isCheck && this.length > 0 && this.every((value) => typeof value === "number") && ++calls % 3 === 1)
    throw new TypeError(`${process.env["CANARY_BUG"]}\n    at ${process.env["CANARY_BUG"]}`, {
      cause: new Error(process.env["CANARY_BUG"]),
    });
  return toSorted.apply(this, rest);
};
