import { Failure, type FailureCode } from "../../../error.ts";
import type { GitHubClient, GraphQLAnswer } from "../../traffic/client.ts";
import { isCutBySize, isTooLarge } from "../../traffic/failure.ts";

/** The number of list entries to request at once: fewer if GitHub can't answer for as many. */
const SIZES: readonly number[] = [100, 50, 25, 10];

/** The size that works for one reading; it only shrinks. */
export interface PartSize {
  entries: number;
  readonly sizes: readonly number[];
  /** What it means that the smallest size fails, too. */
  readonly failure: FailureCode;
}

/** @param sizes from the largest to the smallest */
export function partSize(sizes = SIZES, failure: FailureCode = "pull-unreadable"): PartSize {
  return { entries: sizes[0] ?? 1, sizes, failure };
}

/**
 * Asks for less and less while GitHub gives up on the size of the answer.
 * @param ask also reads the answer, because one part that is too large may fail the whole answer
 * @throws Failure that the size names when the smallest one fails, too
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
      const smaller = size.sizes.find((entries) => entries < size.entries);
      if (smaller === undefined)
        throw new Failure(size.failure, undefined, {
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
  { entries, sizes }: PartSize,
): Promise<GraphQLAnswer> {
  const answer = await client.graphql(installation, query, variables);
  if (isCutBySize(answer.problems) && sizes.some((size) => size < entries))
    throw new Failure("host-refused", "GitHub left out a part of a large answer", { cause: "size" });
  return answer;
}
