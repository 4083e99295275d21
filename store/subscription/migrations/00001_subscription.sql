-- +goose Up

-- Programs that want to be told of what is committed: what each asked for, and how far it is. Headers in it are secrets. What a query needs has a column.
CREATE TABLE subscription (
    subscription BLOB PRIMARY KEY,
    created      INTEGER NOT NULL, -- microseconds since 1970, UTC
    body         TEXT NOT NULL     -- all there is to know, as JSON
) STRICT;

-- What each is to be told, in order, until some time after it was acknowledged. Only ids: what is told is read when it is sent.
CREATE TABLE subscription_event (
    subscription BLOB NOT NULL,
    number       INTEGER NOT NULL,
    at           INTEGER NOT NULL, -- when it was committed
    moment       INTEGER NOT NULL,
    stream       BLOB NOT NULL,
    record       BLOB NOT NULL,
    class        TEXT NOT NULL,
    change       TEXT NOT NULL,    -- create, update, delete
    PRIMARY KEY (subscription, number)
) WITHOUT ROWID, STRICT;
