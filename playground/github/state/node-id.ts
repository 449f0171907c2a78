/** A global id like GitHub's: a prefix for the type and an opaque rest. */
export function nodeId(prefix: string, ...parts: (number | string)[]): string {
  return `${prefix}_${Buffer.from(parts.join(":")).toString("base64url")}`;
}

/** Undoes {@link nodeId}. Returns null for a text that is not one. */
export function readNodeId(id: string): { prefix: string; parts: string[] } | null {
  const match = /^([A-Z]+)_([A-Za-z0-9_-]+)$/.exec(id);
  if (!match?.[1] || !match[2]) return null;
  return { prefix: match[1], parts: Buffer.from(match[2], "base64url").toString().split(":") };
}
