-- +goose Up

-- When the pass ends that opened the account; 0: it is an account of its own.
ALTER TABLE account ADD COLUMN until INTEGER NOT NULL DEFAULT 0;

-- Ways in that somebody made for somebody else, for a time. It outlives what it opened: that it was made stays known.
CREATE TABLE pass (
    account      TEXT PRIMARY KEY, -- that it opens
    code         BLOB NOT NULL,    -- hash of the code
    role         TEXT NOT NULL,
    holder       TEXT NOT NULL,
    organisation TEXT NOT NULL,
    purpose      TEXT NOT NULL,
    people       BLOB NOT NULL,    -- 16 bytes each
    place        BLOB NOT NULL,    -- 16 zero bytes: none, as for the two below
    basis        BLOB NOT NULL,
    worker       BLOB NOT NULL,
    made_by      TEXT NOT NULL,
    made         INTEGER NOT NULL, -- microseconds since 1970, UTC, as all times below; 0: not yet
    redeem_by    INTEGER NOT NULL,
    until        INTEGER NOT NULL,
    redeemed     INTEGER NOT NULL,
    ended        INTEGER NOT NULL,
    ended_by     TEXT NOT NULL
) WITHOUT ROWID, STRICT;
CREATE UNIQUE INDEX pass_code ON pass (code);
CREATE INDEX pass_made ON pass (made);

-- People whom an account was let in to.
CREATE TABLE let_in (
    account TEXT NOT NULL,
    stream  BLOB NOT NULL,
    until   INTEGER NOT NULL,
    basis   BLOB NOT NULL,
    PRIMARY KEY (account, stream, until)
) WITHOUT ROWID, STRICT;

-- Records that were opened in an emergency, and what a review found.
CREATE TABLE broken_glass (
    id          INTEGER PRIMARY KEY,
    account     TEXT NOT NULL,
    stream      BLOB NOT NULL,
    reason      TEXT NOT NULL,
    made        INTEGER NOT NULL,
    until       INTEGER NOT NULL,
    reviewed    INTEGER NOT NULL,
    reviewed_by TEXT NOT NULL,
    was_right   INTEGER NOT NULL,
    finding     TEXT NOT NULL
) STRICT;
