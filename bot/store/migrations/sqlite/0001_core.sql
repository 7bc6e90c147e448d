-- Actors, their inbox and outbox, what was said, timers.
-- Instants are microseconds since 1970 UTC; bodies are JSON. Personal columns are listed in personal_columns.

CREATE TABLE personal_columns (
    table_name TEXT NOT NULL,
    column_name TEXT NOT NULL,
    owner_column TEXT NOT NULL,      -- the column that leads to the person
    retention TEXT NOT NULL,         -- the class that says how long it is kept
    PRIMARY KEY (table_name, column_name)
) STRICT;

CREATE TABLE settings (
    business TEXT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (business, name)
) STRICT;

CREATE TABLE actors (
    business TEXT NOT NULL,
    actor TEXT NOT NULL,
    seq INTEGER NOT NULL DEFAULT 0,          -- the last number given to an event, message or outbox row
    version INTEGER NOT NULL DEFAULT 0,      -- steps taken
    state TEXT NOT NULL DEFAULT '{}',
    ready_at INTEGER,                        -- when its next event wants a step; NULL: nothing waits
    lane INTEGER NOT NULL DEFAULT 0,
    lease_owner TEXT NOT NULL DEFAULT '',
    lease_until INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (business, actor)
) STRICT;
CREATE INDEX actors_ready ON actors (lane, ready_at) WHERE ready_at IS NOT NULL;

CREATE TABLE inbox (
    business TEXT NOT NULL,
    actor TEXT NOT NULL,
    seq INTEGER NOT NULL,
    dedupe_key TEXT NOT NULL,
    body TEXT NOT NULL,
    lane INTEGER NOT NULL,
    accepted_at INTEGER NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting',   -- waiting, done, parked
    attempts INTEGER NOT NULL DEFAULT 0,     -- steps that failed
    starts INTEGER NOT NULL DEFAULT 0,       -- steps that began, so that one that kills the process is found
    error TEXT NOT NULL DEFAULT '',
    response TEXT,                           -- what was answered in the HTTP response, for a repeat
    PRIMARY KEY (business, actor, seq)
) STRICT;
CREATE UNIQUE INDEX inbox_dedupe ON inbox (business, dedupe_key);
CREATE INDEX inbox_waiting ON inbox (business, actor, seq) WHERE state = 'waiting';
CREATE INDEX inbox_parked ON inbox (business, accepted_at) WHERE state = 'parked';
CREATE INDEX inbox_age ON inbox (accepted_at);

CREATE TABLE messages (
    business TEXT NOT NULL,
    actor TEXT NOT NULL,
    seq INTEGER NOT NULL,
    author TEXT NOT NULL,                    -- customer, bot, human
    body TEXT NOT NULL,
    client_id TEXT NOT NULL DEFAULT '',
    at INTEGER NOT NULL,
    PRIMARY KEY (business, actor, seq)
) STRICT;

CREATE TABLE outbox (
    business TEXT NOT NULL,
    key TEXT NOT NULL,                       -- actor, event and place in the step: the same again for a repeated step
    line TEXT NOT NULL,                      -- rows of one line leave one at a time, in order
    actor TEXT NOT NULL,
    message INTEGER,                         -- the message to say; NULL for a push, which has a body
    port TEXT NOT NULL,                      -- the channel or provider that carries it
    body TEXT,
    kind TEXT NOT NULL,                      -- question, relay, notice, reminder, broadcast, money, push
    lane INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    position INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    expires_at INTEGER,
    state TEXT NOT NULL DEFAULT 'waiting',   -- waiting, sending, sent, perhaps, failed, expired
    attempts INTEGER NOT NULL DEFAULT 0,
    error TEXT NOT NULL DEFAULT '',
    finished_at INTEGER,
    PRIMARY KEY (business, key)
) STRICT;
CREATE INDEX outbox_line ON outbox (business, line, lane, created_at, position) WHERE state IN ('waiting', 'sending');
CREATE INDEX outbox_age ON outbox (finished_at) WHERE finished_at IS NOT NULL;

CREATE TABLE lines (
    business TEXT NOT NULL,
    line TEXT NOT NULL,
    ready_at INTEGER,                        -- when its first row wants to leave; NULL: nothing waits
    lane INTEGER NOT NULL DEFAULT 0,
    lease_owner TEXT NOT NULL DEFAULT '',
    lease_until INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (business, line)
) STRICT;
CREATE INDEX lines_ready ON lines (lane, ready_at) WHERE ready_at IS NOT NULL;

CREATE TABLE requests (
    business TEXT NOT NULL,
    key TEXT NOT NULL,
    n INTEGER NOT NULL,                      -- its place among the requests of one outbox row
    outcome TEXT NOT NULL,
    provider_id TEXT NOT NULL DEFAULT '',
    at INTEGER NOT NULL,
    PRIMARY KEY (business, key, n)
) STRICT;
CREATE INDEX requests_age ON requests (at);

CREATE TABLE timers (
    business TEXT NOT NULL,
    actor TEXT NOT NULL,
    key TEXT NOT NULL,
    generation INTEGER NOT NULL,
    due_at INTEGER,                          -- NULL: fired or cancelled
    lane INTEGER NOT NULL DEFAULT 2,
    data TEXT NOT NULL DEFAULT '{}',
    PRIMARY KEY (business, actor, key)
) STRICT;
CREATE INDEX timers_due ON timers (due_at) WHERE due_at IS NOT NULL;

INSERT INTO personal_columns (table_name, column_name, owner_column, retention) VALUES
    ('actors', 'state', 'actor', 'conversation'),
    ('inbox', 'body', 'actor', 'delivery'),
    ('inbox', 'error', 'actor', 'delivery'),
    ('inbox', 'response', 'actor', 'delivery'),
    ('messages', 'body', 'actor', 'conversation'),
    ('outbox', 'body', 'actor', 'delivery'),
    ('outbox', 'error', 'actor', 'delivery'),
    ('timers', 'data', 'actor', 'conversation');
