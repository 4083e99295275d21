-- +goose Up

-- Who has the form of a planned dose open just now. What has run out is taken over; nothing here is part of the record.
CREATE TABLE lease (
    stream  BLOB NOT NULL,
    slot    TEXT NOT NULL,    -- the planned record's uid, @, the local time
    holder  TEXT NOT NULL,    -- one browser, signed in once
    account TEXT NOT NULL,
    name    TEXT NOT NULL,    -- of whoever holds it, as others are told
    since   INTEGER NOT NULL, -- microseconds since 1970, UTC
    until   INTEGER NOT NULL,
    PRIMARY KEY (stream, slot)
) STRICT, WITHOUT ROWID;
