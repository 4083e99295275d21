package fhir

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/fhir/resource"
	"rosemary/record"
	"rosemary/standard"
)

// mostDocument is how many resources a document may have: all that one contribution holds, and as many again that they refer to.
const mostDocument = 2 * record.MaxChanges

// document answers Composition/{id}/$document: the Composition, what it refers to, and what that refers to, as a Bundle of one moment. It is made anew each time and not kept.
func (c *call) document() (*reply, error) {
	if err := c.documentAsked(); err != nil {
		return nil, err
	}
	sealed, n, err := c.composed((*access.View).Document)
	if err != nil {
		return nil, err
	}
	b := c.newBundle("document")
	id := b.Add("identifier")
	id.Set("system", "urn:ietf:rfc:3986")
	id.Set("value", uuid.New().URN())
	b.Set("timestamp", instant(c.Now()))
	d := &documenting{c: c, sealed: sealed, bundle: b, there: map[string]bool{}, asked: map[string]bool{}}
	d.add(n)
	near, err := d.referredBy(n)
	if err != nil {
		return nil, err
	}
	for _, one := range near {
		if _, err := d.referredBy(one); err != nil {
			return nil, err
		}
	}
	return &reply{status: http.StatusOK, node: b}, nil
}

// documentAsked reads the parameters, in the address or as Parameters.
func (c *call) documentAsked() error {
	if c.inner && c.entry != nil || !c.inner && c.r.Method == http.MethodPost && c.r.ContentLength != 0 {
		n, err := c.sentAs("Parameters")
		if err != nil {
			return err
		}
		for _, p := range n.All("parameter") {
			c.query.Add(p.Text("name"), p.Text("value"))
		}
	}
	problems := c.unknownParameters("persist", "_format", "_pretty")
	for _, text := range c.query["persist"] {
		if keep, err := strconv.ParseBool(text); err != nil {
			problems = append(problems, badParameter("persist", text, "persist may be false."))
		} else if keep {
			problems = append(problems, badParameter("persist", text, "A document is made when it is asked for and not kept here: what it is made of is kept for good, and only as much of it as the asker may see is in it. Keep the answer where it is needed."))
		}
	}
	return badQuery(problems)
}

// documenting puts a document together.
type documenting struct {
	c       *call
	sealed  *record.Sealed
	bundle  *resource.Node
	entries int
	there   map[string]bool // resources, with their versions
	asked   map[string]bool // references that were followed
}

// add appends a resource, and says whether it was not there yet.
func (d *documenting) add(n *resource.Node) bool {
	key := n.Type.Name + "/" + n.Text("id") + "/" + n.Text("meta", "versionId")
	if d.there[key] {
		return false
	}
	d.there[key] = true
	d.entries++
	e := d.bundle.Add("entry")
	e.Set("fullUrl", d.c.base()+"/"+n.Type.Name+"/"+n.Text("id"))
	e.AddResource("resource", n)
	return true
}

// referredBy adds what a resource refers to, as far as the asker may see it, and gives what was added. What a Composition says of other documents stays outside.
func (d *documenting) referredBy(n *resource.Node) (added []*resource.Node, err error) {
	var references []string
	n.Walk(n.Type.Name, func(_ string, e *resource.Node) bool {
		if e.Type != nil && e.Type.Name == "Reference" {
			references = append(references, strings.TrimPrefix(e.Text("reference"), d.c.base()+"/"))
		}
		return e.Field == nil || e.Field.Name != "relatesTo"
	})
	for _, reference := range references {
		kind, _, _ := resource.SplitReference(reference)
		if d.asked[reference] || strings.Contains(reference, "://") || len(d.c.m.ClassesOf(kind)) == 0 {
			continue
		}
		d.asked[reference] = true
		other, err := d.found(reference)
		if err != nil {
			return nil, err
		}
		if other == nil || !d.add(other) {
			continue
		}
		if added = append(added, other); d.entries > mostDocument {
			return nil, &standard.Fault{Kind: standard.TooLarge, Message: "The document would hold more than " + strconv.Itoa(mostDocument) + " resources.", Hint: "Read what the Composition lists one by one, or the person with $everything."}
		}
	}
	return added, nil
}

// found gives what a reference means: the version that it names, or what stands.
func (d *documenting) found(reference string) (*resource.Node, error) {
	if _, _, version := resource.SplitReference(reference); version != "" {
		return d.c.asItWas(d.sealed, reference)
	}
	return d.c.pointedAt(reference)
}
