import { iso } from "../../present/site.ts";
import type { Delivery } from "../../webhooks/delivery.ts";
import { invalid, notFound } from "../refusal.ts";
import { json, route, type Request } from "../route.ts";

function presentListed(delivery: Delivery) {
  return {
    id: delivery.id,
    guid: delivery.guid,
    delivered_at: iso(delivery.deliveredAt),
    redelivery: delivery.redelivery,
    duration: delivery.durationSeconds,
    status: delivery.status,
    status_code: delivery.statusCode,
    event: delivery.event,
    action: delivery.action,
    installation_id: delivery.installationId,
    repository_id: delivery.repositoryId,
    throttled_at: null,
  };
}

function deliveryOf({ core, params }: Request): Delivery {
  const found = core.deliveries.log.find(({ id }) => id === Number(params["delivery_id"]));
  if (!found) throw notFound();
  return found;
}

export const deliveryRoutes = [
  // The secret is shown as asterisks, and left out if there is none.
  route("GET /app/hook/config", { app: true }, ({ core }) => {
    const { url, secret } = core.deliveries.hook;
    const shown = secret === "" ? {} : { secret: "********" };
    return json({ content_type: "json", insecure_ssl: "0", url: url ?? "", ...shown });
  }),

  route("PATCH /app/hook/config", { app: true }, ({ core, body }) => {
    const { url, secret } = body as { url?: string; secret?: string };
    if (url !== undefined) core.deliveries.hook.url = url;
    if (secret !== undefined) core.deliveries.hook.secret = secret;
    return json({
      content_type: "json",
      insecure_ssl: "0",
      url: core.deliveries.hook.url ?? "",
      secret: "********",
    });
  }),

  // Newest first; pages have a cursor instead of a number. The cursor is the last id of the previous page.
  route("GET /app/hook/deliveries", { app: true }, ({ core, query, url }) => {
    const size = Math.min(100, Number(query["per_page"] ?? 30));
    const cursor = query["cursor"];
    const before = cursor === undefined ? Infinity : Number(String(cursor).replace(/^v1_/, ""));
    if (Number.isNaN(before)) throw invalid("Invalid cursor");
    const wanted = core.deliveries.log
      .filter(({ id, statusCode }) => {
        if (id >= before || statusCode === 0) return false;
        const good = statusCode < 400;
        return query["status"] === undefined || (query["status"] === "success") === good;
      })
      .toReversed();
    const page = wanted.slice(0, size);
    const last = page.at(-1);
    const next = new URL(url);
    next.searchParams.set("cursor", `v1_${last?.id}`);
    const headers = last && wanted.length > size ? { link: `<${next.href}>; rel="next"` } : {};
    return json(page.map(presentListed), 200, headers);
  }),

  route("GET /app/hook/deliveries/{delivery_id}", { app: true }, (request) => {
    const delivery = deliveryOf(request);
    const { headers, bytes } = delivery.request;
    const payload: unknown = JSON.parse(bytes);
    return json({
      ...presentListed(delivery),
      url: delivery.url,
      request: { headers, payload },
      response: delivery.response,
    });
  }),

  route("POST /app/hook/deliveries/{delivery_id}/attempts", { app: true }, (request) => {
    void request.core.deliveries.redeliver(deliveryOf(request));
    return json({}, 202);
  }),
];
