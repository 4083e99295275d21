-- +goose Up

-- What each class was like when the projections were made or last held against it: those of its records stand while this does. No projection itself.
CREATE TABLE projected_class (
    class       TEXT PRIMARY KEY,
    fingerprint TEXT NOT NULL -- standard.Class.Fingerprint
) WITHOUT ROWID, STRICT;
