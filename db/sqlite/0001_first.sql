-- How this instance differs from every other one.
CREATE TABLE instance (
  key TEXT NOT NULL PRIMARY KEY,
  value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- How to reach a repository.
CREATE TABLE repository (
  host TEXT NOT NULL CHECK (host IN ('github', 'gitee')),
  id INTEGER NOT NULL,
  handle TEXT,
  installation INTEGER,
  PRIMARY KEY (host, id)
) STRICT, WITHOUT ROWID;

-- The work that is due: at most one row for a task.
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
  failure TEXT,
  UNIQUE (host, repository, key)
) STRICT;
CREATE INDEX task_by_turn ON task (host, installation, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX task_by_lease ON task (lease_until) WHERE lease_until IS NOT NULL;

-- What was last found of a pull request.
CREATE TABLE pull (
  host TEXT NOT NULL CHECK (host IN ('github', 'gitee')),
  repository INTEGER NOT NULL,
  number INTEGER NOT NULL,
  head TEXT NOT NULL,
  agreement TEXT,
  verdict TEXT NOT NULL CHECK (verdict IN ('signed', 'unsigned', 'unknown')),
  comment INTEGER,
  closed_at INTEGER,
  PRIMARY KEY (host, repository, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX pull_by_head ON pull (host, repository, head) WHERE closed_at IS NULL;
CREATE INDEX pull_by_closing ON pull (closed_at) WHERE closed_at IS NOT NULL;

-- The buckets in which the people behind an open pull request fall.
CREATE TABLE pull_bucket (
  host TEXT NOT NULL,
  repository INTEGER NOT NULL,
  number INTEGER NOT NULL,
  bucket INTEGER NOT NULL CHECK (bucket BETWEEN 0 AND 255),
  PRIMARY KEY (host, repository, number, bucket),
  FOREIGN KEY (host, repository, number) REFERENCES pull ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX pull_bucket_by_bucket ON pull_bucket (host, bucket);

CREATE TABLE signature (
  agreement TEXT NOT NULL,
  host TEXT NOT NULL CHECK (host IN ('github', 'gitee')),
  account INTEGER NOT NULL,
  version TEXT NOT NULL,
  signed_at INTEGER NOT NULL,
  evidence TEXT NOT NULL,
  revoked_at INTEGER,
  PRIMARY KEY (agreement, host, account, version)
) STRICT, WITHOUT ROWID;

-- An employer whose corporate agreement covers a roster of accounts.
CREATE TABLE entity (
  id TEXT NOT NULL PRIMARY KEY,
  agreement TEXT NOT NULL,
  version TEXT NOT NULL,
  signed_at INTEGER NOT NULL,
  ended_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE entity_member (
  entity TEXT NOT NULL REFERENCES entity ON DELETE CASCADE,
  host TEXT NOT NULL CHECK (host IN ('github', 'gitee')),
  account INTEGER NOT NULL,
  from_at INTEGER NOT NULL,
  until_at INTEGER,
  evidence TEXT NOT NULL,
  PRIMARY KEY (entity, host, account)
) STRICT, WITHOUT ROWID;
CREATE INDEX entity_member_by_account ON entity_member (host, account);

-- A person whose stored data must be kept but not used.
CREATE TABLE subject (
  host TEXT NOT NULL CHECK (host IN ('github', 'gitee')),
  account INTEGER NOT NULL,
  restricted_since INTEGER,
  PRIMARY KEY (host, account)
) STRICT, WITHOUT ROWID;

-- A keyed hash of an account that was erased, so that an old file can't bring it back.
CREATE TABLE tombstone (
  tag BLOB NOT NULL PRIMARY KEY,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- A maintainer's waiver for a commit without a linked account.
CREATE TABLE waiver (
  host TEXT NOT NULL CHECK (host IN ('github', 'gitee')),
  repository INTEGER NOT NULL,
  sha TEXT NOT NULL,
  maintainer INTEGER NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (host, repository, sha)
) STRICT, WITHOUT ROWID;
