-- +goose Up
-- What this installation is: its identifier as a system, and the public halves of the keys it has signed with.
CREATE TABLE installation (
    one     INTEGER PRIMARY KEY CHECK (one = 1),
    system  TEXT NOT NULL,
    epoch   INTEGER NOT NULL, -- goes up when a backup is restored
    created TEXT NOT NULL
);
CREATE TABLE signing_key (
    public TEXT PRIMARY KEY,
    since  TEXT NOT NULL
) WITHOUT ROWID;
