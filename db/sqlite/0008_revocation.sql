-- A revocation is of a person under an agreement: nothing signed until then counts, in any row.
CREATE TABLE revocation (
  host TEXT NOT NULL CHECK (host IN ('github', 'gitee')),
  account INTEGER NOT NULL,
  agreement TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('revoke', 'withdraw', 'file')),
  at INTEGER NOT NULL,
  PRIMARY KEY (host, account, agreement, kind)
) STRICT, WITHOUT ROWID;

-- What ended a row. What a replace ended comes back when a file holds it again.
ALTER TABLE signature ADD COLUMN ended_by TEXT CHECK (ended_by IN ('revoke', 'withdraw', 'file', 'replace'));
ALTER TABLE entity_member ADD COLUMN ended_by TEXT CHECK (ended_by IN ('revoke', 'replace'));
ALTER TABLE entity_member ADD COLUMN until_before INTEGER; -- the end that a revocation or a replace shortened

-- A replace ended its rows at the time of its own line in the audit.
UPDATE signature SET ended_by = CASE
  WHEN revoked_at IN (SELECT at FROM audit WHERE act = 'withdraw') THEN 'withdraw'
  WHEN revoked_at IN (SELECT at FROM audit WHERE act = 'revoke') THEN 'revoke'
  WHEN revoked_at IN (SELECT at FROM audit WHERE act = 'import') THEN 'replace'
  ELSE 'revoke' END
WHERE revoked_at IS NOT NULL;
UPDATE entity_member SET ended_by = CASE
  WHEN until_at IN (SELECT at FROM audit WHERE act = 'revoke') THEN 'revoke'
  WHEN until_at IN (SELECT at FROM audit WHERE act = 'import') THEN 'replace' END
WHERE until_at IS NOT NULL;

-- Rows from before there was an audit do not say what ended them: they bind a person only where nothing else counts.
INSERT INTO revocation (host, account, agreement, kind, at)
SELECT host, account, agreement, ended_by, max(revoked_at) FROM signature AS ended
WHERE ended_by IN ('revoke', 'withdraw') AND (
  revoked_at IN (SELECT at FROM audit WHERE act IN ('revoke', 'withdraw')) OR NOT EXISTS (
    SELECT 1 FROM signature AS held WHERE held.agreement = ended.agreement AND held.host = ended.host
      AND held.account = ended.account AND held.revoked_at IS NULL))
GROUP BY host, account, agreement, ended_by;
INSERT INTO revocation (host, account, agreement, kind, at)
SELECT m.host, m.account, e.agreement, 'revoke', max(m.until_at)
FROM entity_member AS m JOIN entity AS e ON e.id = m.entity WHERE m.ended_by = 'revoke'
GROUP BY m.host, m.account, e.agreement
ON CONFLICT DO UPDATE SET at = max(at, excluded.at);
