-- What the edge turned away, joined by the minute, and deliveries that were authentic but could not be read.

CREATE TABLE rejections (
    business TEXT NOT NULL,                  -- empty: before it was known whose it is
    id TEXT NOT NULL,                        -- a digest of the columns from at to address
    at INTEGER NOT NULL,                     -- the minute
    route TEXT NOT NULL,                     -- as it is declared, never as it was typed
    account TEXT NOT NULL,                   -- the provider's account that a delivery was for; empty: none that we have
    reason TEXT NOT NULL,
    address TEXT NOT NULL,                   -- the network, not the machine: 203.0.113.0/24; empty: many of them
    count INTEGER NOT NULL,
    PRIMARY KEY (business, id)
) STRICT;
CREATE INDEX rejections_age ON rejections (at);

CREATE TABLE quarantine (
    business TEXT NOT NULL,
    id TEXT NOT NULL,                        -- a digest of account and body: a repeat is the same row
    account TEXT NOT NULL,                   -- channel and account: telegram/main
    at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    reason TEXT NOT NULL,
    size INTEGER NOT NULL,                   -- bytes that came
    body TEXT NOT NULL,                      -- base64 of what came, cut where it is too long
    PRIMARY KEY (business, id)
) STRICT;
CREATE INDEX quarantine_age ON quarantine (expires_at);
CREATE INDEX quarantine_newest ON quarantine (business, at);

INSERT INTO personal_columns (table_name, column_name, owner_column, retention) VALUES
    ('quarantine', 'body', 'account', 'delivery');
