-- What all processes spent of a host's limits in the last hour.
CREATE TABLE spending (
  purse TEXT NOT NULL, -- whose limits, e.g. github/17: an installation
  what TEXT NOT NULL,
  at INTEGER NOT NULL,
  amount INTEGER NOT NULL,
  PRIMARY KEY (purse, what, at)
) STRICT, WITHOUT ROWID;
