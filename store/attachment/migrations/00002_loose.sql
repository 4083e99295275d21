-- +goose Up

-- Since when a file waits for a record that names it: the last time that somebody sent it. 0: a record names it, or it came from another system.
ALTER TABLE attachment ADD COLUMN loose INTEGER NOT NULL DEFAULT 0;

-- Since when it is about to be swept away: nobody may name it any more unless they send it again. 0: it is not.
ALTER TABLE attachment ADD COLUMN going INTEGER NOT NULL DEFAULT 0;

UPDATE attachment SET loose = kept WHERE (stream, hash) IN (SELECT stream, hash FROM attachment_sent);

CREATE INDEX attachment_loose ON attachment (loose) WHERE loose > 0;
