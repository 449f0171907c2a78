-- Generated from the migrations by npm run schema.
CREATE TABLE agreement (
  id TEXT NOT NULL,
  version TEXT NOT NULL,
  language TEXT NOT NULL, -- BCP 47; empty: the configuration names none
  revision INTEGER NOT NULL,
  digest TEXT, -- SHA-256 in hex; null: the text is hosted elsewhere
  effective_at INTEGER,
  recorded_at INTEGER NOT NULL,
  PRIMARY KEY (id, version, language, revision)
) STRICT, WITHOUT ROWID;
CREATE TABLE agreement_terms (
  id TEXT NOT NULL PRIMARY KEY,
  terms TEXT NOT NULL
) STRICT, WITHOUT ROWID;
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
CREATE TABLE audit_chain (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  first INTEGER NOT NULL,
  before TEXT NOT NULL,
  last INTEGER NOT NULL,
  head TEXT NOT NULL
) STRICT;
CREATE TABLE cursor (
  name TEXT NOT NULL PRIMARY KEY,
  at INTEGER NOT NULL -- milliseconds since the epoch
) STRICT, WITHOUT ROWID;
CREATE TABLE entity (
  id TEXT NOT NULL PRIMARY KEY,
  agreement TEXT NOT NULL,
  version TEXT NOT NULL,
  signed_at INTEGER NOT NULL,
  ended_at INTEGER
, name TEXT) STRICT, WITHOUT ROWID;
CREATE TABLE entity_manager (
  entity TEXT NOT NULL REFERENCES entity ON DELETE CASCADE,
  host TEXT NOT NULL CHECK (host IN ('github', 'gitee')),
  account INTEGER NOT NULL,
  PRIMARY KEY (entity, host, account)
) STRICT, WITHOUT ROWID;
CREATE INDEX entity_manager_by_account ON entity_manager (host, account);
CREATE TABLE entity_member (
  entity TEXT NOT NULL REFERENCES entity ON DELETE CASCADE,
  host TEXT NOT NULL CHECK (host IN ('github', 'gitee')),
  account INTEGER NOT NULL,
  from_at INTEGER NOT NULL,
  until_at INTEGER,
  evidence TEXT NOT NULL, ended_by TEXT CHECK (ended_by IN ('revoke', 'replace')), until_before INTEGER, told_at INTEGER,
  PRIMARY KEY (entity, host, account)
) STRICT, WITHOUT ROWID;
CREATE INDEX entity_member_by_account ON entity_member (host, account);
CREATE TABLE entity_request (
  host TEXT NOT NULL CHECK (host IN ('github', 'gitee')),
  account INTEGER NOT NULL,
  agreement TEXT NOT NULL,
  name TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (host, account, agreement)
) STRICT, WITHOUT ROWID;
CREATE TABLE instance (
  key TEXT NOT NULL PRIMARY KEY,
  value BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE migration (
  version INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  applied_at INTEGER NOT NULL
) STRICT;
CREATE TABLE notice (
  host TEXT NOT NULL CHECK (host IN ('github', 'gitee')),
  repository INTEGER NOT NULL,
  number INTEGER NOT NULL,
  comment INTEGER NOT NULL,
  about TEXT NOT NULL,
  sha TEXT NOT NULL, -- empty: it is about no commit
  at INTEGER NOT NULL,
  PRIMARY KEY (host, repository, number, comment, about, sha)
) STRICT, WITHOUT ROWID;
CREATE TABLE pull (
  host TEXT NOT NULL CHECK (host IN ('github', 'gitee')),
  repository INTEGER NOT NULL,
  number INTEGER NOT NULL,
  head TEXT NOT NULL,
  agreement TEXT,
  verdict TEXT NOT NULL CHECK (verdict IN ('signed', 'unsigned', 'unknown')),
  comment INTEGER,
  closed_at INTEGER, checks INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (host, repository, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX pull_by_closing ON pull (closed_at) WHERE closed_at IS NOT NULL;
CREATE INDEX pull_by_head ON pull (host, repository, head) WHERE closed_at IS NULL;
CREATE TABLE pull_bucket (
  host TEXT NOT NULL,
  repository INTEGER NOT NULL,
  number INTEGER NOT NULL,
  bucket INTEGER NOT NULL CHECK (bucket BETWEEN 0 AND 255), missing INTEGER NOT NULL DEFAULT 1,
  PRIMARY KEY (host, repository, number, bucket),
  FOREIGN KEY (host, repository, number) REFERENCES pull ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX pull_bucket_by_bucket ON pull_bucket (host, bucket);
CREATE TABLE repository (
  host TEXT NOT NULL CHECK (host IN ('github', 'gitee')),
  id INTEGER NOT NULL,
  handle TEXT,
  installation INTEGER, missing_since INTEGER, forgotten_at INTEGER,
  PRIMARY KEY (host, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE request (
  host TEXT NOT NULL CHECK (host IN ('github', 'gitee')),
  account INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('withdrawal', 'correction')),
  agreement TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (host, account, kind, agreement)
) STRICT, WITHOUT ROWID;
CREATE TABLE revocation (
  host TEXT NOT NULL CHECK (host IN ('github', 'gitee')),
  account INTEGER NOT NULL,
  agreement TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('revoke', 'withdraw', 'file')),
  at INTEGER NOT NULL, told_at INTEGER,
  PRIMARY KEY (host, account, agreement, kind)
) STRICT, WITHOUT ROWID;
CREATE TABLE session (
  hash TEXT NOT NULL PRIMARY KEY,
  host TEXT CHECK (host IN ('github', 'gitee')), -- null while the sign-in is only begun
  account INTEGER,
  pending TEXT, -- JSON of what must come back from the host; null once it came
  expires_at INTEGER NOT NULL,
  CHECK ((host IS NULL) = (account IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX session_by_account ON session (host, account) WHERE account IS NOT NULL;
CREATE INDEX session_by_end ON session (expires_at);
CREATE TABLE signature (
  agreement TEXT NOT NULL,
  host TEXT NOT NULL CHECK (host IN ('github', 'gitee')),
  account INTEGER NOT NULL,
  version TEXT NOT NULL,
  signed_at INTEGER NOT NULL,
  evidence TEXT NOT NULL,
  revoked_at INTEGER, ended_by TEXT CHECK (ended_by IN ('revoke', 'withdraw', 'file', 'replace')), digest TEXT,
  PRIMARY KEY (agreement, host, account, version)
) STRICT, WITHOUT ROWID;
CREATE INDEX signature_by_revocation ON signature (revoked_at) WHERE revoked_at IS NOT NULL;
CREATE TABLE signature_count (
  agreement TEXT NOT NULL,
  host TEXT NOT NULL CHECK (host IN ('github', 'gitee')),
  signatures INTEGER NOT NULL,
  PRIMARY KEY (agreement, host)
) STRICT, WITHOUT ROWID;
CREATE TABLE spending (
  purse TEXT NOT NULL, -- whose limits, e.g. github/17: an installation
  what TEXT NOT NULL,
  at INTEGER NOT NULL,
  amount INTEGER NOT NULL,
  PRIMARY KEY (purse, what, at)
) STRICT, WITHOUT ROWID;
CREATE TABLE subject (
  host TEXT NOT NULL CHECK (host IN ('github', 'gitee')),
  account INTEGER NOT NULL,
  restricted_since INTEGER,
  salt BLOB NOT NULL DEFAULT (randomblob(32)),
  acted_at INTEGER, -- the time of the last line that has the person's tag
  PRIMARY KEY (host, account)
) STRICT, WITHOUT ROWID;
CREATE INDEX subject_restricted ON subject (host, account) WHERE restricted_since IS NOT NULL;
CREATE TABLE task (
  id INTEGER PRIMARY KEY,
  host TEXT NOT NULL CHECK (host IN ('github', 'gitee')),
  repository INTEGER NOT NULL, -- 0: the task is an installation's
  key TEXT NOT NULL,
  installation INTEGER NOT NULL, -- whose turn it takes; 0: none is known
  generation INTEGER NOT NULL,
  due_at INTEGER, -- null: parked
  lease TEXT,
  lease_until INTEGER,
  attempts INTEGER NOT NULL DEFAULT 0,
  failing_since INTEGER,
  failure TEXT, told TEXT, bulk INTEGER NOT NULL DEFAULT 0, waits_since INTEGER, deliveries TEXT, recheck_at INTEGER,
  UNIQUE (host, repository, key)
) STRICT;
CREATE INDEX task_by_lease ON task (lease_until) WHERE lease_until IS NOT NULL;
CREATE INDEX task_by_time ON task (due_at) WHERE waits_since IS NOT NULL;
CREATE INDEX task_by_turn ON task (bulk, host, installation, repository, due_at) WHERE due_at IS NOT NULL AND waits_since IS NULL;
CREATE INDEX task_by_wait ON task (waits_since) WHERE waits_since IS NOT NULL;
CREATE TABLE tombstone (
  tag BLOB NOT NULL PRIMARY KEY,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE waiver (
  host TEXT NOT NULL CHECK (host IN ('github', 'gitee')),
  repository INTEGER NOT NULL,
  sha TEXT NOT NULL,
  maintainer INTEGER, -- null: the account was erased
  at INTEGER NOT NULL,
  PRIMARY KEY (host, repository, sha)
) STRICT, WITHOUT ROWID;
CREATE INDEX waiver_by_maintainer ON waiver (host, maintainer) WHERE maintainer IS NOT NULL;
CREATE TRIGGER signature_deleted AFTER DELETE ON signature WHEN OLD.revoked_at IS NULL BEGIN
  UPDATE signature_count SET signatures = signatures - 1 WHERE agreement = OLD.agreement AND host = OLD.host;
END;
CREATE TRIGGER signature_inserted AFTER INSERT ON signature WHEN NEW.revoked_at IS NULL BEGIN
  INSERT INTO signature_count VALUES (NEW.agreement, NEW.host, 1)
  ON CONFLICT DO UPDATE SET signatures = signatures + 1;
END;
CREATE TRIGGER signature_updated AFTER UPDATE OF revoked_at ON signature
WHEN (OLD.revoked_at IS NULL) <> (NEW.revoked_at IS NULL) BEGIN
  UPDATE signature_count SET signatures = signatures + iif(NEW.revoked_at IS NULL, 1, -1)
  WHERE agreement = NEW.agreement AND host = NEW.host;
END;
