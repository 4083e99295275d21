-- +goose Up
-- Which versions name a file that is kept beside the record: whoever may read one of them may see the file. A projection.
CREATE TABLE attached (
    stream      BLOB NOT NULL,
    hash        BLOB NOT NULL,
    record      BLOB NOT NULL,
    from_moment INTEGER NOT NULL, -- of the version that names it
    PRIMARY KEY (stream, hash, record, from_moment)
) WITHOUT ROWID, STRICT;
