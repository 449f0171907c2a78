-- Up to where something was read that is read on and on, e.g. a host's list of deliveries.
CREATE TABLE cursor (
  name TEXT NOT NULL PRIMARY KEY,
  at INTEGER NOT NULL -- milliseconds since the epoch
) STRICT, WITHOUT ROWID;
