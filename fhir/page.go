package fhir

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"rosemary/access"
	"rosemary/fhir/mapping"
	"rosemary/fhir/resource"
	"rosemary/record"
	"rosemary/standard"
)

// place is where a page ends: the moment that all pages are fixed at, and where the next one goes on, as a number or in the list's own form.
type place struct {
	moment record.Moment
	number int64
	behind []byte
}

const (
	usualCount  = 50
	mostCount   = 200
	proofLength = 8
)

// count reads how many entries a page is to have: more than there may be is cut down to that.
func (c *call) count() (int, []standard.Problem) {
	text := c.query.Get("_count")
	if text == "" {
		return usualCount, nil
	}
	n, err := strconv.Atoi(text)
	if errors.Is(err, strconv.ErrRange) && text[0] != '-' {
		n, err = mostCount, nil
	}
	if err != nil || n < 0 {
		return usualCount, []standard.Problem{badParameter("_count", text, "_count must be a whole number, 0 or more.")}
	}
	return min(n, mostCount), nil
}

// pageAsked reads what every search in pages is asked besides: how many, and behind which place. It refuses all that is wrong at once, with what was wrong in the rest of the question.
func (c *call) pageAsked(wrong []standard.Problem) (count int, after *place, err error) {
	count, problems := c.count()
	if err := badQuery(append(problems, wrong...)); err != nil {
		return 0, nil, err
	}
	after, err = c.after()
	return count, after, err
}

// unknownParameters gives a problem for every parameter that is not among the known ones.
func (c *call) unknownParameters(known ...string) []standard.Problem {
	var problems []standard.Problem
	for name := range c.query {
		if !slices.Contains(known, name) {
			problems = append(problems, standard.Problem{Path: name, Rule: "unknown-parameter", Value: name, Message: "There is no parameter of this name here. There are " + strings.Join(known, ", ") + "."})
		}
	}
	slices.SortFunc(problems, func(a, b standard.Problem) int { return strings.Compare(a.Path, b.Path) })
	return problems
}

// asked is the list that is asked for, whatever its page.
func (c *call) asked() url.Values {
	asked := url.Values{}
	for name, values := range c.query {
		if name != "_after" && name != "_count" && name != "_format" && name != "_pretty" {
			asked[name] = values
		}
	}
	return asked
}

// proof is a digest of the list and of a place in it.
func (c *call) proof(at []byte) []byte {
	h := sha256.New()
	h.Write([]byte(strings.TrimSuffix(c.r.URL.Path, "/_search")))
	h.Write([]byte{0})
	h.Write([]byte(c.asked().Encode()))
	h.Write([]byte{0})
	h.Write(at)
	return h.Sum(nil)[:proofLength]
}

// cursor writes a place as an opaque word, which continues the list that it belongs to and no other.
func (c *call) cursor(p place) string {
	b := binary.AppendVarint(binary.AppendUvarint([]byte{1}, uint64(p.moment)), p.number)
	b = append(b, p.behind...)
	return base64.RawURLEncoding.EncodeToString(append(c.proof(b), b...))
}

// after reads the cursor of the request; nil when the list is to begin at its beginning.
func (c *call) after() (*place, error) {
	text := c.query.Get("_after")
	if text == "" {
		return nil, nil
	}
	bad := badQuery([]standard.Problem{badParameter("_after", text, "This does not continue this list. Take the link to the next page as it stands, or begin again without it.")})
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(b) < proofLength+3 || string(c.proof(b[proofLength:])) != string(b[:proofLength]) || b[proofLength] != 1 {
		return nil, bad
	}
	b = b[proofLength+1:]
	moment, n := binary.Uvarint(b)
	if n <= 0 {
		return nil, bad
	}
	number, k := binary.Varint(b[n:])
	if k <= 0 {
		return nil, bad
	}
	return &place{moment: record.Moment(moment), number: number, behind: b[n+k:]}, nil
}

// viewAt is the view of now, or of the moment that the pages before were fixed at.
func (c *call) viewAt(p *place) (*access.View, error) {
	if p == nil || p.moment == 0 {
		return c.view()
	}
	v, err := c.session.View(c.ctx, access.At{Moment: p.moment})
	if err == nil {
		c.seen = v
	}
	return v, err
}

// newBundle begins a Bundle with the link that says what was asked.
func (c *call) newBundle(kind string) *resource.Node {
	b := newResource(c.m.Definitions, "Bundle")
	b.Set("type", kind)
	return b
}

// pageLinks adds what was asked, and where it goes on.
func (c *call) pageLinks(b *resource.Node, p place, more bool) {
	address := func(q url.Values) string {
		u := c.base() + strings.TrimSuffix(strings.TrimPrefix(c.r.URL.Path, Root), "/_search")
		if len(q) > 0 {
			u += "?" + q.Encode()
		}
		return u
	}
	link := func(relation, to string) {
		l := b.Add("link")
		l.Set("relation", relation)
		l.Set("url", to)
	}
	self := c.asked()
	if c.query.Has("_count") { // as many as a page really has
		used, _ := c.count()
		self.Set("_count", strconv.Itoa(used))
	}
	next := url.Values{}
	for name, values := range self {
		next[name] = values
	}
	if after := c.query.Get("_after"); after != "" {
		self.Set("_after", after)
	}
	link("self", address(self))
	if more {
		next.Set("_after", c.cursor(p))
		link("next", address(next))
	}
}

func (c *call) idOf(v *record.Version) string { return mapping.ID(v.Stream, v.Record) }
