package fhir

import (
	"net/http"
	"net/url"

	"rosemary/fhir/resource"
	"rosemary/standard"
)

// create answers POST {type}: a contribution of one new record. With If-None-Exist only where no resource is like that yet.
func (c *call) create() (*reply, error) {
	n, err := c.sentAs(c.words["type"])
	if err != nil {
		return nil, err
	}
	if given := c.r.Header.Get("If-None-Exist"); given != "" {
		c.conditional.Lock()
		defer c.conditional.Unlock()
		found, err := c.existing(n.Type.Name, given)
		if err != nil || found != nil {
			return found, err
		}
	}
	return c.createOf(n)
}

// createOf makes of a resource a new record.
func (c *call) createOf(n *resource.Node) (*reply, error) {
	key, err := c.idempotencyKey()
	if err != nil {
		return nil, err
	}
	w, problems := c.newRecord(n, mint(key, 0), n.Type.Name)
	if err := standard.Refuse("This could not be saved. Nothing was changed.", problems); err != nil {
		return nil, err
	}
	if err := c.commit([]*written{w}, key, "Sent as FHIR"); err != nil {
		return nil, err
	}
	return c.done(http.StatusCreated, w)
}

// sentAs reads the resource that was sent, which must be of a type.
func (c *call) sentAs(kind string) (*resource.Node, error) {
	n, err := c.sent()
	if err != nil {
		return nil, err
	}
	if n.Type.Name != kind {
		return nil, &standard.Fault{Kind: badRequest, Message: "What was sent is a " + n.Type.Name + ", and the address is that of a " + kind + ". Nothing was changed."}
	}
	return n, nil
}

// existing answers a conditional create where there is such a resource; it gives nothing where there is none.
func (c *call) existing(kind, query string) (*reply, error) {
	values, err := url.ParseQuery(query)
	if err != nil || len(values) == 0 {
		return nil, &standard.Fault{Kind: badRequest, Message: "If-None-Exist must be the parameters of a search. Nothing was changed."}
	}
	found, err := c.matching(kind, values, 2)
	switch {
	case err != nil || len(found) == 0:
		return nil, err
	case len(found) > 1:
		return nil, &standard.Fault{Kind: preconditionFailed, Message: "More than one resource is like that already. Nothing was changed."}
	}
	return c.shown(http.StatusOK, found[0].version)
}
