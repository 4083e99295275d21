package fhir

import (
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/cockroachdb/apd/v3"

	"rosemary/access"
	"rosemary/fhir/mapping"
	"rosemary/fhir/resource"
	"rosemary/record"
	"rosemary/standard"
)

// decimals is how numbers are reckoned: with more digits than any has.
var decimals = apd.BaseContext.WithPrecision(100)

// hit is one resource that was found, and where in the list it stands.
type hit struct {
	version *record.Version
	node    *resource.Node
	behind  []byte
}

// search answers GET {type} and POST {type}/_search.
func (c *call) search() (*reply, error) {
	if err := c.posted(); err != nil {
		return nil, err
	}
	kind := c.words["type"]
	count, problems := c.count()
	shape, more := c.shape(kind)
	if err := badQuery(append(problems, more...)); err != nil {
		return nil, err
	}
	all, err := c.criteria(kind, c.query)
	if err != nil {
		return nil, err
	}
	after, err := c.after()
	if err != nil {
		return nil, err
	}
	view, err := c.viewAt(after)
	if err != nil {
		return nil, err
	}
	src, err := c.source(kind, all)
	if err != nil {
		return nil, err
	}
	b := c.newBundle("searchset")
	if shape.total {
		total, err := c.tally(src, all)
		if err != nil {
			return nil, err
		}
		b.Set("total", strconv.Itoa(total))
	}
	p := place{moment: view.Moment()}
	goesOn := false
	if !shape.countOnly && count > 0 {
		var behind []byte
		if after != nil {
			behind = after.behind
		}
		var hits []hit
		if hits, goesOn, err = c.collect(src, all, behind, count); err != nil {
			return nil, err
		}
		included, err := c.include(hits, shape.include)
		if err != nil {
			return nil, err
		}
		if shape.histories {
			more, err := c.histories(hits)
			if err != nil {
				return nil, err
			}
			included = append(included, more...)
		}
		for _, h := range hits {
			shape.cut(h.node)
			c.addFound(b, h.node, "match")
			p.behind = h.behind
		}
		for _, n := range included {
			c.addFound(b, n, "include")
		}
	}
	c.pageLinks(b, p, goesOn)
	return &reply{status: http.StatusOK, node: b}, nil
}

// posted joins the parameters of a form with those of the address.
func (c *call) posted() error {
	if c.r.Method != http.MethodPost {
		return nil
	}
	media, _, err := mime.ParseMediaType(c.r.Header.Get("Content-Type"))
	if err != nil || media != "application/x-www-form-urlencoded" {
		return &standard.Fault{Kind: unsupportedMedia, Message: "The parameters of a search are sent as a form.", Hint: "Send the header Content-Type: application/x-www-form-urlencoded."}
	}
	data, err := c.body()
	if err != nil {
		return err
	}
	values, err := url.ParseQuery(string(data))
	if err != nil {
		return &standard.Fault{Kind: badRequest, Message: "The parameters of the search cannot be read."}
	}
	for name, given := range values {
		c.query[name] = append(c.query[name], given...)
	}
	return nil
}

// mostLooked is how many resources one search looks at for one page. What it did not come to is found with the next.
const mostLooked = 5000

// collect gathers what is found behind a place, up to a number.
func (c *call) collect(src source, all []criterion, behind []byte, count int) (hits []hit, goesOn bool, err error) {
	looked := 0
	for {
		page, more, err := src.next(behind, min(max(count+1-len(hits), 20)<<min(looked/100, 3), 200)) // more at once where little of it fits
		if err != nil {
			return nil, false, err
		}
		if err := c.askAll(page); err != nil {
			return nil, false, err
		}
		for i := range page {
			behind = page[i].behind
			looked++
			fits, err := c.fits(&page[i], all)
			if err != nil {
				return nil, false, err
			}
			if !fits {
				continue
			}
			if len(hits) == count { // one more is there: a next page has something to show
				return hits, true, nil
			}
			hits = append(hits, page[i])
		}
		if !more {
			return hits, false, nil
		}
		if looked >= mostLooked && len(hits) > 0 {
			hits[len(hits)-1].behind = behind
			return hits, true, nil
		}
		if looked >= 4*mostLooked {
			return nil, false, &standard.Fault{Kind: standard.TooLarge, Message: "The search looks at too many resources and finds too few.", Hint: "Say more exactly what is wanted: a patient, a date, a name."}
		}
	}
}

func (c *call) askAll(page []hit) error {
	versions := make([]*record.Version, len(page))
	for i := range page {
		versions[i] = page[i].version
	}
	return c.ask(versions)
}

// fits makes the resource of a candidate, and says whether it is what was searched for.
func (c *call) fits(h *hit, all []criterion) (bool, error) {
	if h.version.Status == record.EnteredInError || len(h.version.Body) == 0 {
		return false, nil
	}
	n, err := c.show(h.version)
	if err != nil {
		return false, err
	}
	h.node = n
	return c.matches(n, all), nil
}

// tally counts all that is found.
func (c *call) tally(src source, all []criterion) (int, error) {
	total := 0
	var behind []byte
	for looked := 0; ; {
		page, more, err := src.next(behind, 200)
		if err != nil {
			return 0, err
		}
		for i := range page {
			fits, err := c.fits(&page[i], all)
			if err != nil {
				return 0, err
			}
			if fits {
				total++
			}
			behind = page[i].behind
		}
		if !more {
			return total, nil
		}
		if looked += len(page); looked >= 4*mostLooked {
			return 0, &standard.Fault{Kind: standard.TooLarge, Message: "There are too many to count.", Hint: "Search for less, or leave _total out."}
		}
	}
}

