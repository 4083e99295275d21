package fhir

import (
	"net/http"

	"rosemary/record"
)

// delete answers DELETE {type}/{id}: the record is marked as entered in error, and stays to be read under its versions.
func (c *call) delete() (*reply, error) {
	key, err := c.idempotencyKey()
	if err != nil {
		return nil, err
	}
	v, err := c.current()
	if err != nil {
		return nil, err
	}
	if v.Status == record.EnteredInError {
		return &reply{status: http.StatusNoContent, header: http.Header{"Etag": {c.tag(v)}}}, nil
	}
	if v, err = c.matched(v, key); err != nil {
		return nil, err
	}
	if err := c.commit([]*written{c.mistaken(v, c.words["type"])}, key, "Deleted through FHIR: entered in error"); err != nil {
		return nil, c.precondition(err)
	}
	return &reply{status: http.StatusNoContent}, nil
}

// mistaken prepares the mark that a record was entered in error.
func (c *call) mistaken(v *record.Version, at string) *written {
	return &written{stream: v.Stream, rec: v.Record, number: v.Number + 1, at: at,
		change: record.ProposedChange{Type: record.MarkError, Record: v.Record, Expected: v.Number}}
}
