-- The order of need, and what a check must hold to write.
ALTER TABLE task ADD COLUMN bulk boolean NOT NULL DEFAULT false; -- true: nobody waits for it
ALTER TABLE task ADD COLUMN waits_since bigint; -- since when it waits for due_at to come; null: it is due, whatever the clock says
UPDATE task SET waits_since = 0 WHERE due_at IS NOT NULL;
DROP INDEX task_by_turn;
CREATE INDEX task_by_turn ON task (bulk, host, installation, repository, due_at) WHERE due_at IS NOT NULL AND waits_since IS NULL;
CREATE INDEX task_by_time ON task (due_at) WHERE waits_since IS NOT NULL;
CREATE INDEX task_by_wait ON task (waits_since) WHERE waits_since IS NOT NULL;
ALTER TABLE pull ADD COLUMN checks bigint NOT NULL DEFAULT 0; -- how many checks of it ended
ALTER TABLE pull_bucket ADD COLUMN missing boolean NOT NULL DEFAULT true; -- false: everybody in it has signed
