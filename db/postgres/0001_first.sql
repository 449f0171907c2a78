-- How this instance differs from every other one.
CREATE TABLE instance (
  key text NOT NULL PRIMARY KEY,
  value bytea NOT NULL
);

-- How to reach a repository.
CREATE TABLE repository (
  host text COLLATE "C" NOT NULL CHECK (host IN ('github', 'gitee')),
  id bigint NOT NULL,
  handle text,
  installation bigint,
  PRIMARY KEY (host, id)
);

-- The work that is due: at most one row for a task.
CREATE TABLE task (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  host text COLLATE "C" NOT NULL CHECK (host IN ('github', 'gitee')),
  repository bigint NOT NULL, -- 0: the task is an installation's
  key text COLLATE "C" NOT NULL,
  installation bigint NOT NULL, -- whose turn it takes; 0: none is known
  generation bigint NOT NULL,
  due_at bigint, -- null: parked
  lease text,
  lease_until bigint,
  attempts bigint NOT NULL DEFAULT 0,
  failing_since bigint,
  failure text,
  UNIQUE (host, repository, key)
);
CREATE INDEX task_by_turn ON task (host, installation, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX task_by_lease ON task (lease_until) WHERE lease_until IS NOT NULL;
-- Few rows that change often: a share of them is soon reached, and old versions slow every taking.
ALTER TABLE task SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

-- What was last found of a pull request.
CREATE TABLE pull (
  host text COLLATE "C" NOT NULL CHECK (host IN ('github', 'gitee')),
  repository bigint NOT NULL,
  number bigint NOT NULL,
  head text COLLATE "C" NOT NULL,
  agreement text COLLATE "C",
  verdict text COLLATE "C" NOT NULL CHECK (verdict IN ('signed', 'unsigned', 'unknown')),
  comment bigint,
  closed_at bigint,
  PRIMARY KEY (host, repository, number)
);
CREATE INDEX pull_by_head ON pull (host, repository, head) WHERE closed_at IS NULL;
CREATE INDEX pull_by_closing ON pull (closed_at) WHERE closed_at IS NOT NULL;

-- The buckets in which the people behind an open pull request fall.
CREATE TABLE pull_bucket (
  host text COLLATE "C" NOT NULL,
  repository bigint NOT NULL,
  number bigint NOT NULL,
  bucket bigint NOT NULL CHECK (bucket BETWEEN 0 AND 255),
  PRIMARY KEY (host, repository, number, bucket),
  FOREIGN KEY (host, repository, number) REFERENCES pull ON DELETE CASCADE
);
CREATE INDEX pull_bucket_by_bucket ON pull_bucket (host, bucket);

CREATE TABLE signature (
  agreement text COLLATE "C" NOT NULL,
  host text COLLATE "C" NOT NULL CHECK (host IN ('github', 'gitee')),
  account bigint NOT NULL,
  version text COLLATE "C" NOT NULL,
  signed_at bigint NOT NULL,
  evidence text NOT NULL,
  revoked_at bigint,
  PRIMARY KEY (agreement, host, account, version)
);

-- An employer whose corporate agreement covers a roster of accounts.
CREATE TABLE entity (
  id text COLLATE "C" NOT NULL PRIMARY KEY,
  agreement text COLLATE "C" NOT NULL,
  version text COLLATE "C" NOT NULL,
  signed_at bigint NOT NULL,
  ended_at bigint
);

CREATE TABLE entity_member (
  entity text COLLATE "C" NOT NULL REFERENCES entity ON DELETE CASCADE,
  host text COLLATE "C" NOT NULL CHECK (host IN ('github', 'gitee')),
  account bigint NOT NULL,
  from_at bigint NOT NULL,
  until_at bigint,
  evidence text NOT NULL,
  PRIMARY KEY (entity, host, account)
);
CREATE INDEX entity_member_by_account ON entity_member (host, account);

-- A person whose stored data must be kept but not used.
CREATE TABLE subject (
  host text COLLATE "C" NOT NULL CHECK (host IN ('github', 'gitee')),
  account bigint NOT NULL,
  restricted_since bigint,
  PRIMARY KEY (host, account)
);

-- A keyed hash of an account that was erased, so that an old file can't bring it back.
CREATE TABLE tombstone (
  tag bytea NOT NULL PRIMARY KEY,
  at bigint NOT NULL
);

-- A maintainer's waiver for a commit without a linked account.
CREATE TABLE waiver (
  host text COLLATE "C" NOT NULL CHECK (host IN ('github', 'gitee')),
  repository bigint NOT NULL,
  sha text COLLATE "C" NOT NULL,
  maintainer bigint NOT NULL,
  at bigint NOT NULL,
  PRIMARY KEY (host, repository, sha)
);
