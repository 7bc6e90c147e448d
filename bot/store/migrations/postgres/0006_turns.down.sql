DROP INDEX lines_ready;
CREATE INDEX lines_ready ON lines (lane, ready_at) WHERE ready_at IS NOT NULL;
DROP INDEX actors_ready;
CREATE INDEX actors_ready ON actors (lane, ready_at) WHERE ready_at IS NOT NULL;
