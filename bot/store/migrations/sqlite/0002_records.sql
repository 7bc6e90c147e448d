-- Customers, their contacts, cases, visits and what occupies the calendar.
-- Instants are microseconds since 1970 UTC; JSON is text. A visit keeps its local wall time and zone besides its instant.

CREATE TABLE customers (
    business TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL DEFAULT '',
    phone TEXT NOT NULL DEFAULT '',
    email TEXT NOT NULL DEFAULT '',
    language TEXT NOT NULL DEFAULT '',
    zone TEXT NOT NULL DEFAULT '',
    guessed TEXT NOT NULL DEFAULT '[]',      -- the columns above that nobody has confirmed
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (business, id)
) STRICT;

CREATE TABLE contacts (
    business TEXT NOT NULL,
    actor TEXT NOT NULL,
    customer TEXT NOT NULL,
    linked_at INTEGER NOT NULL,
    unlinked_at INTEGER,                     -- NULL: the link holds
    PRIMARY KEY (business, actor, linked_at)
) STRICT;
CREATE UNIQUE INDEX contacts_linked ON contacts (business, actor) WHERE unlinked_at IS NULL;
CREATE INDEX contacts_customer ON contacts (business, customer);

CREATE TABLE cases (
    business TEXT NOT NULL,
    id TEXT NOT NULL,
    customer TEXT NOT NULL,
    actor TEXT NOT NULL,
    kind TEXT NOT NULL,                      -- handoff, form, parked, …
    status TEXT NOT NULL,                    -- open, closed
    tags TEXT NOT NULL DEFAULT '[]',
    title TEXT NOT NULL,
    summary TEXT NOT NULL DEFAULT '',
    body TEXT NOT NULL,                      -- {"entries": [{"at": …, "data": {…}}]}, oldest first
    version INTEGER NOT NULL,
    opened_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    closed_at INTEGER,                       -- NULL: open
    due_at INTEGER,
    PRIMARY KEY (business, id)
) STRICT;
CREATE UNIQUE INDEX cases_open ON cases (business, actor, kind) WHERE closed_at IS NULL;
CREATE INDEX cases_customer ON cases (business, customer, opened_at);
CREATE INDEX cases_age ON cases (business, opened_at);

CREATE TABLE bookings (
    business TEXT NOT NULL,
    id TEXT NOT NULL,
    customer TEXT NOT NULL,
    actor TEXT NOT NULL,                     -- the conversation that holds the reminders
    service TEXT NOT NULL,
    specialist TEXT NOT NULL,
    branch TEXT NOT NULL,
    starts_at INTEGER NOT NULL,
    local_start TEXT NOT NULL,               -- wall time in `zone`, without offset
    zone TEXT NOT NULL,
    minutes INTEGER NOT NULL,
    resource TEXT NOT NULL,                  -- what it occupies, from first_cell to before end_cell
    first_cell INTEGER NOT NULL,
    end_cell INTEGER NOT NULL,
    status TEXT NOT NULL,                    -- booked, cancelled, done, no_show
    name TEXT NOT NULL,
    phone TEXT NOT NULL,
    notes TEXT NOT NULL DEFAULT '{}',
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (business, id)
) STRICT;
CREATE INDEX bookings_customer ON bookings (business, customer, starts_at);
CREATE INDEX bookings_start ON bookings (business, starts_at);

-- One row a resource, cell of five minutes and seat: the primary key is what makes a double booking impossible.
CREATE TABLE occupancy (
    business TEXT NOT NULL,
    resource TEXT NOT NULL,                  -- specialist:<id>
    cell INTEGER NOT NULL,                   -- five minutes of UTC, counted from 1970
    seat INTEGER NOT NULL,
    holder TEXT NOT NULL,                    -- hold:<actor> or visit:<booking>
    held_until INTEGER,                      -- NULL: booked
    PRIMARY KEY (business, resource, cell, seat)
) STRICT, WITHOUT ROWID;
CREATE INDEX occupancy_holder ON occupancy (business, holder);

INSERT INTO personal_columns (table_name, column_name, owner_column, retention) VALUES
    ('customers', 'name', 'id', 'customer'),
    ('customers', 'phone', 'id', 'customer'),
    ('customers', 'email', 'id', 'customer'),
    ('customers', 'language', 'id', 'customer'),
    ('customers', 'zone', 'id', 'customer'),
    ('cases', 'title', 'customer', 'case'),
    ('cases', 'summary', 'customer', 'case'),
    ('cases', 'body', 'customer', 'case'),
    ('bookings', 'name', 'customer', 'visit'),
    ('bookings', 'phone', 'customer', 'visit'),
    ('bookings', 'notes', 'customer', 'visit');
