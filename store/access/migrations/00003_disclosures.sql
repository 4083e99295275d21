-- +goose Up

-- The few batches that hold disclosures: by the word that every line of one carries, and by the action of those that were written before there was that word.
CREATE INDEX trail_disclosing ON trail (seq) WHERE instr(lines, '"action":"export"') > 0 OR instr(lines, '"disclosure":true') > 0;
