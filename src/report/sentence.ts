import type { Agreement } from "../records/agreement.ts";
import type { Texts } from "./texts/en.ts";

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', nbsp: " " };

/** The signing sentence as the bot shows it: a comment with it says the same after the host has read its Markdown. */
export function sentenceOf(
  { title, id, version }: Pick<Agreement, "title" | "id" | "version">,
  { comment }: Texts,
): string {
  return comment.sentence(withoutMarkdown(title), id, version);
}

/** A title without the characters by which Markdown and HTML change text. */
function withoutMarkdown(title: string): string {
  const plain = title
    .replace(/&(\w{1,8});/g, (entity, name: string) => ENTITIES[name.toLowerCase()] ?? entity)
    .replace(/&(?=#?\w)/g, "& ")
    .replace(/[\\`*~<>[\]]|\$\$|(?<![\p{L}\p{N}])_+|_+(?![\p{L}\p{N}])/gu, "")
    .replace(/\s+/g, " ")
    .trim();
  return plain === "" ? title : plain;
}
