import { Failure } from "../../../error.ts";
import type { GitHubClient, GraphQLAnswer } from "../../traffic/client.ts";
import { isCutBySize, isTooLarge } from "../../traffic/failure.ts";

/** The number of list entries to request at once: fewer if GitHub can't answer for as many. */
export const SIZES = [100, 50, 25, 10] as const;

/** The size that works for one reading; it only shrinks. */
export interface PartSize {
  entries: number;
}

/**
 * Asks for less and less while GitHub gives up on the size of the answer.
 * @param ask also reads the answer, because one part that is too large may fail the whole answer
 * @throws Failure `pull-unreadable` when the smallest size fails, too
 */
export async function inParts<Result>(
  size: PartSize,
  ask: (entries: number) => Promise<Result>,
): Promise<Result> {
  for (;;) {
    try {
      return await ask(size.entries);
    } catch (error) {
      if (!isTooLarge(error)) throw error;
      const smaller = SIZES.find((entries) => entries < size.entries);
      if (smaller === undefined)
        throw new Failure("pull-unreadable", undefined, {
          cause: error instanceof Failure ? error.cause : undefined,
        });
      size.entries = smaller;
    }
  }
}

/**
 * A query that may be too large.
 * @throws Failure for which `isTooLarge` holds, when GitHub left parts out that a smaller query may return
 */
export async function askPart(
  client: GitHubClient,
  installation: number,
  query: string,
  variables: Readonly<Record<string, unknown>>,
  entries: number,
): Promise<GraphQLAnswer> {
  const answer = await client.graphql(installation, query, variables);
  if (isCutBySize(answer.problems) && SIZES.some((size) => size < entries))
    throw new Failure("host-refused", "GitHub left out a part of a large answer", { cause: "size" });
  return answer;
}
