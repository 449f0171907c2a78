/** A promise that was broken. */
export class Broken extends Error {}
