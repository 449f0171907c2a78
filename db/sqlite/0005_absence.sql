-- When the host first said that a repository is not there, and when it was forgotten; both end when it is seen again.
ALTER TABLE repository ADD COLUMN missing_since INTEGER;
ALTER TABLE repository ADD COLUMN forgotten_at INTEGER;
-- What the delivery said that a check has to see: a host may show a state that is older than its webhook.
ALTER TABLE task ADD COLUMN told TEXT;
