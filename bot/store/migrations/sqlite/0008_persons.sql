-- One person in many places: phones that a channel has vouched for, and links that can be undone.

CREATE TABLE proofs (
    business TEXT NOT NULL,
    phone TEXT NOT NULL,                     -- E.164, with the plus
    customer TEXT NOT NULL,                  -- whose it is
    actor TEXT NOT NULL,                     -- the conversation whose channel vouched for it last
    at INTEGER NOT NULL,
    PRIMARY KEY (business, phone)
) STRICT;
CREATE INDEX proofs_customer ON proofs (business, customer);

ALTER TABLE contacts ADD COLUMN means TEXT NOT NULL DEFAULT '';      -- phone, token, staff, with, back, empty where it was the first
ALTER TABLE contacts ADD COLUMN undone_by TEXT NOT NULL DEFAULT '';  -- the member who undid it
ALTER TABLE cases ADD COLUMN home TEXT NOT NULL DEFAULT '';          -- where it was opened, if it has gone elsewhere since

INSERT INTO personal_columns (table_name, column_name, owner_column, retention) VALUES
    ('proofs', 'phone', 'customer', 'customer');
