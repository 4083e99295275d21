-- +goose Up

-- SHA-1 of the plain content, for those who compare files by it, as FHIR has it. It proves nothing, and nothing here relies on it. NULL: received before it was noted.
ALTER TABLE attachment ADD COLUMN sha1 BLOB;
