-- +goose Up

-- Exports of many people's records that go on by themselves: what was asked, and how far it is, with the key of the files. What a query needs has a column.
CREATE TABLE bulk_job (
    job   BLOB PRIMARY KEY,
    begun INTEGER NOT NULL, -- microseconds since 1970, UTC
    body  TEXT NOT NULL     -- all there is to know, as JSON
) STRICT;
