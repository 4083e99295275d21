-- +goose Up

-- Ids of records are made from the time (UUID 7): sorted by them, what is new stands together, whoever it is about, and a group of commits changes one page of the index instead of one
-- for each person.
DROP INDEX version_record;
CREATE INDEX version_record ON version (record, stream, number);
