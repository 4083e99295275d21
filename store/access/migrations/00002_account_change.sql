-- +goose Up

-- Counts the changes of accounts and tokens, so that what a process remembers of them is known to be right: a command beside the server changes them too.
CREATE TABLE account_change (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    n   INTEGER NOT NULL
) STRICT;
INSERT INTO account_change (one, n) VALUES (1, 0);
