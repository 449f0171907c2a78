-- A comment that asked for something and did not get it; the bot's own comment says why. No account is kept.
CREATE TABLE notice (
  host TEXT NOT NULL CHECK (host IN ('github', 'gitee')),
  repository INTEGER NOT NULL,
  number INTEGER NOT NULL,
  comment INTEGER NOT NULL,
  about TEXT NOT NULL,
  sha TEXT NOT NULL, -- empty: it is about no commit
  at INTEGER NOT NULL,
  PRIMARY KEY (host, repository, number, comment, about, sha)
) STRICT, WITHOUT ROWID;
