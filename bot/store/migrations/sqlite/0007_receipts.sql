-- What a provider tells later about a message of ours; only of channels that do.

CREATE TABLE receipts (
    business TEXT NOT NULL,
    provider_id TEXT NOT NULL,
    actor TEXT NOT NULL,
    message INTEGER NOT NULL,                -- its number in the conversation; 0 while that is not known
    part INTEGER NOT NULL,                   -- its place among the requests of that message
    state INTEGER NOT NULL,                  -- 0 none yet, 1 sent, 2 delivered, 3 read, 4 failed; never lowered
    at INTEGER NOT NULL,
    PRIMARY KEY (business, provider_id)
) STRICT;
CREATE INDEX receipts_message ON receipts (business, actor, message);
CREATE INDEX receipts_age ON receipts (at);
