import { z, ZodError } from "zod";
import { Failure } from "../../error.ts";
import type { DeliveryLog } from "../../ports/host.ts";
import { taskKey, taskRepository, type Mark } from "../../ports/queue.ts";
import type { GitHubClient } from "./client.ts";
import { marksOf } from "./marks.ts";
import { placeOf, type Place } from "../read/repository.ts";
import { readBody, unlessGone } from "../read/schema.ts";

/** GitHub forgets a delivery after three days. https://docs.github.com/webhooks/testing-and-troubleshooting-webhooks/viewing-webhook-deliveries */
const REMEMBERED = 3 * 86_400_000;
/** GitHub may list a delivery slightly after others that were sent later. */
const OVERLAP = 60_000;
/** By how much the API may lag behind a delivery, in milliseconds. */
const LAG = 60_000;
/** With more missed deliveries than this, a repository is swept instead, which costs less than reading each one. */
const SINGLY = 20;

const Listed = z.object({
  id: z.number(),
  guid: z.string(),
  delivered_at: z.iso.datetime({ offset: true }),
  status_code: z.number(),
  event: z.string(),
  installation_id: z.number().nullish(),
  repository_id: z.number().nullish(),
});
type Listed = z.infer<typeof Listed>;

/** Events that a sweep replaces: it reads every open pull request and every policy file again. */
const SWEPT = new Set(["pull_request", "push", "check_run", "check_suite", "repository"]);

/** The app's own list of deliveries. https://docs.github.com/rest/apps/webhooks#list-deliveries-for-an-app-webhook */
export function deliveryLog(client: GitHubClient, now: () => number = Date.now): DeliveryLog {
  return {
    async missed(since) {
      const began = now();
      const from = Math.max(since ?? 0, began - REMEMBERED);
      const marks = new Map<string, Mark>();
      const add = (mark: Mark): void => {
        const key = `${taskRepository(mark.task)} ${taskKey(mark.task)}`;
        if ((mark.toldAt ?? 0) >= (marks.get(key)?.toldAt ?? 0)) marks.set(key, mark);
      };
      for (const delivery of await singled(client, await lost(client, from), add))
        for (const mark of await marksOfDelivery(client, delivery, began)) add(mark);
      return { marks: [...marks.values()], until: began - OVERLAP };
    },
  };
}

/** Deliveries that failed since a given time, each once, however often GitHub redelivered it. */
async function lost(client: GitHubClient, from: number): Promise<readonly Listed[]> {
  const found = new Map<string, Listed>();
  let cursor: string | null = null;
  do {
    const query = { per_page: 100, status: "failure", ...(cursor === null ? {} : { cursor }) };
    const page = await client.page(null, "GET /app/hook/deliveries", query);
    const deliveries = readBody(z.array(Listed), page.body);
    const late = deliveries.filter((one) => Date.parse(one.delivered_at) >= from);
    for (const one of late) if (one.status_code < 200 || one.status_code >= 300) found.set(one.guid, one);
    // GitHub lists the newest first, so the reading stops at a page that reaches back far enough.
    cursor = late.length === deliveries.length ? page.cursor : null;
  } while (cursor !== null);
  return [...found.values()];
}

/** Queues the repositories that missed many deliveries for a sweep, and returns the deliveries to read one by one. */
async function singled(
  client: GitHubClient,
  deliveries: readonly Listed[],
  add: (mark: Mark) => void,
): Promise<readonly Listed[]> {
  const singly: Listed[] = [];
  const byRepository = Map.groupBy(deliveries, (one) => (SWEPT.has(one.event) ? one.repository_id : null));
  for (const [repository, own] of byRepository) {
    const installation = own.find((one) => typeof one.installation_id === "number")?.installation_id;
    const place =
      typeof repository === "number" && typeof installation === "number" && own.length > SINGLY
        ? await placeIfSeen(client, repository, installation)
        : null;
    if (place === null) singly.push(...own);
    else
      add({
        task: { kind: "repository", host: "github", repository: place.repository },
        route: { installation: place.installation, handle: place.handle },
      });
  }
  return singly;
}

async function placeIfSeen(
  client: GitHubClient,
  repository: number,
  installation: number,
): Promise<Place | null> {
  try {
    return await placeOf(client, repository, { installation, handle: null });
  } catch (error) {
    if (error instanceof Failure && error.code === "not-found") return null;
    throw error;
  }
}

async function marksOfDelivery(
  client: GitHubClient,
  { id, event, delivered_at }: Listed,
  now: number,
): Promise<readonly Mark[]> {
  const path = "GET /app/hook/deliveries/{delivery_id}";
  const body = await unlessGone(client.rest(null, path, { delivery_id: id }));
  if (body === null) return [];
  const { payload } = readBody(z.object({ request: z.object({ payload: z.unknown() }) }), body).request;
  try {
    const marks = marksOf(event, payload);
    // The API lags by seconds, and an old delivery may say what is no longer true.
    return Date.parse(delivered_at) < now - LAG ? marks.map(({ task, route }) => ({ task, route })) : marks;
  } catch (error) {
    // As in the webhook handler: a payload that does not match its event's documentation queues nothing.
    if (error instanceof ZodError) return [];
    throw error;
  }
}
