-- The texts of each agreement's versions in each language, editorial revisions included.
ALTER TABLE agreement RENAME TO agreement_before;
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
INSERT INTO agreement (id, version, language, revision, digest, effective_at, recorded_at)
SELECT id, version, '', revision, digest, effective_at, recorded_at FROM agreement_before;
DROP TABLE agreement_before;

-- SHA-256 in hex of the text that was signed; null: it is not known.
ALTER TABLE signature ADD COLUMN digest TEXT;

-- An employer's name as people write it; null: only its id is known.
ALTER TABLE entity ADD COLUMN name TEXT;

-- Rosters that people asked for on the site.
CREATE TABLE entity_request (
  host TEXT NOT NULL CHECK (host IN ('github', 'gitee')),
  account INTEGER NOT NULL,
  agreement TEXT NOT NULL,
  name TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (host, account, agreement)
) STRICT, WITHOUT ROWID;
