-- The desk: who works there, whose matter is whose, what stands in their rooms, ratings, campaigns; and leases by name.

ALTER TABLE cases ADD COLUMN owner TEXT NOT NULL DEFAULT '';        -- the member who has taken it
ALTER TABLE cases ADD COLUMN department TEXT NOT NULL DEFAULT '';   -- the group that it waits for

CREATE INDEX cases_closed ON cases (business, closed_at) WHERE closed_at IS NOT NULL;

CREATE TABLE members (
    business TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL,                      -- owner, supervisor, operator
    active INTEGER NOT NULL,                 -- 0: may do nothing any more
    account TEXT NOT NULL DEFAULT '',        -- who they are in a messenger: telegram:12345
    login TEXT NOT NULL DEFAULT '',          -- their name at the web desk; empty: none
    password TEXT NOT NULL DEFAULT '',       -- a hash
    language TEXT NOT NULL DEFAULT '',
    created_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (business, id)
) STRICT;
CREATE UNIQUE INDEX members_account ON members (business, account) WHERE account <> '';
CREATE UNIQUE INDEX members_login ON members (business, login) WHERE login <> '';

CREATE TABLE desk_sessions (
    business TEXT NOT NULL,
    token TEXT NOT NULL,                     -- a hash of the cookie
    member TEXT NOT NULL,
    until INTEGER NOT NULL,
    PRIMARY KEY (business, token)
) STRICT;

-- What we have put into a room for a case: how a reply, a topic or an edit finds its way back.
CREATE TABLE room_topics (
    business TEXT NOT NULL,
    room TEXT NOT NULL,
    thread TEXT NOT NULL,
    case_id TEXT NOT NULL,
    conversation TEXT NOT NULL,
    PRIMARY KEY (business, room, thread)
) STRICT;

CREATE TABLE room_messages (
    business TEXT NOT NULL,
    room TEXT NOT NULL,
    message TEXT NOT NULL,                   -- the provider's id
    case_id TEXT NOT NULL,
    conversation TEXT NOT NULL,
    seq INTEGER NOT NULL,                    -- the newest message of the conversation that it shows; 0: the card
    at INTEGER NOT NULL,
    PRIMARY KEY (business, room, message)
) STRICT;

CREATE TABLE ratings (
    business TEXT NOT NULL,
    case_id TEXT NOT NULL,
    customer TEXT NOT NULL,
    member TEXT NOT NULL,                    -- who had taken the case
    value INTEGER NOT NULL,
    most INTEGER NOT NULL,                   -- the best that could be given
    words TEXT NOT NULL DEFAULT '',
    at INTEGER NOT NULL,
    PRIMARY KEY (business, case_id)          -- one rating a case
) STRICT;
CREATE INDEX ratings_age ON ratings (business, at);

CREATE TABLE campaigns (
    business TEXT NOT NULL,
    id TEXT NOT NULL,
    texts TEXT NOT NULL,                     -- by language
    audience TEXT NOT NULL,                  -- what chose the contacts
    by_member TEXT NOT NULL,
    state TEXT NOT NULL,                     -- running, done, stopped
    total INTEGER NOT NULL,
    position INTEGER NOT NULL DEFAULT 0,     -- contacts that have been told, or passed over
    made_at INTEGER NOT NULL,
    ended_at INTEGER,
    PRIMARY KEY (business, id)
) STRICT;

CREATE TABLE campaign_contacts (
    business TEXT NOT NULL,
    campaign TEXT NOT NULL,
    n INTEGER NOT NULL,
    actor TEXT NOT NULL,
    outcome TEXT NOT NULL DEFAULT '',        -- said, stopped, blocked; empty: not yet
    PRIMARY KEY (business, campaign, n)
) STRICT;

CREATE TABLE leases (
    business TEXT NOT NULL,                  -- empty: a lease of the whole house
    name TEXT NOT NULL,
    owner TEXT NOT NULL,
    until INTEGER NOT NULL,
    PRIMARY KEY (business, name)
) STRICT;

INSERT INTO personal_columns (table_name, column_name, owner_column, retention) VALUES
    ('ratings', 'words', 'customer', 'case'),
    ('members', 'name', 'id', 'staff'),
    ('members', 'account', 'id', 'staff'),
    ('members', 'login', 'id', 'staff'),
    ('members', 'password', 'id', 'staff');