// matching gives what a search finds, up to a number: for what depends on whether there is such a resource.
func (c *call) matching(kind string, values url.Values, limit int) ([]hit, error) {
	if err := c.session.MustWith(c.ctx, access.Searches, kind); err != nil {
		return nil, err
	}
	all, err := c.criteria(kind, values)
	if err != nil {
		return nil, err
	}
	if _, err := c.view(); err != nil {
		return nil, err
	}
	src, err := c.source(kind, all)
	if err != nil {
		return nil, err
	}
	hits, _, err := c.collect(src, all, nil, limit)
	return hits, err
}

// addFound appends a resource to a result.
func (c *call) addFound(b, n *resource.Node, mode string) {
	e := b.Add("entry")
	e.Set("fullUrl", c.base()+"/"+n.Type.Name+"/"+n.Text("id"))
	e.AddResource("resource", n)
	e.Add("search").Set("mode", mode)
}

// include gives what the found resources point at, by the parameters that _include names: each once.
func (c *call) include(hits []hit, params []*resource.Parameter) (included []*resource.Node, err error) {
	there := map[string]bool{}
	for _, h := range hits {
		there[h.node.Type.Name+"/"+h.node.Text("id")] = true
	}
	for _, h := range hits {
		for _, p := range params {
			for _, e := range at(h.node, p) {
				literal, _, _ := strings.Cut(e.Text("reference"), "/_history/")
				if there[literal] {
					continue
				}
				there[literal] = true
				n, err := c.pointedAt(literal)
				if err != nil {
					return nil, err
				}
				if n != nil {
					included = append(included, n)
				}
			}
		}
	}
	return included, nil
}

// pointedAt gives the resource of a literal reference; nil where there is none that the reader may see.
func (c *call) pointedAt(literal string) (*resource.Node, error) {
	_, text, _ := resource.SplitReference(literal)
	stream, rec, ok := mapping.ParseID(text)
	if !ok {
		return nil, nil
	}
	v, err := c.seen.Record(c.ctx, stream, rec)
	if standard.KindOf(err) == standard.NotFound || err == nil && len(v.Body) == 0 {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return c.show(v)
}

// shape is how a result is to be shown.
type shape struct {
	total, countOnly bool
	elements         []string // none: all
	summary          string
	include          []*resource.Parameter
	histories        bool // the Provenance of each too
}

// shape reads the parameters that say how a result is to be shown.
func (c *call) shape(kind string) (*shape, []standard.Problem) {
	s := &shape{}
	var problems []standard.Problem
	switch total := c.query.Get("_total"); total {
	case "", "none", "estimate":
	case "accurate":
		s.total = true
	default:
		problems = append(problems, badParameter("_total", total, "_total may be none, estimate or accurate."))
	}
	switch s.summary = c.query.Get("_summary"); s.summary {
	case "", "false", "true", "data", "text":
	case "count":
		s.total, s.countOnly = true, true
	default:
		problems = append(problems, badParameter("_summary", s.summary, "_summary may be true, false, text, data or count."))
	}
	for _, list := range c.query["_elements"] {
		s.elements = append(s.elements, strings.Split(list, ",")...)
	}
	if sort := c.query.Get("_sort"); sort != "" && sort != "-date" && sort != "-_lastUpdated" && sort != "_id" {
		problems = append(problems, badParameter("_sort", sort, "_sort may be -date, which is how lists come anyhow, or -_lastUpdated."))
	}
	for _, text := range c.query["_revinclude"] {
		if s.histories = text == "Provenance:target"; !s.histories {
			problems = append(problems, badParameter("_revinclude", text, "_revinclude may be Provenance:target here."))
		}
	}
	for _, text := range c.query["_include"] {
		of, name, _ := strings.Cut(text, ":")
		name, _, _ = strings.Cut(name, ":")
		p := c.parameter(kind, name)
		if of != kind || p == nil || p.Type != "reference" {
			problems = append(problems, badParameter("_include", text, "_include names a reference parameter of the type that is searched for, such as "+kind+":patient."))
			continue
		}
		s.include = append(s.include, p)
	}
	return s, problems
}

// cut takes out of a resource what was not asked for, and says so.
func (s *shape) cut(n *resource.Node) {
	if len(s.elements) == 0 && (s.summary == "" || s.summary == "false") {
		return
	}
	n.Remove(func(e *resource.Node) bool {
		f := e.Field
		switch {
		case f.Min > 0 || f.Name == "id" || f.Name == "meta" || f.Modifier && f.Name != "modifierExtension":
			return false
		case len(s.elements) > 0:
			return !slices.Contains(s.elements, f.Base) && !slices.Contains(s.elements, f.Name)
		case s.summary == "true":
			return !f.Summary
		case s.summary == "text":
			return f.Name != "text"
		}
		return f.Name == "text"
	})
	meta := n.First("meta")
	if meta == nil {
		meta = n.Add("meta")
	}
	tag := meta.Add("tag")
	tag.Set("system", "http://terminology.hl7.org/CodeSystem/v3-ObservationValue")
	tag.Set("code", "SUBSETTED")
}
