-- +goose Up

-- When another system had committed a version that was ratified here, in microseconds since 1970, UTC, and until when it stood there; null: made here, or
-- never superseded there. A projection, as all below.
ALTER TABLE version ADD COLUMN abroad_from INTEGER;
ALTER TABLE version ADD COLUMN abroad_until INTEGER;

-- The system that made the version that opened the stream, where it was not this one.
ALTER TABLE stream ADD COLUMN origin TEXT NOT NULL DEFAULT '';

-- Which contributions of other systems touched a record, and where their text stands: in a version of the role ratification.
CREATE TABLE abroad (
    stream       BLOB NOT NULL,
    record       BLOB NOT NULL,
    committed    INTEGER NOT NULL, -- there: microseconds since 1970, UTC
    contribution BLOB NOT NULL,    -- its id
    system       TEXT NOT NULL,    -- of the version that it brought into being; '': it named one
    number       INTEGER NOT NULL,
    moment       INTEGER NOT NULL, -- of the contribution here that holds its text
    ordinal      INTEGER NOT NULL, -- position of the version that does, among those of that contribution
    place        INTEGER NOT NULL, -- position among the contributions in that version
    PRIMARY KEY (stream, record, committed, contribution)
) WITHOUT ROWID, STRICT;
