-- The processes that are alive on this database, and what each release of the program can read.

CREATE TABLE processes (
    business TEXT NOT NULL,                  -- empty: a process serves the whole house
    id TEXT NOT NULL,
    role TEXT NOT NULL,                      -- all, web, worker, sender
    release TEXT NOT NULL,                   -- a fingerprint of what it can read
    started_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,                -- its last sign of life, by its own clock
    PRIMARY KEY (business, id)
) STRICT;

CREATE TABLE releases (
    business TEXT NOT NULL,
    release TEXT NOT NULL,
    reads TEXT NOT NULL,                     -- a JSON list
    PRIMARY KEY (business, release)
) STRICT;
