/** What a delivery says of the state of a pull request, to compare with what the API shows. */

/** A pull request's head and state, from a delivery or from the API; undefined: they can't be compared. */
export function toldOfPull(
  head: string | null | undefined,
  state: string | null | undefined,
): string | undefined {
  // An abbreviated head may stand for any.
  if (!/^[0-9a-f]{40}$/.test(head ?? "") || !state) return undefined;
  return `${head} ${state === "open" ? "open" : "closed"}`;
}

/** When it last changed, in milliseconds since the epoch, if the text is a time. */
export function momentOf(text: string | null | undefined): { readonly toldAt?: number } {
  const at = Date.parse(text ?? "");
  return Number.isNaN(at) ? {} : { toldAt: at };
}
