import { visit, type Document } from "yaml";

/** Where an alias names no anchor before it, as offsets into the text. */
export function unnamedAliases(document: Document.Parsed): readonly number[] {
  const found: number[] = [];
  const anchors = new Set<string>();
  visit(document, {
    Node(_, node) {
      if ("anchor" in node && typeof node.anchor === "string") anchors.add(node.anchor);
    },
    Alias(_, { source, range }) {
      if (!anchors.has(source)) found.push(range?.[0] ?? 0);
    },
  });
  return found;
}
