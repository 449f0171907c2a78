-- A comment that asked for something and did not get it; the bot's own comment says why. No account is kept.
CREATE TABLE notice (
  host text COLLATE "C" NOT NULL CHECK (host IN ('github', 'gitee')),
  repository bigint NOT NULL,
  number bigint NOT NULL,
  comment bigint NOT NULL,
  about text COLLATE "C" NOT NULL,
  sha text COLLATE "C" NOT NULL, -- empty: it is about no commit
  at bigint NOT NULL,
  PRIMARY KEY (host, repository, number, comment, about, sha)
);
