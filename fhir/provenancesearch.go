package fhir

import (
	"net/http"
	"strings"
	"time"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/fhir/mapping"
	"rosemary/fhir/resource"
	"rosemary/record"
	"rosemary/standard"
)

// provenanceParameters can be searched by.
var provenanceParameters = []struct{ name, kind string }{{"target", "reference"}, {"patient", "reference"}, {"agent", "reference"}, {"recorded", "date"}}

// provenanceAsk is what a search for Provenance asks.
type provenanceAsk struct {
	kind        string // of the target
	stream, rec uuid.UUID
	patient     uuid.UUID
	agent       string
	from, until time.Time
}

// askedProvenance reads the parameters, all faults at once.
func (c *call) askedProvenance() (a provenanceAsk, problems []standard.Problem) {
	known := []string{"_count", "_after", "_format", "_pretty"}
	some := false
	for _, p := range provenanceParameters {
		known = append(known, p.name)
		some = some || c.query.Get(p.name) != ""
	}
	problems = c.unknownParameters(known...)
	var ok bool
	if text := c.local(c.query.Get("target")); text != "" || !some {
		var id string
		a.kind, id, _ = resource.SplitReference(text)
		if a.stream, a.rec, ok = mapping.ParseID(id); !ok {
			problems = append(problems, badParameter("target", text, "Say of what: target=Type/id. Every change of that resource has one. Or search by patient, agent or recorded."))
		}
	}
	if text := c.query.Get("patient"); text != "" {
		var rec uuid.UUID
		if a.patient, rec, ok = mapping.ParseID(strings.TrimPrefix(c.local(text), "Patient/")); !ok || rec != a.patient {
			problems = append(problems, badParameter("patient", text, "This is no reference to a Patient here."))
		}
	}
	if text := c.local(c.query.Get("agent")); text != "" {
		if a.agent = text[strings.LastIndex(text, "/")+1:]; uuid.Validate(a.agent) != nil {
			if _, _, ok := mapping.ParseID(a.agent); !ok {
				problems = append(problems, badParameter("agent", text, "This is no reference to somebody here: Practitioner/ID."))
			}
		}
	}
	var bad []standard.Problem
	a.from, a.until, bad = c.whenIn("recorded")
	return a, append(problems, bad...)
}

// whenIn reads between what times the dates of a parameter lie: at or after one, before the other.
func (c *call) whenIn(name string) (from, until time.Time, problems []standard.Problem) {
	for _, text := range c.query[name] {
		prefix, s := cutPrefix(text)
		begins, ends, ok := standard.Interval(standard.DateTime(s), nil, c.Zone)
		switch {
		case !ok || prefix == "?" || prefix == "ne" || prefix == "ap":
			problems = append(problems, badParameter(name, text, "Write a date or a date and time, with a prefix such as ge or lt where it is needed: ge2026-03-04."))
			continue
		case prefix == "gt" || prefix == "sa":
			from = latest(from, ends)
		case prefix == "lt" || prefix == "eb":
			until = earliest(until, begins)
		}
		if prefix == "eq" || prefix == "ge" {
			from = latest(from, begins)
		}
		if prefix == "eq" || prefix == "le" {
			until = earliest(until, ends)
		}
	}
	return from, until, problems
}

// fits holds a Provenance against what is asked.
func (a *provenanceAsk) fits(n *resource.Node, at time.Time) bool {
	if n == nil || at.Before(a.from) || !a.until.IsZero() && !at.Before(a.until) {
		return false
	}
	if a.kind != "" && !strings.HasPrefix(n.Text("target", "reference"), a.kind+"/"+mapping.ID(a.stream, a.rec)+"/") {
		return false
	}
	if a.agent == "" {
		return true
	}
	for _, agent := range n.All("agent") {
		if strings.HasSuffix(agent.Text("who", "reference"), "/"+a.agent) {
			return true
		}
	}
	return false
}

// searchProvenance answers GET Provenance: of one record and of one person the oldest first, of all others the latest first.
func (c *call) searchProvenance() (*reply, error) {
	ask, wrong := c.askedProvenance()
	count, after, err := c.pageAsked(wrong)
	if err != nil {
		return nil, err
	}
	view, err := c.viewAt(after)
	if err != nil {
		return nil, err
	}
	b := c.newBundle("searchset")
	if ask.kind != "" {
		all, err := c.provenancesOf(ask.stream, ask.rec)
		if err != nil {
			return nil, err
		}
		for _, n := range all {
			at, err := time.Parse(time.RFC3339Nano, n.Text("recorded"))
			if err == nil && ask.fits(n, at) && (ask.patient == uuid.Nil || ask.patient == ask.stream) {
				c.addFound(b, n, "match")
			}
		}
		c.pageLinks(b, place{}, false)
		return &reply{status: http.StatusOK, node: b}, nil
	}
	at := record.Moment(0)
	if after != nil {
		at = record.Moment(after.number)
	}
	at, goesOn, err := c.provenances(view, &ask, b, at, count)
	if err != nil {
		return nil, err
	}
	c.pageLinks(b, place{moment: view.Moment(), number: int64(at)}, goesOn)
	return &reply{status: http.StatusOK, node: b}, nil
}

// provenances goes through what was committed about a person, or about anybody, from a moment on, and appends what fits: at least so many, for what was committed together stays together.
func (c *call) provenances(view *access.View, ask *provenanceAsk, b *resource.Node, at record.Moment, count int) (record.Moment, bool, error) {
	found := 0
	return c.committed(view, ask.patient, ask.from, at, func(sealed *record.Sealed) (bool, error) {
		for _, ch := range sealed.Changes {
			n, err := c.provenance(sealed.Stream, access.LogEntry{Contribution: &sealed.Contribution, Change: ch}, madeBy(sealed, ch))
			if err != nil {
				return false, err
			}
			if ask.fits(n, sealed.Committed) {
				c.addFound(b, n, "match")
				found++
			}
		}
		return found < count, nil
	})
}
