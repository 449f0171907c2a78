-- The position up to which a list was read, such as a host's list of deliveries.
CREATE TABLE cursor (
  name TEXT NOT NULL PRIMARY KEY,
  at INTEGER NOT NULL -- milliseconds since the epoch
) STRICT, WITHOUT ROWID;
