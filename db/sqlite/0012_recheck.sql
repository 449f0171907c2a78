-- A lease ran out, and its holder may still be writing to the host: the task is checked once more.
ALTER TABLE task ADD COLUMN recheck_at INTEGER; -- null: no such check is left
