-- +goose Up

-- Browsers that keep work while there is no network. Times are microseconds since 1970, UTC; 0: never.
CREATE TABLE outbox_device (
    device     BLOB PRIMARY KEY,
    name       TEXT NOT NULL,
    account    TEXT NOT NULL, -- who signed in on it last
    first      INTEGER NOT NULL,
    last       INTEGER NOT NULL,
    waiting    INTEGER NOT NULL, -- what it said was waiting on it
    oldest     INTEGER NOT NULL,
    refused    INTEGER NOT NULL,
    behind     INTEGER NOT NULL, -- milliseconds by which its clock was behind
    revoked    INTEGER NOT NULL,
    revoked_by TEXT NOT NULL
) STRICT;

-- The public keys with which devices sign for accounts.
CREATE TABLE outbox_key (
    device  BLOB NOT NULL,
    account TEXT NOT NULL,
    public  BLOB NOT NULL,
    made    INTEGER NOT NULL,
    PRIMARY KEY (device, account, public)
) STRICT, WITHOUT ROWID;

-- Entries that came in. What is sealed is forgotten when the entry is in the record.
CREATE TABLE outbox_entry (
    id         INTEGER PRIMARY KEY,
    entry      BLOB NOT NULL UNIQUE,
    device     BLOB NOT NULL,
    account    TEXT NOT NULL,
    stream     BLOB NOT NULL, -- 16 zero bytes: about nobody, or not known
    path       TEXT NOT NULL,
    title      TEXT NOT NULL,
    initials   TEXT NOT NULL,
    made       INTEGER NOT NULL, -- as the device said
    behind     INTEGER NOT NULL,
    received   INTEGER NOT NULL,
    state      TEXT NOT NULL,
    late       TEXT NOT NULL,
    status     INTEGER NOT NULL,
    answered   TEXT NOT NULL, -- where it is shown
    reasons    TEXT NOT NULL, -- one a line
    moment     INTEGER NOT NULL,
    settled    INTEGER NOT NULL,
    settled_by TEXT NOT NULL,
    digest     BLOB NOT NULL,
    sealed     BLOB
) STRICT;
CREATE INDEX outbox_entry_state ON outbox_entry (state, account) WHERE state <> 'done';
CREATE INDEX outbox_entry_stream ON outbox_entry (stream);
