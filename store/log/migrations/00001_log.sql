-- +goose Up

-- The truth: one row per contribution. Small columns first, so that chains are walked without reading bodies.
CREATE TABLE contribution (
    moment    INTEGER PRIMARY KEY, -- gapless, from 1
    stream    BLOB NOT NULL,
    sequence  INTEGER NOT NULL,    -- position in the stream, from 1
    id        BLOB NOT NULL,
    committed INTEGER NOT NULL,    -- microseconds since 1970, UTC; rises with the moment
    hash      BLOB NOT NULL,
    header    TEXT NOT NULL,
    salts     BLOB NOT NULL,       -- 16 bytes for each version
    bodies    TEXT NOT NULL        -- the versions' bytes, a newline between them: canonical JSON holds none
) STRICT;
CREATE UNIQUE INDEX contribution_place ON contribution (stream, sequence);
CREATE UNIQUE INDEX contribution_id ON contribution (id);

-- All below this line are projections, but for checkpoint and tree.

CREATE TABLE stream (
    uid    BLOB PRIMARY KEY,
    kind   TEXT NOT NULL,    -- person or directory
    class  TEXT NOT NULL,    -- of the record that opened it
    opened INTEGER NOT NULL  -- moment
) WITHOUT ROWID, STRICT;

CREATE TABLE version (
    stream         BLOB NOT NULL,
    class          TEXT NOT NULL,
    happened_from  INTEGER NOT NULL, -- seconds since 1970, UTC, inclusive
    from_moment    INTEGER NOT NULL,
    record         BLOB NOT NULL,
    number         INTEGER NOT NULL,
    system         TEXT NOT NULL,
    happened_until INTEGER NOT NULL, -- exclusive
    until_moment   INTEGER NOT NULL, -- 9223372036854775807: current
    status         INTEGER NOT NULL, -- 1 complete, 2 incomplete, 3 entered in error
    sensitivity    INTEGER NOT NULL, -- 1 normal, 2 sensitive, 3 confidential
    ordinal        INTEGER NOT NULL, -- position among the versions of the contribution, from 0
    body_offset    INTEGER NOT NULL, -- in bytes
    body_length    INTEGER NOT NULL,
    title          TEXT NOT NULL,
    PRIMARY KEY (stream, class, happened_from, from_moment, record)
) WITHOUT ROWID, STRICT;
CREATE INDEX version_record ON version (stream, record, number);

-- Contributions that name a version of a record and create none: attested, ratified, disclosed.
CREATE TABLE change_on (
    stream BLOB NOT NULL,
    record BLOB NOT NULL,
    moment INTEGER NOT NULL,
    PRIMARY KEY (stream, record, moment)
) WITHOUT ROWID, STRICT;

CREATE TABLE person (
    stream       BLOB NOT NULL,
    from_moment  INTEGER NOT NULL,
    until_moment INTEGER NOT NULL,
    family_key   TEXT NOT NULL, -- names as they are sorted
    given_key    TEXT NOT NULL,
    search       TEXT NOT NULL, -- all names as they are searched, a space before each word
    nhs          TEXT NOT NULL, -- digits only
    given        TEXT NOT NULL,
    family       TEXT NOT NULL,
    preferred    TEXT NOT NULL,
    born         TEXT NOT NULL,
    died         TEXT NOT NULL,
    gender       TEXT NOT NULL,
    nhs_number   TEXT NOT NULL,
    nhs_status   TEXT NOT NULL,
    restricted   INTEGER NOT NULL,
    PRIMARY KEY (stream, from_moment)
) WITHOUT ROWID, STRICT;
CREATE INDEX person_nhs ON person (nhs) WHERE nhs <> '';

CREATE TABLE placement (
    stream       BLOB NOT NULL,
    record       BLOB NOT NULL,
    from_moment  INTEGER NOT NULL,
    until_moment INTEGER NOT NULL,
    place        BLOB NOT NULL,
    day_from     TEXT NOT NULL, -- first day, '' open
    day_until    TEXT NOT NULL, -- last day, '' open
    room         TEXT NOT NULL,
    PRIMARY KEY (stream, record, from_moment)
) WITHOUT ROWID, STRICT;

-- Who works with whom is looked at as it is now, whatever moment a view is fixed at.
CREATE TABLE works_with (
    stream    BLOB NOT NULL,
    record    BLOB NOT NULL,
    worker    BLOB NOT NULL,
    day_until TEXT NOT NULL, -- last day, '' open
    PRIMARY KEY (stream, record)
) WITHOUT ROWID, STRICT;

-- Who must not see a version: whom it excludes itself, and whom the one that is current now excludes, whatever moment a view is fixed at.
CREATE TABLE exclusion (
    stream       BLOB NOT NULL,
    worker       BLOB NOT NULL,
    record       BLOB NOT NULL,
    from_moment  INTEGER NOT NULL, -- of the version that excludes
    until_moment INTEGER NOT NULL, -- 9223372036854775807: it is current
    PRIMARY KEY (stream, worker, record, from_moment)
) WITHOUT ROWID, STRICT;

CREATE TABLE directory (
    uid          BLOB NOT NULL,
    from_moment  INTEGER NOT NULL,
    until_moment INTEGER NOT NULL,
    class        TEXT NOT NULL,
    name         TEXT NOT NULL,
    name_key     TEXT NOT NULL, -- as it is sorted
    PRIMARY KEY (uid, from_moment)
) WITHOUT ROWID, STRICT;

-- The proof's own truths.
CREATE TABLE checkpoint (
    size   INTEGER PRIMARY KEY,
    root   BLOB NOT NULL,
    signed TEXT NOT NULL,
    at     INTEGER NOT NULL -- microseconds since 1970, UTC
) STRICT;

CREATE TABLE tree (
    chunk  INTEGER PRIMARY KEY,
    hashes BLOB NOT NULL -- up to 256 of the tree's stored hashes, from position 256 × chunk
) STRICT;

-- Which catalogue the projections were made with: with another they are made anew. No projection itself.
CREATE TABLE projected (
    one       INTEGER PRIMARY KEY CHECK (one = 1),
    catalogue TEXT NOT NULL -- standard.Catalogue.Hash
) STRICT;
