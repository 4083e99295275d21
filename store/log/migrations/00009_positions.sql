-- +goose Up

-- Which contributions a stream has, in their order. An index over the contributions would change one page for each person in a group of commits, so the newest are put in
-- a few thousand at a time, sorted (position.go): a projection, up to the moment that positioned tells.
CREATE TABLE position (
    stream   BLOB NOT NULL,
    sequence INTEGER NOT NULL,
    moment   INTEGER NOT NULL,
    PRIMARY KEY (stream, sequence)
) WITHOUT ROWID, STRICT;
INSERT INTO position (stream, sequence, moment) SELECT stream, sequence, moment FROM contribution ORDER BY stream, sequence;
DROP INDEX contribution_place;

CREATE TABLE positioned (
    one    INTEGER PRIMARY KEY CHECK (one = 1),
    moment INTEGER NOT NULL -- position holds all contributions up to here
) STRICT;
INSERT INTO positioned (one, moment) SELECT 1, coalesce(max(moment), 0) FROM contribution;
