-- Up to where something was read that is read on and on, e.g. a host's list of deliveries.
CREATE TABLE cursor (
  name text NOT NULL PRIMARY KEY,
  at bigint NOT NULL -- milliseconds since the epoch
);
