-- +goose Up

-- What somebody wrote on a colleague's device without being signed in: the name that they gave, and who of the directory that was, as a person has said since; 16 zero bytes: nobody has.
ALTER TABLE outbox_entry ADD COLUMN says TEXT NOT NULL DEFAULT '';
ALTER TABLE outbox_entry ADD COLUMN owner BLOB NOT NULL DEFAULT x'00000000000000000000000000000000';
