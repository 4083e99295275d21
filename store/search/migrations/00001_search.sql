-- +goose Up

-- How far the full-text index follows the log. The index itself is two tables whose names end in the generation: a damaged one is left behind and a new
-- one begun. See index.go.
CREATE TABLE search_state (
    one        INTEGER PRIMARY KEY CHECK (one = 1),
    generation INTEGER NOT NULL,
    up_to      INTEGER NOT NULL, -- the last moment that is indexed
    catalogue  TEXT NOT NULL,    -- standard.Catalogue.Hash: titles and displays are read with the class files
    purge      INTEGER NOT NULL  -- 0: nothing to do; 1: what was forgotten is still in the index's pages; 2: its pages are being written anew
) STRICT;
