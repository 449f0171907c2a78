-- Somebody who is signed in to the pages, or about to be. The id that the browser has stands here as a hash.
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
