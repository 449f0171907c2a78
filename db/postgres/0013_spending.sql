-- What all processes spent of a host's limits in the last hour.
CREATE TABLE spending (
  purse text COLLATE "C" NOT NULL, -- whose limits, e.g. github/17: an installation
  what text COLLATE "C" NOT NULL,
  at bigint NOT NULL,
  amount bigint NOT NULL,
  PRIMARY KEY (purse, what, at)
);
