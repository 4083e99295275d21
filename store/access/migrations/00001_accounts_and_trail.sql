-- +goose Up

CREATE TABLE account (
    account  TEXT PRIMARY KEY, -- lower case
    name     TEXT NOT NULL,
    role     TEXT NOT NULL,
    worker   BLOB NOT NULL,    -- 16 zero bytes: none
    places   BLOB NOT NULL,    -- 16 bytes each
    disabled INTEGER NOT NULL,
    created  INTEGER NOT NULL, -- microseconds since 1970, UTC, as all times below
    password TEXT NOT NULL     -- argon2id, encoded
) WITHOUT ROWID, STRICT;

-- Tries to prove who one is that have not been followed by success, by a hash of what was typed.
CREATE TABLE try (
    name    TEXT PRIMARY KEY,
    tries   INTEGER NOT NULL,
    last    INTEGER NOT NULL,
    blocked INTEGER NOT NULL -- until when
) WITHOUT ROWID, STRICT;
CREATE INDEX try_last ON try (last);

CREATE TABLE token (
    hash    BLOB PRIMARY KEY, -- SHA-256 of the secret
    account TEXT NOT NULL,
    label   TEXT NOT NULL,
    created INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    used    INTEGER NOT NULL  -- to the minute; 0: never
) WITHOUT ROWID, STRICT;
CREATE INDEX token_account ON token (account);

-- Signed-in sessions of a browser.
CREATE TABLE cookie_session (
    hash    BLOB PRIMARY KEY, -- SHA-256 of the token in the cookie
    account TEXT NOT NULL,    -- '' before somebody has signed in
    data    BLOB NOT NULL,
    expires INTEGER NOT NULL
) WITHOUT ROWID, STRICT;
CREATE INDEX cookie_session_account ON cookie_session (account) WHERE account <> '';
CREATE INDEX cookie_session_expires ON cookie_session (expires);

-- The log of who saw what: batches, each chained to the one before.
CREATE TABLE trail (
    seq      INTEGER PRIMARY KEY, -- gapless, from 1
    previous BLOB NOT NULL,
    hash     BLOB NOT NULL,
    lines    TEXT NOT NULL
) STRICT;

-- Which batches hold entries about a stream: an index, derived from the lines.
CREATE TABLE trail_about (
    stream BLOB NOT NULL,
    seq    INTEGER NOT NULL,
    PRIMARY KEY (stream, seq)
) WITHOUT ROWID, STRICT;
CREATE INDEX trail_about_seq ON trail_about (seq); -- to hold it against the lines, batch by batch
