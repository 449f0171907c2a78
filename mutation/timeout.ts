/** A test that waits for so long waits for something that never comes, in milliseconds. */
export const TIMEOUT = 30_000;
