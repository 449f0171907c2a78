-- Generated from the migrations by npm run schema.
CREATE TABLE agreement (
  id text COLLATE "C" NOT NULL,
  version text COLLATE "C" NOT NULL,
  revision bigint NOT NULL,
  digest text,
  effective_at bigint,
  recorded_at bigint NOT NULL,
  language text COLLATE "C" NOT NULL,
  PRIMARY KEY (id, version, language, revision)
);
CREATE TABLE agreement_terms (
  id text COLLATE "C" NOT NULL,
  terms text NOT NULL,
  PRIMARY KEY (id)
);
CREATE TABLE audit (
  line bigint NOT NULL,
  at bigint NOT NULL,
  by text NOT NULL,
  act text NOT NULL,
  details text NOT NULL,
  subject text,
  previous text NOT NULL,
  hash text NOT NULL,
  PRIMARY KEY (line)
);
CREATE INDEX audit_by_subject ON audit USING btree (subject) WHERE (subject IS NOT NULL);
CREATE INDEX audit_by_time ON audit USING btree (at);
CREATE TABLE audit_chain (
  id bigint NOT NULL,
  first bigint NOT NULL,
  before text NOT NULL,
  last bigint NOT NULL,
  head text NOT NULL,
  PRIMARY KEY (id),
  CHECK ((id = 1))
);
CREATE TABLE cursor (
  name text NOT NULL,
  at bigint NOT NULL,
  PRIMARY KEY (name)
);
CREATE TABLE entity (
  id text COLLATE "C" NOT NULL,
  agreement text COLLATE "C" NOT NULL,
  version text COLLATE "C" NOT NULL,
  signed_at bigint NOT NULL,
  ended_at bigint,
  name text,
  PRIMARY KEY (id)
);
CREATE TABLE entity_manager (
  entity text COLLATE "C" NOT NULL,
  host text COLLATE "C" NOT NULL,
  account bigint NOT NULL,
  PRIMARY KEY (entity, host, account),
  FOREIGN KEY (entity) REFERENCES entity(id) ON DELETE CASCADE,
  CHECK ((host = ANY (ARRAY['github'::text, 'gitee'::text])))
);
CREATE INDEX entity_manager_by_account ON entity_manager USING btree (host, account);
CREATE TABLE entity_member (
  entity text COLLATE "C" NOT NULL,
  host text COLLATE "C" NOT NULL,
  account bigint NOT NULL,
  from_at bigint NOT NULL,
  until_at bigint,
  evidence text NOT NULL,
  ended_by text COLLATE "C",
  until_before bigint,
  told_at bigint,
  PRIMARY KEY (entity, host, account),
  FOREIGN KEY (entity) REFERENCES entity(id) ON DELETE CASCADE,
  CHECK ((ended_by = ANY (ARRAY['revoke'::text, 'replace'::text]))),
  CHECK ((host = ANY (ARRAY['github'::text, 'gitee'::text])))
);
CREATE INDEX entity_member_by_account ON entity_member USING btree (host, account);
CREATE TABLE entity_request (
  host text COLLATE "C" NOT NULL,
  account bigint NOT NULL,
  agreement text COLLATE "C" NOT NULL,
  name text NOT NULL,
  at bigint NOT NULL,
  PRIMARY KEY (host, account, agreement),
  CHECK ((host = ANY (ARRAY['github'::text, 'gitee'::text])))
);
CREATE TABLE instance (
  key text NOT NULL,
  value bytea NOT NULL,
  PRIMARY KEY (key)
);
CREATE TABLE migration (
  version bigint NOT NULL,
  name text NOT NULL,
  applied_at bigint NOT NULL,
  PRIMARY KEY (version)
);
CREATE TABLE notice (
  host text COLLATE "C" NOT NULL,
  repository bigint NOT NULL,
  number bigint NOT NULL,
  comment bigint NOT NULL,
  about text COLLATE "C" NOT NULL,
  sha text COLLATE "C" NOT NULL,
  at bigint NOT NULL,
  PRIMARY KEY (host, repository, number, comment, about, sha),
  CHECK ((host = ANY (ARRAY['github'::text, 'gitee'::text])))
);
CREATE TABLE pull (
  host text COLLATE "C" NOT NULL,
  repository bigint NOT NULL,
  number bigint NOT NULL,
  head text COLLATE "C" NOT NULL,
  agreement text COLLATE "C",
  verdict text COLLATE "C" NOT NULL,
  comment bigint,
  closed_at bigint,
  checks bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (host, repository, number),
  CHECK ((host = ANY (ARRAY['github'::text, 'gitee'::text]))),
  CHECK ((verdict = ANY (ARRAY['signed'::text, 'unsigned'::text, 'unknown'::text])))
);
CREATE INDEX pull_by_closing ON pull USING btree (closed_at) WHERE (closed_at IS NOT NULL);
CREATE INDEX pull_by_head ON pull USING btree (host, repository, head) WHERE (closed_at IS NULL);
CREATE TABLE pull_bucket (
  host text COLLATE "C" NOT NULL,
  repository bigint NOT NULL,
  number bigint NOT NULL,
  bucket bigint NOT NULL,
  missing boolean NOT NULL DEFAULT true,
  PRIMARY KEY (host, repository, number, bucket),
  FOREIGN KEY (host, repository, number) REFERENCES pull(host, repository, number) ON DELETE CASCADE,
  CHECK (((bucket >= 0) AND (bucket <= 255)))
);
CREATE INDEX pull_bucket_by_bucket ON pull_bucket USING btree (host, bucket);
CREATE TABLE repository (
  host text COLLATE "C" NOT NULL,
  id bigint NOT NULL,
  handle text,
  installation bigint,
  missing_since bigint,
  forgotten_at bigint,
  PRIMARY KEY (host, id),
  CHECK ((host = ANY (ARRAY['github'::text, 'gitee'::text])))
);
CREATE TABLE request (
  host text COLLATE "C" NOT NULL,
  account bigint NOT NULL,
  kind text NOT NULL,
  agreement text COLLATE "C" NOT NULL,
  at bigint NOT NULL,
  PRIMARY KEY (host, account, kind, agreement),
  CHECK ((host = ANY (ARRAY['github'::text, 'gitee'::text]))),
  CHECK ((kind = ANY (ARRAY['withdrawal'::text, 'correction'::text])))
);
CREATE TABLE revocation (
  host text COLLATE "C" NOT NULL,
  account bigint NOT NULL,
  agreement text COLLATE "C" NOT NULL,
  kind text COLLATE "C" NOT NULL,
  at bigint NOT NULL,
  told_at bigint,
  PRIMARY KEY (host, account, agreement, kind),
  CHECK ((host = ANY (ARRAY['github'::text, 'gitee'::text]))),
  CHECK ((kind = ANY (ARRAY['revoke'::text, 'withdraw'::text, 'file'::text])))
);
CREATE TABLE session (
  hash text COLLATE "C" NOT NULL,
  host text COLLATE "C",
  account bigint,
  pending text,
  expires_at bigint NOT NULL,
  PRIMARY KEY (hash),
  CHECK (((host IS NULL) = (account IS NULL))),
  CHECK ((host = ANY (ARRAY['github'::text, 'gitee'::text])))
);
CREATE INDEX session_by_account ON session USING btree (host, account) WHERE (account IS NOT NULL);
CREATE INDEX session_by_end ON session USING btree (expires_at);
CREATE TABLE signature (
  agreement text COLLATE "C" NOT NULL,
  host text COLLATE "C" NOT NULL,
  account bigint NOT NULL,
  version text COLLATE "C" NOT NULL,
  signed_at bigint NOT NULL,
  evidence text NOT NULL,
  revoked_at bigint,
  ended_by text COLLATE "C",
  digest text,
  PRIMARY KEY (agreement, host, account, version),
  CHECK ((ended_by = ANY (ARRAY['revoke'::text, 'withdraw'::text, 'file'::text, 'replace'::text]))),
  CHECK ((host = ANY (ARRAY['github'::text, 'gitee'::text])))
);
CREATE INDEX signature_by_revocation ON signature USING btree (revoked_at) WHERE (revoked_at IS NOT NULL);
CREATE TABLE signature_count (
  agreement text COLLATE "C" NOT NULL,
  host text COLLATE "C" NOT NULL,
  signatures bigint NOT NULL,
  PRIMARY KEY (agreement, host),
  CHECK ((host = ANY (ARRAY['github'::text, 'gitee'::text])))
);
CREATE TABLE spending (
  purse text COLLATE "C" NOT NULL,
  what text COLLATE "C" NOT NULL,
  at bigint NOT NULL,
  amount bigint NOT NULL,
  PRIMARY KEY (purse, what, at)
);
CREATE TABLE subject (
  host text COLLATE "C" NOT NULL,
  account bigint NOT NULL,
  restricted_since bigint,
  salt bytea NOT NULL DEFAULT (uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())),
  acted_at bigint,
  PRIMARY KEY (host, account),
  CHECK ((host = ANY (ARRAY['github'::text, 'gitee'::text])))
);
CREATE INDEX subject_restricted ON subject USING btree (host, account) WHERE (restricted_since IS NOT NULL);
CREATE TABLE task (
  id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  host text COLLATE "C" NOT NULL,
  repository bigint NOT NULL,
  key text COLLATE "C" NOT NULL,
  installation bigint NOT NULL,
  generation bigint NOT NULL,
  due_at bigint,
  lease text,
  lease_until bigint,
  attempts bigint NOT NULL DEFAULT 0,
  failing_since bigint,
  failure text,
  told text,
  bulk boolean NOT NULL DEFAULT false,
  waits_since bigint,
  deliveries text,
  recheck_at bigint,
  UNIQUE (host, repository, key),
  PRIMARY KEY (id),
  CHECK ((host = ANY (ARRAY['github'::text, 'gitee'::text])))
);
CREATE INDEX task_by_lease ON task USING btree (lease_until) WHERE (lease_until IS NOT NULL);
CREATE INDEX task_by_time ON task USING btree (due_at) WHERE (waits_since IS NOT NULL);
CREATE INDEX task_by_turn ON task USING btree (bulk, host, installation, repository, due_at) WHERE ((due_at IS NOT NULL) AND (waits_since IS NULL));
CREATE INDEX task_by_wait ON task USING btree (waits_since) WHERE (waits_since IS NOT NULL);
ALTER TABLE task SET (autovacuum_vacuum_scale_factor=0, autovacuum_vacuum_threshold=1000);
CREATE TABLE tombstone (
  tag bytea NOT NULL,
  at bigint NOT NULL,
  PRIMARY KEY (tag)
);
CREATE TABLE waiver (
  host text COLLATE "C" NOT NULL,
  repository bigint NOT NULL,
  sha text COLLATE "C" NOT NULL,
  maintainer bigint,
  at bigint NOT NULL,
  PRIMARY KEY (host, repository, sha),
  CHECK ((host = ANY (ARRAY['github'::text, 'gitee'::text])))
);
CREATE INDEX waiver_by_maintainer ON waiver USING btree (host, maintainer) WHERE (maintainer IS NOT NULL);
CREATE OR REPLACE FUNCTION count_deleted_signatures()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$ BEGIN
  UPDATE signature_count AS kept SET signatures = kept.signatures - gone.signatures
  FROM (SELECT agreement, host, count(*) AS signatures FROM old_rows WHERE revoked_at IS NULL
    GROUP BY agreement, host) AS gone
  WHERE kept.agreement = gone.agreement AND kept.host = gone.host;
  RETURN NULL;
