-- The texts of each agreement's versions, editorial revisions included.
CREATE TABLE agreement (
  id text COLLATE "C" NOT NULL,
  version text COLLATE "C" NOT NULL,
  revision bigint NOT NULL,
  digest text, -- SHA-256 in hex; null: the text is hosted elsewhere
  effective_at bigint,
  recorded_at bigint NOT NULL,
  PRIMARY KEY (id, version, revision)
);

-- What the configuration last said about who must sign what.
CREATE TABLE agreement_terms (
  id text COLLATE "C" NOT NULL PRIMARY KEY,
  terms text NOT NULL
);

CREATE INDEX signature_by_revocation ON signature (revoked_at) WHERE revoked_at IS NOT NULL;

-- The accounts that may change an employer's roster on its page.
CREATE TABLE entity_manager (
  entity text COLLATE "C" NOT NULL REFERENCES entity ON DELETE CASCADE,
  host text COLLATE "C" NOT NULL CHECK (host IN ('github', 'gitee')),
  account bigint NOT NULL,
  PRIMARY KEY (entity, host, account)
);
CREATE INDEX entity_manager_by_account ON entity_manager (host, account);

-- Somebody about whom something was done: the salt tells which lines of the audit those are. A UUID of the server's
-- has 122 random bits, from the source that its passwords come from.
ALTER TABLE subject
  ADD COLUMN salt bytea NOT NULL DEFAULT (uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())),
  ADD COLUMN acted_at bigint; -- the time of the last line that has the person's tag

-- What a person asked of the operator.
CREATE TABLE request (
  host text COLLATE "C" NOT NULL CHECK (host IN ('github', 'gitee')),
  account bigint NOT NULL,
  kind text NOT NULL CHECK (kind IN ('withdrawal', 'correction')),
  agreement text COLLATE "C" NOT NULL,
  at bigint NOT NULL,
  PRIMARY KEY (host, account, kind, agreement)
);

-- An erased maintainer's waiver remains, without their account.
ALTER TABLE waiver ALTER COLUMN maintainer DROP NOT NULL; -- null: the account was erased
CREATE INDEX waiver_by_maintainer ON waiver (host, maintainer) WHERE maintainer IS NOT NULL;

-- Who changed which kind of record, each line with the hash of the one before.
CREATE TABLE audit (
  line bigint PRIMARY KEY,
  at bigint NOT NULL,
  by text NOT NULL,
  act text NOT NULL,
  details text NOT NULL, -- JSON: counts, ids, versions, dates, digests
  subject text, -- the person's tag, in hex
  previous text NOT NULL,
  hash text NOT NULL
);
CREATE INDEX audit_by_subject ON audit (subject) WHERE subject IS NOT NULL;
CREATE INDEX audit_by_time ON audit (at);

-- Where the kept lines of the audit begin and end.
CREATE TABLE audit_chain (
  id bigint PRIMARY KEY CHECK (id = 1),
  first bigint NOT NULL,
  before text NOT NULL,
  last bigint NOT NULL,
  head text NOT NULL
);
INSERT INTO audit_chain VALUES (1, 1, repeat('0', 64), 0, repeat('0', 64));
