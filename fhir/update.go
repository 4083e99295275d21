package fhir

import (
	"net/http"
	"slices"
	"strings"

	"github.com/google/uuid"

	"rosemary/fhir/resource"
	"rosemary/record"
	"rosemary/standard"
)

// update answers PUT {type}/{id}: the next version of a record. With If-Match only on the version that it names. What says that it was entered in error
// marks the record so.
func (c *call) update() (*reply, error) {
	n, err := c.sentAs(c.words["type"])
	if err != nil {
		return nil, err
	}
	if n.Text("id") != c.words["id"] {
		return nil, &standard.Fault{Kind: badRequest, Message: "The resource must have the id of its address. Nothing was changed."}
	}
	return c.updateTo(n)
}

// updateTo makes of a resource the next version of the record that the path names.
func (c *call) updateTo(n *resource.Node) (*reply, error) {
	return c.nextVersion(func(*record.Version) (*resource.Node, error) { return n, nil })
}

// nextVersion makes the next version of the record that the path names, of the resource that is made of the version that stands.
func (c *call) nextVersion(of func(*record.Version) (*resource.Node, error)) (*reply, error) {
	key, err := c.idempotencyKey()
	if err != nil {
		return nil, err
	}
	v, err := c.current()
	if err != nil {
		return nil, err
	}
	if v, err = c.matched(v, key); err != nil {
		return nil, err
	}
	n, err := of(v)
	if err != nil {
		return nil, err
	}
	n.Remove(isCarried)
	w, problems := c.changed(n, v, n.Type.Name)
	if err := standard.Refuse("This could not be saved. Nothing was changed.", problems); err != nil {
		return nil, err
	}
	if err := c.commit([]*written{w}, key, "Sent as FHIR"); err != nil {
		return nil, c.precondition(err)
	}
	return c.done(http.StatusOK, w)
}

// matched gives the version that a change is made on: the one that If-Match names, which must be the current one, or else the current one. Another version goes on to the log
// only where the same change may have been made on it before, under the same key.
func (c *call) matched(v *record.Version, key uuid.UUID) (*record.Version, error) {
	given := strings.TrimPrefix(strings.TrimSpace(c.r.Header.Get("If-Match")), "W/")
	if given != "" && given != "*" {
		if given == strings.TrimPrefix(c.tag(v), "W/") {
			return v, nil
		}
		if key == uuid.Nil {
			return nil, movedOn()
		}
		return c.earlier(func(one *record.Version) bool { return given == strings.TrimPrefix(c.tag(one), "W/") })
	}
	for i := 0; key != uuid.Nil; i++ { // a transaction is a contribution for each stream
		number, sent, err := c.session.MadeOn(c.ctx, derived(key, 0), derived(key, i), v.Record)
		if err != nil {
			return nil, err
		}
		if number > 0 && number != v.Number {
			return c.earlier(func(one *record.Version) bool { return one.Number == number })
		}
		if !sent || number > 0 {
			break
		}
	}
	return v, nil
}

// earlier gives the version of the record that the path names that is meant.
func (c *call) earlier(meant func(*record.Version) bool) (*record.Version, error) {
	versions, err := c.versions()
	if err != nil {
		return nil, err
	}
	if i := slices.IndexFunc(versions, meant); i >= 0 {
		return versions[i], nil
	}
	return nil, movedOn()
}

func movedOn() error {
	return &standard.Fault{Kind: preconditionFailed, Message: "The resource has moved on since you read it. Nothing was changed.", Hint: "Read it again, make your change on that, and send it with its ETag as If-Match."}
}

// precondition says a conflict as a request with If-Match hears it.
func (c *call) precondition(err error) error {
	if standard.KindOf(err) == standard.Conflict && c.r.Header.Get("If-Match") != "" {
		return movedOn()
	}
	return err
}
