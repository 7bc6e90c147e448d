-- What a customer does without a word, and who of the staff made a link.

ALTER TABLE actors ADD COLUMN came_at BIGINT NOT NULL DEFAULT 0;     -- when the customer last did something that is no message; 0: never
ALTER TABLE contacts ADD COLUMN linked_by TEXT NOT NULL DEFAULT '';  -- the member who made the link
