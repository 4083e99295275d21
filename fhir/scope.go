package fhir

import (
	"net/http"
	"slices"
	"strings"

	"rosemary/access"
	"rosemary/fhir/definition"
)

// writesBy is what each method of an entry of a transaction does.
var writesBy = map[string]access.Interaction{
	http.MethodPost: access.Creates, http.MethodPut: access.Updates, http.MethodPatch: access.Updates, http.MethodDelete: access.Deletes,
}

// needOf is what the scopes of a client must allow for an interaction, by its name.
var needOf = map[string]access.Interaction{
	"read": access.Reads, "vread": access.Reads, "history-instance": access.Reads, "history-type": access.Reads, "history-system": access.Reads,
	"search-type": access.Searches, "search-system": access.Searches, "create": access.Creates, "update": access.Updates, "patch": access.Updates, "delete": access.Deletes,
	"$everything": access.Reads, "$meta": access.Reads, "$validate": access.Looks | access.Writes,
}

// everyEntry are the interactions whose entries are each held against the scopes by themselves.
var everyEntry = map[string]bool{"transaction": true, "batch": true}

// need says what a route needs of the scopes, and with which type of resource. A route of which the table does not say it needs every right to every type: so
// that what is added here is shut to clients until somebody has thought about it.
func (c *call) need() (any access.Interaction, kind string) {
	r := c.route
	first, _, _ := strings.Cut(strings.TrimPrefix(r.path, "/"), "/")
	switch {
	case c.words["type"] != "":
		kind = c.words["type"]
	case first != "" && first[0] >= 'A' && first[0] <= 'Z':
		kind = first
	}
	if any = r.needs; any == 0 {
		any = needOf[r.name]
	}
	return any, kind
}

// inScope refuses a request that the scopes of the client do not allow. Every request and every entry of a batch passes here; what a request then sees and writes is held
// against the scopes once more, class by class, by the session itself.
func (c *call) inScope() error {
	if c.session == nil || c.route.open || c.route.nobody || everyEntry[c.route.name] {
		return nil
	}
	if _, cut := c.session.Licence(); !cut {
		return nil
	}
	any, kind := c.need()
	switch {
	case slices.Contains(definition.Types(), kind): // about nobody
		return nil
	case any == 0: // nobody has said what it needs
		for _, all := range []access.Interaction{access.Creates, access.Reads, access.Updates, access.Deletes, access.Searches} {
			if err := c.session.MustWith(c.ctx, all, access.AnyKind); err != nil {
				return err
			}
		}
		return nil
	case kind == "": // of the whole server: what of it is seen, the session decides
		return c.session.MustWithSome(c.ctx, any)
	}
	return c.session.MustWith(c.ctx, any, kind)
}

// kindOf is what a class of records is called in scopes.
func (c *call) kindOf(class string) string {
	m, ok := c.m.ByClass(class)
	if !ok {
		return ""
	}
	return m.Resource.Name
}
