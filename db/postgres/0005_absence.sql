-- When the host first said that a repository is not there, and when it was forgotten; both end when it is seen again.
ALTER TABLE repository ADD COLUMN missing_since bigint;
ALTER TABLE repository ADD COLUMN forgotten_at bigint;
-- What the delivery said that a check has to see: a host may show a state that is older than its webhook.
ALTER TABLE task ADD COLUMN told text;
