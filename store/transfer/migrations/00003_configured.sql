-- +goose Up

-- Systems that stand in a file of the configuration are changed there, and removed there.
ALTER TABLE exchange_peer ADD COLUMN configured INTEGER NOT NULL DEFAULT 0; -- 1: it does
