import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { expect, it } from "vitest";
import { accountOf } from "../../src/account.ts";
import { personDocument } from "../../src/records/person-document.ts";
import type { Held } from "../../src/records/subject.ts";
import { NOTHING_HELD } from "../ports/engine-scene.ts";

const account = accountOf("gitee", 7);
const digest = "a".repeat(64);

const FULL: Held = {
  account,
  signatures: [
    {
      account,
      agreement: "icla",
      version: "1.0",
      signedAt: 1,
      evidence: "page",
      entity: null,
      revokedAt: 2,
      digest,
    },
    {
      account,
      agreement: "icla",
      version: "0.9",
      signedAt: 1,
      evidence: "comment:5",
      entity: null,
      revokedAt: null,
    },
  ],
  places: [{ entity: "acme", agreement: "ccla", version: "2.0", from: 3, until: null, evidence: "import" }],
  revocations: [{ agreement: "icla", kind: "withdraw", at: 2 }],
  manages: ["acme"],
  waivers: [{ repository: { host: "gitee", id: 9 }, commit: "b".repeat(40), at: 4 }],
  requests: [{ kind: "correction", agreement: "icla", at: 5 }],
  entityRequests: [{ name: "Acme GmbH", agreement: "ccla", at: 6 }],
  restrictedSince: 7,
  sessions: [8],
  acts: [
    {
      line: 1,
      at: 9,
      by: "page",
      act: "sign",
      details: { agreement: "icla", number: null },
      subject: "x",
      previous: "y",
      hash: "z",
    },
  ],
};

const EMPTY: Held = {
  account,
  ...NOTHING_HELD,
};

const validate = (() => {
  const ajv = new Ajv2020({ allErrors: true, strict: false });
  addFormats.default(ajv);
  const schema = new URL("../../docs/person.schema.json", import.meta.url);
  return ajv.compile(JSON.parse(readFileSync(schema, "utf8")) as object);
})();

it.each([
  ["with everything", FULL],
  ["with nothing", EMPTY],
])("a person's data %s has the shape that docs/person.schema.json describes", (_what, held) => {
  const written: unknown = JSON.parse(JSON.stringify(personDocument(held)));
  validate(written);
  expect(validate.errors).toBeNull();
});

it("a person's data has every record, with its times in UTC", () => {
  const time = (at: number): string => `1970-01-01T00:00:00.00${at}Z`;
  expect(personDocument(FULL)).toEqual({
    format: 1,
    account,
    host: "gitee",
    account_id: 7,
    restricted_since: time(7),
    signatures: [
      {
        agreement: "icla",
        version: "1.0",
        digest,
        signed_at: time(1),
        evidence: "page",
        entity: null,
        revoked_at: time(2),
      },
      {
        agreement: "icla",
        version: "0.9",
        digest: null,
        signed_at: time(1),
        evidence: "comment:5",
        entity: null,
        revoked_at: null,
      },
    ],
    employers: [
      { entity: "acme", agreement: "ccla", version: "2.0", from: time(3), until: null, evidence: "import" },
    ],
    revocations: [{ agreement: "icla", kind: "withdraw", at: time(2) }],
    manages: ["acme"],
    waivers: [{ host: "gitee", repository: 9, commit: "b".repeat(40), at: time(4) }],
    requests: [{ kind: "correction", agreement: "icla", at: time(5) }],
    roster_requests: [{ company: "Acme GmbH", agreement: "ccla", at: time(6) }],
    sessions: [{ until: time(8) }],
    audit: [{ line: 1, at: time(9), by: "page", act: "sign", details: { agreement: "icla", number: null } }],
  });
  expect(personDocument(EMPTY)).toMatchObject({ roster_requests: [], restricted_since: null });
});

it("the schema refuses a field that it does not name, and a time that is a number", () => {
  const written = personDocument(EMPTY);
  expect(validate({ ...written, login: "alice" })).toBe(false);
  expect(validate({ ...written, restricted_since: 5 })).toBe(false);
});
