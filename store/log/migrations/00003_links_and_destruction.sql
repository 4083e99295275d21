-- +goose Up

-- Which records are joined because they are about one person: a projection.
CREATE TABLE same_person (
    stream       BLOB NOT NULL,
    record       BLOB NOT NULL,
    from_moment  INTEGER NOT NULL,
    until_moment INTEGER NOT NULL, -- 9223372036854775807: they are joined now
    other        BLOB NOT NULL,
    PRIMARY KEY (stream, record, from_moment)
) WITHOUT ROWID, STRICT;

-- Whether unused parts of the file may still hold what was destroyed. No projection.
CREATE TABLE scrub (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    due INTEGER NOT NULL -- 1: the file is to be written anew
) STRICT;
