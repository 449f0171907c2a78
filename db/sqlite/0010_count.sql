-- How many rows of each agreement are not revoked, so that nobody has to count millions of them. An import takes the
-- first trigger away for its own transaction and adds what it inserted; see src/sqlite/import/apply.ts.
CREATE TABLE signature_count (
  agreement TEXT NOT NULL,
  host TEXT NOT NULL CHECK (host IN ('github', 'gitee')),
  signatures INTEGER NOT NULL,
  PRIMARY KEY (agreement, host)
) STRICT, WITHOUT ROWID;
INSERT INTO signature_count
SELECT agreement, host, count(*) FILTER (WHERE revoked_at IS NULL) FROM signature GROUP BY agreement, host;

CREATE TRIGGER signature_inserted AFTER INSERT ON signature WHEN NEW.revoked_at IS NULL BEGIN
  INSERT INTO signature_count VALUES (NEW.agreement, NEW.host, 1)
  ON CONFLICT DO UPDATE SET signatures = signatures + 1;
END;
CREATE TRIGGER signature_updated AFTER UPDATE OF revoked_at ON signature
WHEN (OLD.revoked_at IS NULL) <> (NEW.revoked_at IS NULL) BEGIN
  UPDATE signature_count SET signatures = signatures + iif(NEW.revoked_at IS NULL, 1, -1)
  WHERE agreement = NEW.agreement AND host = NEW.host;
END;
CREATE TRIGGER signature_deleted AFTER DELETE ON signature WHEN OLD.revoked_at IS NULL BEGIN
  UPDATE signature_count SET signatures = signatures - 1 WHERE agreement = OLD.agreement AND host = OLD.host;
END;

CREATE INDEX subject_restricted ON subject (host, account) WHERE restricted_since IS NOT NULL;
