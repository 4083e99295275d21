-- +goose Up

-- What somebody has typed and not saved yet. The key begins with the account: only its owner ever asks.
CREATE TABLE draft (
    id           INTEGER PRIMARY KEY,
    account      TEXT NOT NULL,
    stream       BLOB NOT NULL, -- 16 zero bytes: somebody or something that is to be entered anew
    form         TEXT NOT NULL, -- a class or a form
    record       BLOB NOT NULL, -- what it changes or will make; 16 zero bytes: not said
    contribution BLOB NOT NULL, -- under which it will be committed; 16 zero bytes: not said
    revision     INTEGER NOT NULL,
    begun        INTEGER NOT NULL, -- microseconds since 1970, UTC
    kept         INTEGER NOT NULL,
    body         BLOB NOT NULL,
    UNIQUE (account, stream, form, record)
) STRICT;
CREATE INDEX draft_stream ON draft (stream); -- to forget those about a stream that is destroyed
