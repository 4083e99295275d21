-- +goose Up

-- What another system has sent of one person. It outlives what it held: that it was refused stays known.
CREATE TABLE segment (
    id            BLOB PRIMARY KEY,
    stream        BLOB NOT NULL,    -- the person there
    system        TEXT NOT NULL,
    provider      TEXT NOT NULL,
    keys          TEXT NOT NULL,    -- one a line; none: without proof of origin
    checkpoint    TEXT NOT NULL,    -- '' likewise
    state         TEXT NOT NULL,    -- arriving (nothing of it is whole), waiting, ratified, refused
    received      INTEGER NOT NULL, -- microseconds since 1970, UTC
    nhs           TEXT NOT NULL,    -- digits only
    card          TEXT NOT NULL,    -- who it says the person is, JSON
    contributions INTEGER NOT NULL,
    versions      INTEGER NOT NULL,
    entries       INTEGER NOT NULL,
    files         INTEGER NOT NULL,
    decided_by    TEXT NOT NULL,
    decided_why   TEXT NOT NULL
) WITHOUT ROWID, STRICT;
CREATE INDEX segment_person ON segment (stream);
CREATE INDEX segment_number ON segment (nhs) WHERE nhs <> '';

-- How far each stream of a segment is whole. What stands behind that is of a package that is just arriving, or was broken off.
CREATE TABLE segment_stream (
    segment  BLOB NOT NULL,
    stream   BLOB NOT NULL,
    class    TEXT NOT NULL, -- of the record that opened it
    sequence INTEGER NOT NULL,
    hash     BLOB NOT NULL,
    PRIMARY KEY (segment, stream)
) WITHOUT ROWID, STRICT;

-- The sender's contributions, byte for byte.
CREATE TABLE segment_contribution (
    segment   BLOB NOT NULL,
    stream    BLOB NOT NULL,
    sequence  INTEGER NOT NULL,
    moment    INTEGER NOT NULL, -- there
    committed INTEGER NOT NULL, -- there, microseconds since 1970, UTC
    hash      BLOB NOT NULL,
    header    TEXT NOT NULL,
    salts     BLOB NOT NULL,
    bodies    TEXT NOT NULL     -- a newline between them
) STRICT;
CREATE UNIQUE INDEX segment_contribution_place ON segment_contribution (segment, stream, sequence);

-- What finds the versions in them.
CREATE TABLE segment_version (
    segment     BLOB NOT NULL,
    stream      BLOB NOT NULL,
    class       TEXT NOT NULL,
    record      BLOB NOT NULL,
    number      INTEGER NOT NULL,
    system      TEXT NOT NULL,
    sequence    INTEGER NOT NULL, -- of the contribution that made it
    until       INTEGER NOT NULL, -- of the contribution that superseded it; 0: none
    ordinal     INTEGER NOT NULL, -- position among the contribution's versions
    status      TEXT NOT NULL,
    sensitivity INTEGER NOT NULL,
    happened    INTEGER NOT NULL, -- seconds since 1970, UTC
    committed   INTEGER NOT NULL, -- there, microseconds since 1970, UTC
    hash        BLOB NOT NULL,
    PRIMARY KEY (segment, stream, class, record, number, system)
) WITHOUT ROWID, STRICT;

-- The files that came with it, so that they go when it is refused.
CREATE TABLE segment_file (
    segment BLOB NOT NULL,
    stream  BLOB NOT NULL,
    hash    BLOB NOT NULL,
    PRIMARY KEY (segment, stream, hash)
) WITHOUT ROWID, STRICT;
