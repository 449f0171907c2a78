-- The texts of each agreement's versions in each language, editorial revisions included. Empty: the configuration names
-- no language.
ALTER TABLE agreement ADD COLUMN language text COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE agreement ALTER COLUMN language DROP DEFAULT;
ALTER TABLE agreement DROP CONSTRAINT agreement_pkey;
ALTER TABLE agreement ADD PRIMARY KEY (id, version, language, revision);

-- SHA-256 in hex of the text that was signed; null: it is not known.
ALTER TABLE signature ADD COLUMN digest text;

-- An employer's name as people write it; null: only its id is known.
ALTER TABLE entity ADD COLUMN name text;

-- Rosters that people asked for on the site.
CREATE TABLE entity_request (
  host text COLLATE "C" NOT NULL CHECK (host IN ('github', 'gitee')),
  account bigint NOT NULL,
  agreement text COLLATE "C" NOT NULL,
  name text NOT NULL,
  at bigint NOT NULL,
  PRIMARY KEY (host, account, agreement)
);
