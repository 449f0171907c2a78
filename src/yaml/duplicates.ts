import { isScalar, visit, type Document } from "yaml";

/**
 * Where a mapping repeats a key, as offsets into the text. The parser's own check compares each key with every other;
 * this one looks each up.
 */
export function duplicateKeys(document: Document.Parsed): readonly number[] {
  const found: number[] = [];
  visit(document, {
    Map(_, { items }) {
      const seen = new Set<unknown>();
      for (const { key } of items) {
        if (!isScalar(key)) continue;
        if (seen.has(key.value)) found.push(key.range?.[0] ?? 0);
        seen.add(key.value);
      }
    },
  });
  return found;
}
