import type { Agreement } from "../records/agreement.ts";
import { TEXTS } from "./report.ts";

/** A line of politeness before the sentence, e.g. "Hi @octocat," or "你好！". */
const GREETING =
  /^(?:hi|hello|hey|dear|greetings|good (?:morning|afternoon|evening|day)|thanks|thank you|你好|您好|大家好|各位好|谢谢|多谢)(?![a-z])[^:：?？]{0,60}$/i;

/**
 * Whether plain text is the signing sentence of an agreement, in any language, with nothing else except a greeting line
 * before it. White space, letter case and a missing full stop make no difference.
 * @param lines what the author wrote as plain text
 */
export function isSigningSentence(lines: readonly string[], { title, id, version }: Agreement): boolean {
  const sentences = Object.values(TEXTS).map(({ comment }) => normal(comment.sentence(title, id, version)));
  const [first = "", ...rest] = lines;
  return (
    sentences.includes(normal(lines.join(" "))) ||
    (GREETING.test(first) && sentences.includes(normal(rest.join(" "))))
  );
}

function normal(text: string): string {
  return text
    .normalize("NFKC")
    .replace(/\s+/g, " ")
    .trim()
    .replace(/[.。!！]+$/, "")
    .trim()
    .toLowerCase();
}
