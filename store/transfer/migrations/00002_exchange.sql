-- +goose Up

-- The systems that records are exchanged with. One that was removed stays known: what it has signed can still be verified.
CREATE TABLE exchange_peer (
    system   TEXT PRIMARY KEY,
    name     TEXT NOT NULL,
    address  TEXT NOT NULL,
    keys     TEXT NOT NULL,    -- public, one a line, the newest first
    added    INTEGER NOT NULL, -- microseconds since 1970, UTC
    added_by TEXT NOT NULL,
    removed  INTEGER NOT NULL  -- likewise; 0: it was not
) WITHOUT ROWID, STRICT;

-- Requests for a person, on either side, with all that became of them.
CREATE TABLE exchange_case (
    id        BLOB PRIMARY KEY,
    begun     INTEGER NOT NULL, -- microseconds since 1970, UTC
    unsettled INTEGER NOT NULL, -- 1: this system has something to do for it
    person    BLOB NOT NULL,    -- all zeros while it is not decided who it is
    body      TEXT NOT NULL     -- JSON
) WITHOUT ROWID, STRICT;
CREATE INDEX exchange_case_unsettled ON exchange_case (begun) WHERE unsettled = 1;

-- What was said once by a system is not heard again while its time could still pass for now.
CREATE TABLE exchange_nonce (
    system TEXT NOT NULL,
    nonce  TEXT NOT NULL,
    until  INTEGER NOT NULL, -- microseconds since 1970, UTC
    PRIMARY KEY (system, nonce)
) WITHOUT ROWID, STRICT;
CREATE INDEX exchange_nonce_until ON exchange_nonce (until);
