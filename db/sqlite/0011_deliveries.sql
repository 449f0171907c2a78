-- The deliveries that caused a task and that no check has answered yet, for logs and metrics.
ALTER TABLE task ADD COLUMN deliveries TEXT; -- ID@MILLISECONDS, separated by blanks
