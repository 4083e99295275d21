package fhir

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"rosemary/access"
	"rosemary/fhir/mapping"
	"rosemary/fhir/resource"
	"rosemary/record"
	"rosemary/standard"
)

// compositionParameters can be searched by.
var compositionParameters = []struct{ name, kind string }{
	{"_id", "token"}, {"_lastUpdated", "date"}, {"patient", "reference"}, {"subject", "reference"}, {"author", "reference"}, {"date", "date"},
}

// entryInclusion is what of a Composition can come with it.
const entryInclusion = "Composition:entry"

// compositionAsk is what a search for Compositions asks.
type compositionAsk struct {
	ids         []string    // none: any
	people      []uuid.UUID // one of whom it must be about; none: anybody
	nothing     bool        // what is asked for cannot be
	authors     []string    // ids, one of which it must be; none: any
	from, until time.Time
	entries     bool // what they list comes too
}

// askedCompositions reads the parameters, all faults at once.
func (c *call) askedCompositions() (a compositionAsk, problems []standard.Problem) {
	known := []string{"_count", "_after", "_format", "_pretty", "_include"}
	for _, p := range compositionParameters {
		known = append(known, p.name)
	}
	problems = c.unknownParameters(known...)
	for _, list := range slices.Concat(c.query["patient"], c.query["subject"]) {
		var some []uuid.UUID
		for _, text := range strings.Split(list, ",") {
			if stream, rec, ok := mapping.ParseID(strings.TrimPrefix(c.local(text), "Patient/")); ok && stream == rec {
				some = append(some, stream)
			}
		}
		if a.people != nil {
			some = slices.DeleteFunc(some, func(uid uuid.UUID) bool { return !slices.Contains(a.people, uid) })
		}
		a.people, a.nothing = some, a.nothing || len(some) == 0
	}
	if a.ids = words(c.query["_id"]); len(a.ids) > mostCount {
		problems = append(problems, badParameter("_id", "", "Ask for at most 200 at once."))
	}
	for _, text := range words(c.query["author"]) {
		a.authors = append(a.authors, text[strings.LastIndex(text, "/")+1:])
	}
	for _, name := range []string{"date", "_lastUpdated"} { // a Composition is dated by when it was committed, and never changes
		from, until, bad := c.whenIn(name)
		problems = append(problems, bad...)
		if a.from = latest(a.from, from); !until.IsZero() {
			a.until = earliest(a.until, until)
		}
	}
	for _, text := range c.query["_include"] {
		if a.entries = text == entryInclusion; !a.entries {
			problems = append(problems, badParameter("_include", text, "Of a Composition its entries can be included: "+entryInclusion+". All that it refers to is in its $document."))
		}
	}
	return a, problems
}

// fits holds a contribution against what is asked of it.
func (a *compositionAsk) fits(sealed *record.Sealed) bool {
	return !sealed.Committed.Before(a.from) && (a.until.IsZero() || sealed.Committed.Before(a.until)) && (len(a.people) == 0 || slices.Contains(a.people, sealed.Stream)) &&
		(len(a.ids) == 0 || slices.Contains(a.ids, sealed.ID.String()))
}

// by says whether one of the authors that are asked for wrote it.
func (a *compositionAsk) by(n *resource.Node) bool {
	return len(a.authors) == 0 || slices.ContainsFunc(n.All("author"), func(author *resource.Node) bool {
		reference := author.Text("reference")
		return slices.Contains(a.authors, reference[strings.LastIndex(reference, "/")+1:])
	})
}

// searchCompositions answers GET Composition: those of one person the oldest first, of all whom the asker may see the latest first.
func (c *call) searchCompositions() (*reply, error) {
	if err := c.posted(); err != nil {
		return nil, err
	}
	ask, wrong := c.askedCompositions()
	count, after, err := c.pageAsked(wrong)
	if err != nil {
		return nil, err
	}
	view, err := c.viewAt(after)
	if err != nil {
		return nil, err
	}
	b := c.newBundle("searchset")
	at := record.Moment(0)
	if after != nil {
		at = record.Moment(after.number)
	}
	found := &foundCompositions{c: c, ask: &ask, there: map[string]bool{}}
	goesOn := false
	switch {
	case ask.nothing || count == 0:
	case len(ask.ids) > 0:
		err = found.named()
	default:
		patient := uuid.Nil
		if len(ask.people) == 1 {
			patient = ask.people[0]
		}
		at, goesOn, err = c.committed(view, patient, ask.from, at, func(sealed *record.Sealed) (bool, error) {
			err := found.look(sealed)
			return len(found.matches) < count && found.changes < mostChanges, err
		})
		if patient != uuid.Nil && standard.KindOf(err) == standard.NotFound { // somebody whom the reader may not see has no records
			err = nil
		}
	}
	if err != nil {
		return nil, err
	}
	for _, n := range found.matches {
		c.addFound(b, n, "match")
	}
	for _, n := range found.included {
		c.addFound(b, n, "include")
	}
	c.pageLinks(b, place{moment: view.Moment(), number: int64(at)}, goesOn)
	return &reply{status: http.StatusOK, node: b}, nil
}

