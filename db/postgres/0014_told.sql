-- A revocation that a file reports is kept from when the file was read, not from its own date.
ALTER TABLE revocation ADD COLUMN told_at bigint; -- null: made here, at that time
ALTER TABLE entity_member ADD COLUMN told_at bigint; -- when a file said that it ended
UPDATE revocation SET told_at = (extract(epoch FROM now()) * 1000)::bigint WHERE kind = 'file';
