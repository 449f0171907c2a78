-- Somebody who is signed in to the pages, or about to be. The id that the browser has stands here as a hash.
CREATE TABLE session (
  hash text COLLATE "C" NOT NULL PRIMARY KEY,
  host text COLLATE "C" CHECK (host IN ('github', 'gitee')), -- null while the sign-in is only begun
  account bigint,
  pending text, -- JSON of what must come back from the host; null once it came
  expires_at bigint NOT NULL,
  CHECK ((host IS NULL) = (account IS NULL))
);
CREATE INDEX session_by_account ON session (host, account) WHERE account IS NOT NULL;
CREATE INDEX session_by_end ON session (expires_at);
