-- A revocation that a file reports is kept from when the file was read, not from its own date.
ALTER TABLE revocation ADD COLUMN told_at INTEGER; -- null: made here, at that time
ALTER TABLE entity_member ADD COLUMN told_at INTEGER; -- when a file said that it ended
UPDATE revocation SET told_at = unixepoch() * 1000 WHERE kind = 'file';