// mostChanges is how many changes the Compositions of one page may list before it ends: one holds up to a thousand, and what became of each is looked up.
const mostChanges = 2000

// foundCompositions gathers what is found.
type foundCompositions struct {
	c                 *call
	ask               *compositionAsk
	matches, included []*resource.Node
	there             map[string]bool // references to what is included
	changes           int             // of the contributions that were taken
}

// named looks at those that are asked for by their ids.
func (f *foundCompositions) named() error {
	for _, id := range slices.Compact(slices.Sorted(slices.Values(f.ask.ids))) {
		sealed, err := f.c.committedAs(id, (*access.View).ContributionTo)
		if standard.KindOf(err) == standard.NotFound {
			continue
		}
		if err == nil {
			err = f.look(sealed)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// look takes a contribution if it is what is asked for.
func (f *foundCompositions) look(sealed *record.Sealed) error {
	if !f.ask.fits(sealed) {
		return nil
	}
	kind, err := f.c.seen.Kind(f.c.ctx, sealed.Stream)
	if err != nil || kind != standard.PersonStream {
		return err
	}
	n, err := f.c.composition(sealed)
	if err != nil || n == nil || !f.ask.by(n) {
		return err
	}
	f.matches = append(f.matches, n)
	f.changes += len(sealed.Changes)
	if !f.ask.entries {
		return nil
	}
	for _, section := range n.All("section") {
		for _, entry := range section.All("entry") {
			reference := entry.Text("reference")
			if reference == "" || f.there[reference] {
				continue
			}
			f.there[reference] = true
			other, err := f.c.asItWas(sealed, reference)
			if err != nil {
				return err
			}
			if other == nil {
				continue
			}
			if f.included = append(f.included, other); len(f.included) > mostIncluded {
				return tooManyIncluded()
			}
		}
	}
	return nil
}

// asItWas gives the resource of a version that a contribution made or is about; nil where there is nothing of it any more.
func (c *call) asItWas(sealed *record.Sealed, reference string) (*resource.Node, error) {
	_, id, name := resource.SplitReference(reference)
	stream, rec, ok := mapping.ParseID(id)
	if !ok {
		return nil, nil
	}
	list := sealed.Versions
	if !slices.ContainsFunc(list, func(v *record.Version) bool { return v.Record == rec && c.versionID(v) == name }) {
		var err error
		if list, err = c.seen.Versions(c.ctx, stream, rec); standard.KindOf(err) == standard.NotFound {
			return nil, nil
		} else if err != nil {
			return nil, err
		}
	}
	for _, v := range list {
		if v.Stream == stream && v.Record == rec && c.versionID(v) == name && len(v.Body) > 0 {
			return c.show(v)
		}
	}
	return nil, nil
}

// committed goes through what was committed from a moment on, to one person's record the oldest first or, with no person, to any the latest first and no earlier than a time, until fn wants
// no more. The work is bounded: it may go on though fn wants more.
func (c *call) committed(view *access.View, patient uuid.UUID, since time.Time, at record.Moment, fn func(*record.Sealed) (more bool, err error)) (record.Moment, bool, error) {
	for looked := 0; looked < 20; looked++ {
		var list []*record.Sealed
		var err error
		more := false
		if patient != uuid.Nil {
			if list, more, err = view.CommittedTo(c.ctx, patient, at, 200); err == nil && len(list) > 0 {
				at = list[len(list)-1].Moment
			}
		} else {
			var next record.Moment
			list, next, err = view.Latest(c.ctx, at, 200)
			at, more = next, next > 0
		}
		if err != nil {
			return 0, false, err
		}
		for i, sealed := range list {
			if patient == uuid.Nil && sealed.Committed.Before(since) {
				return 0, false, nil
			}
			on, err := fn(sealed)
			if err != nil {
				return 0, false, err
			}
			if on {
				continue
			}
			switch {
			case patient != uuid.Nil:
				return sealed.Moment, more || i+1 < len(list), nil
			case i+1 < len(list):
				return list[i+1].Moment, true, nil
			}
			return at, more, nil
		}
		if !more {
			return 0, false, nil
		}
	}
	return at, true, nil
}
