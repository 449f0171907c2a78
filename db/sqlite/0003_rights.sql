-- The texts of each agreement's versions, editorial revisions included.
CREATE TABLE agreement (
  id TEXT NOT NULL,
  version TEXT NOT NULL,
  revision INTEGER NOT NULL,
  digest TEXT, -- SHA-256 in hex; null: the text is hosted elsewhere
  effective_at INTEGER,
  recorded_at INTEGER NOT NULL,
  PRIMARY KEY (id, version, revision)
) STRICT, WITHOUT ROWID;

-- What the configuration last said about who must sign what.
CREATE TABLE agreement_terms (
  id TEXT NOT NULL PRIMARY KEY,
  terms TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX signature_by_revocation ON signature (revoked_at) WHERE revoked_at IS NOT NULL;

-- The accounts that may change an employer's roster on its page.
CREATE TABLE entity_manager (
  entity TEXT NOT NULL REFERENCES entity ON DELETE CASCADE,
  host TEXT NOT NULL CHECK (host IN ('github', 'gitee')),
  account INTEGER NOT NULL,
  PRIMARY KEY (entity, host, account)
) STRICT, WITHOUT ROWID;
CREATE INDEX entity_manager_by_account ON entity_manager (host, account);

-- Somebody about whom something was done: the salt tells which lines of the audit those are.
ALTER TABLE subject RENAME TO subject_before;
CREATE TABLE subject (
  host TEXT NOT NULL CHECK (host IN ('github', 'gitee')),
  account INTEGER NOT NULL,
  restricted_since INTEGER,
  salt BLOB NOT NULL DEFAULT (randomblob(32)),
  acted_at INTEGER, -- the time of the last line that has the person's tag
  PRIMARY KEY (host, account)
) STRICT, WITHOUT ROWID;
INSERT INTO subject (host, account, restricted_since)
SELECT host, account, restricted_since FROM subject_before;
DROP TABLE subject_before;

-- What a person asked of the operator.
CREATE TABLE request (
  host TEXT NOT NULL CHECK (host IN ('github', 'gitee')),
  account INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('withdrawal', 'correction')),
  agreement TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (host, account, kind, agreement)
) STRICT, WITHOUT ROWID;

-- An erased maintainer's waiver remains, without their account.
ALTER TABLE waiver RENAME TO waiver_before;
CREATE TABLE waiver (
  host TEXT NOT NULL CHECK (host IN ('github', 'gitee')),
  repository INTEGER NOT NULL,
  sha TEXT NOT NULL,
  maintainer INTEGER, -- null: the account was erased
  at INTEGER NOT NULL,
  PRIMARY KEY (host, repository, sha)
) STRICT, WITHOUT ROWID;
INSERT INTO waiver SELECT * FROM waiver_before;
DROP TABLE waiver_before;
CREATE INDEX waiver_by_maintainer ON waiver (host, maintainer) WHERE maintainer IS NOT NULL;

-- Who changed which kind of record, each line with the hash of the one before.
CREATE TABLE audit (
  line INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  by TEXT NOT NULL,
  act TEXT NOT NULL,
  details TEXT NOT NULL, -- JSON: counts, ids, versions, dates, digests
  subject TEXT, -- the person's tag, in hex
  previous TEXT NOT NULL,
  hash TEXT NOT NULL
) STRICT;
CREATE INDEX audit_by_subject ON audit (subject) WHERE subject IS NOT NULL;
CREATE INDEX audit_by_time ON audit (at);

-- Where the kept lines of the audit begin and end.
CREATE TABLE audit_chain (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  first INTEGER NOT NULL,
  before TEXT NOT NULL,
  last INTEGER NOT NULL,
  head TEXT NOT NULL
) STRICT;
INSERT INTO audit_chain VALUES (1, 1, printf('%064d', 0), 0, printf('%064d', 0));
