-- +goose Up

-- One key per person (or entry of the directory). Without it, what it locked is noise.
CREATE TABLE attachment_key (
    stream    BLOB PRIMARY KEY,
    secret    BLOB NOT NULL,    -- an age identity, itself encrypted to the key file of the data folder; random bytes once destroyed
    made      INTEGER NOT NULL, -- microseconds since 1970, UTC, as all times below
    destroyed INTEGER NOT NULL  -- 0: it stands. A stream whose key was destroyed never gets another
) WITHOUT ROWID, STRICT;

-- The files that are kept on the disk.
CREATE TABLE attachment (
    stream BLOB NOT NULL,
    hash   BLOB NOT NULL,    -- SHA-256 of the plain content
    size   INTEGER NOT NULL, -- of the plain content, in bytes
    media  TEXT NOT NULL,    -- the type that it was recognised as
    kept   INTEGER NOT NULL,
    PRIMARY KEY (stream, hash)
) WITHOUT ROWID, STRICT;

-- Who has sent a file: they may look at it before a record names it.
CREATE TABLE attachment_sent (
    stream  BLOB NOT NULL,
    hash    BLOB NOT NULL,
    account TEXT NOT NULL,
    PRIMARY KEY (stream, hash, account)
) WITHOUT ROWID, STRICT;
