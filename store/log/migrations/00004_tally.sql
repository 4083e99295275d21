-- +goose Up

-- How many records of a class are current, not entered in error, by sensitivity: a projection, so that a long record is not read to be counted.
CREATE TABLE tally (
    stream      BLOB NOT NULL,
    class       TEXT NOT NULL,
    sensitivity INTEGER NOT NULL,
    records     INTEGER NOT NULL, -- at least 1
    PRIMARY KEY (stream, class, sensitivity)
) WITHOUT ROWID, STRICT;
INSERT INTO tally (stream, class, sensitivity, records)
    SELECT stream, class, sensitivity, count(*) FROM version WHERE until_moment = 9223372036854775807 AND status <> 3 GROUP BY stream, class, sensitivity;
