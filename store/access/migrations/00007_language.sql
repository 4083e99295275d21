-- +goose Up

-- The language that the account's holder reads pages in, as a BCP 47 tag; '' where they have not chosen one.
ALTER TABLE account ADD COLUMN language TEXT NOT NULL DEFAULT '';
