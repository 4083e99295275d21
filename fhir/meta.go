package fhir

import (
	"net/http"

	"rosemary/record"
	"rosemary/standard"
)

// meta answers GET {type}/{id}/$meta: profiles, tags and labels of a resource, without what it says.
func (c *call) meta() (*reply, error) {
	v, err := c.current()
	if err != nil {
		return nil, err
	}
	if v.Status == record.EnteredInError {
		return nil, enteredInError()
	}
	n, err := c.show(v)
	if err != nil {
		return nil, err
	}
	out := newResource(c.m.Definitions, "Parameters")
	p := out.Add("parameter")
	p.Set("name", "return")
	value := p.Add("valueMeta")
	for _, e := range n.First("meta").Nodes {
		value.AddCopy(e)
	}
	return &reply{status: http.StatusOK, header: c.stamped(v), node: out}, nil
}

// noMeta answers $meta-add and $meta-delete, which would change a record without making a version of it.
func (c *call) noMeta() (*reply, error) {
	return nil, &standard.Fault{Kind: methodNotAllowed, Message: "Labels are not changed apart from what they stand on: every change here is a version, with who made it and why. Nothing was changed.",
		Hint: "Read the resource, change its meta, and send it as an update. How sensitive a record is, and whether it counts, is decided in the record."}
}
