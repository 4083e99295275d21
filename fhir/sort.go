package fhir

import (
	"bytes"
	"cmp"
	"slices"
	"strings"
	"time"

	"rosemary/fhir/resource"
	"rosemary/record"
	"rosemary/standard"
)

// sorting is one parameter that a result is put in order by.
type sorting struct {
	p    *resource.Parameter
	down bool
}

// sortings reads _sort.
func (c *call) sortings(kind string, s *shape) []standard.Problem {
	var problems []standard.Problem
	for _, list := range c.query["_sort"] {
		for name := range strings.SplitSeq(list, ",") {
			name, down := strings.CutPrefix(strings.TrimSpace(name), "-")
			p := c.parameter(kind, name)
			switch {
			case p == nil:
				problems = append(problems, badParameter("_sort", name, "_sort names search parameters of "+kind+", with a minus for the last one first. There is none of this name."))
			case p.Type == "composite" || p.Type == "special":
				problems = append(problems, badParameter("_sort", name, "A parameter of several values cannot be put in order. Sort by one of its parts."))
			default:
				s.sort = append(s.sort, sorting{p, down})
			}
		}
	}
	return problems
}

// mostSorted is how many resources one search puts in order.
const mostSorted = 2 * mostLooked

// mostSortedBytes is how many bytes of records these may have.
const mostSortedBytes = 8 * mostHeld

// ordered gathers what is found behind a place, in the order that was asked for. Where that is the order of the list, a page is read and no more; any other order
// must be made: all that is found at the moment is looked at, for every page.
func (c *call) ordered(src source, q *question, by []sorting, behind []byte, count int) ([]hit, bool, error) {
	if c.already(src, by) {
		return c.collect(src, q, behind, count, mostHeld)
	}
	all, more, err := c.collect(src, q, nil, mostSorted, mostSortedBytes)
	if err != nil {
		return nil, false, err
	}
	if more {
		return nil, false, &standard.Fault{Kind: standard.TooLarge, Message: "There are too many to put them in this order.", Hint: "Search for less, such as one patient or one month, or leave _sort out."}
	}
	keys := make(map[*record.Version][]key, len(all))
	for _, h := range all {
		for _, s := range by {
			keys[h.version] = append(keys[h.version], c.keyOf(h.node, s))
		}
	}
	slices.SortFunc(all, func(a, b hit) int {
		for i, s := range by {
			if order := keys[a.version][i].compare(keys[b.version][i], s.down); order != 0 {
				return order
			}
		}
		return bytes.Compare(a.version.Record[:], b.version.Record[:])
	})
	from := 0
	if len(behind) > 0 {
		from = slices.IndexFunc(all, func(h hit) bool { return string(h.version.Record[:]) == string(behind) }) + 1
		if from == 0 {
			return nil, false, badQuery([]standard.Problem{badParameter("_after", "", "What the last page ended with can no longer be seen. Begin again without it.")})
		}
	}
	page := all[from:min(from+count, len(all))]
	for i, held := 0, 0; i < len(page); i++ {
		if held += len(page[i].version.Body); held >= mostHeld {
			page = page[:i+1]
		}
	}
	for i := range page {
		page[i].behind = page[i].version.Record[:]
	}
	return page, from+len(page) < len(all), nil
}

// already says whether a source comes in an order by itself.
func (c *call) already(src source, by []sorting) bool {
	if len(by) == 0 {
		return true
	}
	s, ok := src.(*inRecord)
	if !ok || len(by) > 1 || !by[0].down {
		return false
	}
	if by[0].p.Code == "_lastUpdated" {
		s.q.Order = record.CommittedDesc
		return true
	}
	if by[0].p.Type != "date" || len(by[0].p.Paths) != 1 {
		return false
	}
	_, only := happened(s.present, by[0].p)
	return only
}

// key is what a resource is put in order by; the ones that have nothing come last.
type key struct {
	has    bool
	at     time.Time
	number standard.Number
	words  string
}

// compare puts two keys in order.
func (k key) compare(o key, down bool) int {
	if k.has != o.has {
		if k.has {
			return -1
		}
		return 1
	}
	if !k.has {
		return 0
	}
	order := cmp.Or(k.at.Compare(o.at), k.number.Cmp(o.number), strings.Compare(k.words, o.words))
	if down {
		return -order
	}
	return order
}

// keyOf gives the key of a resource: of several values the first one in the order.
func (c *call) keyOf(n *resource.Node, s sorting) (best key) {
	for _, e := range at(n, s.p) {
		if k := c.keyOfValue(e, s); k.has && (!best.has || k.compare(best, s.down) < 0) {
			best = k
		}
	}
	return best
}

func (c *call) keyOfValue(e *resource.Node, s sorting) key {
	switch s.p.Type {
	case "date":
		from, until, ok := c.span(e)
		if s.down {
			from = until
		}
		return key{has: ok, at: from}
	case "number", "quantity":
		value := e
		if e.Type.Kind != resource.Primitive {
			value = e.First("value")
		}
		if value == nil {
			return key{}
		}
		number, ok := standard.ParseNumber(value.Value)
		return key{has: ok, number: number}
	case "reference":
		return ofWords(c.literal(e))
	case "token":
		return ofWords(tokenWords(e))
	}
	return ofWords(stringWords(e))
}

func ofWords(s string) key { return key{has: s != "", words: strings.ToLower(s)} }

// tokenWords is what a code is put in order by: its code, or of an identifier its value.
func tokenWords(e *resource.Node) string {
	switch e.Type.Name {
	case "CodeableConcept":
		if coding := e.First("coding"); coding != nil {
			return coding.Text("code")
		}
		return e.Text("text")
	case "Coding":
		return e.Text("code")
	case "Identifier", "ContactPoint":
		return e.Text("value")
	}
	return e.Value
}

// stringWords is what a text is put in order by: of a name the family's first.
func stringWords(e *resource.Node) string {
	switch e.Type.Name {
	case "HumanName":
		return strings.TrimSpace(e.Text("family") + " " + e.Text("given") + " " + e.Text("text"))
	case "Address":
		return strings.TrimSpace(e.Text("line") + " " + e.Text("city") + " " + e.Text("postalCode"))
	}
	return e.Value
}
