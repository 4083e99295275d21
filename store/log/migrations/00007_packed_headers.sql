-- +goose Up

-- Headers are kept packed (pack.go). One from before is its own packed form.
CREATE TABLE contribution_packed (
    moment    INTEGER PRIMARY KEY, -- gapless, from 1
    stream    BLOB NOT NULL,
    sequence  INTEGER NOT NULL,    -- position in the stream, from 1
    id        BLOB NOT NULL,
    committed INTEGER NOT NULL,    -- microseconds since 1970, UTC; rises with the moment
    hash      BLOB NOT NULL,
    header    BLOB NOT NULL,
    salts     BLOB NOT NULL,       -- 16 bytes for each version
    bodies    TEXT NOT NULL        -- the versions' bytes, a newline between them: canonical JSON holds none
) STRICT;
INSERT INTO contribution_packed (moment, stream, sequence, id, committed, hash, header, salts, bodies)
    SELECT moment, stream, sequence, id, committed, hash, CAST(header AS BLOB), salts, bodies FROM contribution ORDER BY moment;
DROP TABLE contribution;
ALTER TABLE contribution_packed RENAME TO contribution;
CREATE UNIQUE INDEX contribution_place ON contribution (stream, sequence);
CREATE UNIQUE INDEX contribution_id ON contribution (id);
