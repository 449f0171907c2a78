import { taskKey, taskRepository, type Mark } from "../../ports/queue.ts";

/** The most pull requests whose latest delivery is remembered; then the older half is forgotten. */
const MOST = 5_000;

/**
 * Recognizes deliveries that arrive after a later one about the same pull request, which the queue may have done with by
 * then: what they tell is old, so no check waits for the host to show it. Without this memory, e.g. after a restart,
 * green only waits. GitHub's times are in whole seconds, so only an earlier second is older.
 * @returns the mark, without what it tells if that is old
 */
export function rememberLatestTold(): (mark: Mark) => Mark {
  const latest = new Map<string, number>();
  return (mark) => {
    const { told, toldAt, ...rest } = mark;
    if (told === undefined || toldAt === undefined) return mark;
    const key = `${taskRepository(mark.task)} ${taskKey(mark.task)}`;
    const known = latest.get(key) ?? 0;
    if (toldAt < known) return rest;
    latest.delete(key);
    latest.set(key, toldAt);
    if (latest.size > MOST) for (const oldest of [...latest.keys()].slice(0, MOST / 2)) latest.delete(oldest);
    return mark;
  };
}