END $function$;
CREATE OR REPLACE FUNCTION count_inserted_signatures()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$ BEGIN
  INSERT INTO signature_count AS kept
  SELECT agreement, host, count(*) FROM new_rows WHERE revoked_at IS NULL
  GROUP BY agreement, host ORDER BY agreement, host
  ON CONFLICT (agreement, host) DO UPDATE SET signatures = kept.signatures + excluded.signatures;
  RETURN NULL;
END $function$;
CREATE OR REPLACE FUNCTION count_updated_signatures()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$ BEGIN
  UPDATE signature_count AS kept SET signatures = kept.signatures + change.signatures
  FROM (SELECT agreement, host, sum(signatures) AS signatures FROM (
      SELECT agreement, host, 1 AS signatures FROM new_rows WHERE revoked_at IS NULL
      UNION ALL SELECT agreement, host, -1 FROM old_rows WHERE revoked_at IS NULL) AS each
    GROUP BY agreement, host HAVING sum(signatures) <> 0) AS change
  WHERE kept.agreement = change.agreement AND kept.host = change.host;
  RETURN NULL;
END $function$;
CREATE TRIGGER signature_deleted AFTER DELETE ON signature REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION count_deleted_signatures();
CREATE TRIGGER signature_inserted AFTER INSERT ON signature REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION count_inserted_signatures();
CREATE TRIGGER signature_updated AFTER UPDATE ON signature REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION count_updated_signatures();
