package fhir

import (
	"net/http"

	"rosemary/record"
	"rosemary/standard"
)

// read answers GET {type}/{id}: the resource as it stands. What was entered in error is gone; its versions are still there.
func (c *call) read() (*reply, error) {
	v, err := c.current()
	if err != nil {
		return nil, err
	}
	if v.Status == record.EnteredInError {
		return nil, enteredInError()
	}
	if c.holds(v) {
		return &reply{status: http.StatusNotModified, header: c.stamped(v)}, nil
	}
	return c.shown(http.StatusOK, v)
}

// current gives the version that stands of the record that the path names.
func (c *call) current() (*record.Version, error) {
	stream, rec, err := c.addressed()
	if err != nil {
		return nil, err
	}
	view, err := c.view()
	if err != nil {
		return nil, err
	}
	v, err := view.Record(c.ctx, stream, rec)
	if err != nil {
		return nil, err
	}
	if err := c.mustBe(v); err != nil {
		return nil, err
	}
	return v, c.standing(v)
}

// standing refuses a version whose content was lawfully destroyed.
func (c *call) standing(v *record.Version) error {
	if len(v.Body) > 0 {
		return nil
	}
	return &standard.Fault{Kind: standard.Gone, Message: "The content of this version was lawfully destroyed."}
}

func enteredInError() error {
	return &standard.Fault{Kind: standard.Gone, Message: "This was entered in error and no longer counts.", Hint: "Its versions can still be read, under _history."}
}
