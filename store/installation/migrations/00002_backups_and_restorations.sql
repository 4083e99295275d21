-- +goose Up
-- The last backup that reached its place: what devices have sent up to that moment, they need not keep.
CREATE TABLE backup (
    one    INTEGER PRIMARY KEY CHECK (one = 1),
    moment INTEGER NOT NULL,
    at     TEXT NOT NULL
) STRICT;
-- Every restoration of a backup: the epoch that it opened, and the signed statement.
CREATE TABLE restoration (
    epoch  INTEGER PRIMARY KEY,
    signed TEXT NOT NULL
) STRICT;
