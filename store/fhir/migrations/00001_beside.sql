-- +goose Up

-- What a FHIR client said in a resource and the class of the record has no place for, beside the version that was made of it. Whoever may read the version may read it.
CREATE TABLE beside (
    stream BLOB NOT NULL,
    record BLOB NOT NULL,
    number INTEGER NOT NULL, -- of the version, of this system
    body   BLOB NOT NULL,    -- the resource as JSON
    PRIMARY KEY (stream, record, number)
) WITHOUT ROWID, STRICT;
