import { presentUser } from "../../present/user.ts";
import { invalid, notFound } from "../refusal.ts";
import { json, nothing, route, text, type Request } from "../route.ts";

function revoke({ core, params, body }: Request) {
  if (params["client_id"] !== core.signIns.clientId) throw notFound();
  const token = text(body["access_token"]) ?? "";
  if (core.tokens.find(token)?.kind !== "user")
    throw invalid("access_token is not a token of this application");
  core.tokens.revoke(token);
  return nothing();
}

// The application calls these with its client id and secret, and the token of a user.
export const grantRoutes = [
  route("DELETE /applications/{client_id}/token", { client: true }, revoke),
  route("DELETE /applications/{client_id}/grant", { client: true }, revoke),
  route("POST /applications/{client_id}/token", { client: true }, ({ core, body }) => {
    const principal = core.tokens.find(text(body["access_token"]) ?? "");
    if (principal?.kind !== "user") throw notFound();
    return json({ user: presentUser(core.site(), principal.user), scopes: principal.scopes });
  }),
];
