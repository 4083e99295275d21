-- +goose Up

-- What clients wrote that waits until a person ratifies it, and what was decided. What was written is let go of with the decision.
CREATE TABLE held (
    id       BLOB PRIMARY KEY, -- of its first contribution
    digest   BLOB NOT NULL,
    client   TEXT NOT NULL,
    stream   BLOB NOT NULL,
    sent     INTEGER NOT NULL, -- microseconds since 1970, UTC, as all times below
    body     TEXT NOT NULL,    -- '' once it was decided
    decided  INTEGER NOT NULL, -- 0: it waits
    by       TEXT NOT NULL,
    ratified INTEGER NOT NULL,
    reason   TEXT NOT NULL
) WITHOUT ROWID, STRICT;
CREATE INDEX held_waiting ON held (sent) WHERE decided = 0;

-- Whom it is about.
CREATE TABLE held_about (
    stream BLOB NOT NULL,
    id     BLOB NOT NULL,
    PRIMARY KEY (stream, id)
) WITHOUT ROWID, STRICT;
