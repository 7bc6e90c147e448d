-- What waits is looked for in turns over the businesses, so it is sorted by them first.

DROP INDEX actors_ready;
CREATE INDEX actors_ready ON actors (business, lane, ready_at) WHERE ready_at IS NOT NULL;
DROP INDEX lines_ready;
CREATE INDEX lines_ready ON lines (business, lane, ready_at) WHERE ready_at IS NOT NULL;
