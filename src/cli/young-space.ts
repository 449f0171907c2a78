/**
 * V8 keeps new objects in a space that doubles, up to 134 MB, as long as much garbage comes, and hardly shrinks: a
 * backlog over a failing host, or an export, looks like a leak of 200 MB, although nothing is kept. Above a few
 * megabytes a larger space saves no time here, so it stops growing. There is no option for this that a running process
 * can set for itself but the factor of the growth (`node --v8-options`).
 */
import { getHeapSpaceStatistics, setFlagsFromString } from "node:v8";

/** In bytes; two halves, of which one is in use. */
const ENOUGH = 8e6;
const LOOK_MS = 100;

/** Stops the growth of the space for new objects while it is large enough: a full collection may shrink it again. */
export function boundYoungSpace(): void {
  let grows = true;
  setInterval(() => {
    const space = getHeapSpaceStatistics().find(({ space_name: name }) => name === "new_space");
    const isSmall = space === undefined || space.space_size < ENOUGH;
    if (isSmall === grows) return;
    grows = isSmall;
    setFlagsFromString(`--semi-space-growth-factor=${grows ? 2 : 1}`);
  }, LOOK_MS).unref();
}

/** Stops it at once: for the short-lived rows of an import or an export, V8 would use eight times the memory and not be faster. */
export function keepYoungSpaceSmall(): void {
  setFlagsFromString("--semi-space-growth-factor=1");
}
