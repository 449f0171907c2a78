-- How many rows of each agreement are not revoked, so that nobody has to count millions of them.
CREATE TABLE signature_count (
  agreement text COLLATE "C" NOT NULL,
  host text COLLATE "C" NOT NULL CHECK (host IN ('github', 'gitee')),
  signatures bigint NOT NULL,
  PRIMARY KEY (agreement, host)
);
INSERT INTO signature_count
SELECT agreement, host, count(*) FILTER (WHERE revoked_at IS NULL) FROM signature GROUP BY agreement, host;

CREATE FUNCTION count_inserted_signatures() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO signature_count AS kept
  SELECT agreement, host, count(*) FROM new_rows WHERE revoked_at IS NULL
  GROUP BY agreement, host ORDER BY agreement, host
  ON CONFLICT (agreement, host) DO UPDATE SET signatures = kept.signatures + excluded.signatures;
  RETURN NULL;
END $$;
CREATE FUNCTION count_updated_signatures() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  UPDATE signature_count AS kept SET signatures = kept.signatures + change.signatures
  FROM (SELECT agreement, host, sum(signatures) AS signatures FROM (
      SELECT agreement, host, 1 AS signatures FROM new_rows WHERE revoked_at IS NULL
      UNION ALL SELECT agreement, host, -1 FROM old_rows WHERE revoked_at IS NULL) AS each
    GROUP BY agreement, host HAVING sum(signatures) <> 0) AS change
  WHERE kept.agreement = change.agreement AND kept.host = change.host;
  RETURN NULL;
END $$;
CREATE FUNCTION count_deleted_signatures() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  UPDATE signature_count AS kept SET signatures = kept.signatures - gone.signatures
  FROM (SELECT agreement, host, count(*) AS signatures FROM old_rows WHERE revoked_at IS NULL
    GROUP BY agreement, host) AS gone
  WHERE kept.agreement = gone.agreement AND kept.host = gone.host;
  RETURN NULL;
END $$;
CREATE TRIGGER signature_inserted AFTER INSERT ON signature REFERENCING NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION count_inserted_signatures();
CREATE TRIGGER signature_updated AFTER UPDATE ON signature REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION count_updated_signatures();
CREATE TRIGGER signature_deleted AFTER DELETE ON signature REFERENCING OLD TABLE AS old_rows
FOR EACH STATEMENT EXECUTE FUNCTION count_deleted_signatures();

CREATE INDEX subject_restricted ON subject (host, account) WHERE restricted_since IS NOT NULL;
