-- The position up to which a list was read, such as a host's list of deliveries.
CREATE TABLE cursor (
  name text NOT NULL PRIMARY KEY,
  at bigint NOT NULL -- milliseconds since the epoch
);
