/**
 * Everything that is stored about a person, in the form of the download, `subject export` and `subject show --json`.
 * docs/person.schema.json describes the shape: snake_case, ISO 8601 times, null for unknown values.
 */
import { hostOf, numberOf } from "../account.ts";
import type { Signature } from "./signature.ts";
import type { Held, RosterPlace } from "./subject.ts";

/** The version of the shape; a change that breaks readers raises it. */
const FORMAT = 1;

export type PersonDocument = ReturnType<typeof personDocument>;

export function personDocument(held: Held) {
  return {
    format: FORMAT,
    account: held.account,
    host: hostOf(held.account),
    account_id: numberOf(held.account),
    restricted_since: timeOrNull(held.restrictedSince),
    signatures: held.signatures.map(signature),
    employers: held.places.map(place),
    revocations: held.revocations.map(({ agreement, kind, at }) => ({ agreement, kind, at: time(at) })),
    manages: held.manages,
    waivers: held.waivers.map(({ repository, commit, at }) => ({
      host: repository.host,
      repository: repository.id,
      commit,
      at: time(at),
    })),
    requests: held.requests.map(({ kind, agreement, at }) => ({ kind, agreement, at: time(at) })),
    roster_requests: (held.entityRequests ?? []).map(({ name, agreement, at }) => ({
      company: name,
      agreement,
      at: time(at),
    })),
    sessions: held.sessions.map((until) => ({ until: time(until) })),
    audit: held.acts.map(({ line, at, by, act, details }) => ({ line, at: time(at), by, act, details })),
  };
}

function signature({ agreement, version, signedAt, evidence, entity, digest, revokedAt }: Signature) {
  return {
    agreement,
    version,
    digest: digest ?? null,
    signed_at: time(signedAt),
    evidence,
    entity,
    revoked_at: timeOrNull(revokedAt),
  };
}

function place({ entity, agreement, version, from, until, evidence }: RosterPlace) {
  return { entity, agreement, version, from: time(from), until: timeOrNull(until), evidence };
}

/** A moment in ISO 8601. @param at milliseconds since the epoch */
function time(at: number): string {
  return new Date(at).toISOString();
}

function timeOrNull(at: number | null): string | null {
  return at === null ? null : time(at);
}
