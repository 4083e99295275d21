package fhir

import (
	"errors"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/cockroachdb/apd/v3"

	"rosemary/access"
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
	problems = append(problems, more...)
	q, err := c.question(kind, c.query, false)
	if err := allAtOnce(problems, err); err != nil {
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
	src, err := c.source(kind, q)
	if err != nil {
		return nil, err
	}
	b := c.newBundle("searchset")
	shape.countOnly = shape.countOnly || count == 0
	if err := c.total(b, src, q, shape); err != nil {
		return nil, err
	}
	p := place{moment: view.Moment()}
	goesOn := false
	if !shape.countOnly {
		var behind []byte
		if after != nil {
			behind = after.behind
		}
		hits, on, err := c.ordered(src, q, shape.sort, behind, count)
		if err != nil {
			return nil, err
		}
		included, err := c.included(hits, shape)
		if err != nil {
			return nil, err
		}
		goesOn = on
		for _, h := range hits {
			h.node = shape.cut(h.node)
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

// allAtOnce joins the faults of parameters that were read by different hands.
func allAtOnce(problems []standard.Problem, err error) error {
	if len(problems) == 0 {
		return err
	}
	var f *standard.Fault
	if errors.As(err, &f) && f.Kind == badRequest {
		problems = append(problems, f.Problems...)
	} else if err != nil {
		return err
	}
	slices.SortStableFunc(problems, byPath)
	return badQuery(problems)
}

// total counts what is found, where that was asked for. An estimate is exact, or left out where too much would have to be looked at for it.
func (c *call) total(b *resource.Node, src source, q *question, s *shape) error {
	if !s.total && !s.estimate && !s.countOnly {
		return nil
	}
	total, err := c.tally(src, q, s.estimate && !s.countOnly)
	if standard.KindOf(err) == standard.TooLarge && s.estimate && !s.countOnly {
		return nil
	}
	if err == nil {
		b.Set("total", strconv.Itoa(total))
	}
	return err
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

// mostHeld is how many bytes of records one page holds before it ends: a version may have megabytes, and what is made of it several times that.
const mostHeld = 8 << 20

// bytesOf gives how many bytes the records of a page have.
func bytesOf(page []hit) (sum int) {
	for i := range page {
		sum += len(page[i].version.Body)
	}
	return sum
}

// collect gathers what is found behind a place, up to a number, or to as many bytes as there may be.
func (c *call) collect(src source, q *question, behind []byte, count, most int) (hits []hit, goesOn bool, err error) {
	looked, held := 0, 0
	for {
		page, more, err := src.next(behind, min(max(count+1-len(hits), 20)<<min(looked/100, 3), 200)) // more at once where little of it fits
		if err != nil {
			return nil, false, err
		}
		if err := c.askAll(page); err != nil {
			return nil, false, err
		}
		if err := c.lookBack(page, q); err != nil {
			return nil, false, err
		}
		for i := range page {
			behind = page[i].behind
			looked++
			fits, err := c.fits(&page[i], q)
			if err != nil {
				return nil, false, err
			}
			if !fits {
				continue
			}
			if len(hits) == count || held >= most { // one more is there: a next page has something to show
				return hits, true, nil
			}
			hits = append(hits, page[i])
			held += len(page[i].version.Body)
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

// fits makes the resource of a candidate, and says whether it is what was searched for; without a question, whether it counts at all.
func (c *call) fits(h *hit, q *question) (bool, error) {
	if h.version.Status == record.EnteredInError || len(h.version.Body) == 0 {
		return false, nil
	}
	n, err := c.shared(h.version)
	if err != nil {
		return false, err
	}
	h.node = n
	if q == nil {
		return true, nil
	}
	if !c.matches(n, q.plain) {
		return false, nil
	}
	return c.follows(h, q)
}

// tally counts all that is found; roughly gives up early.
func (c *call) tally(src source, q *question, roughly bool) (int, error) {
	total, most := 0, 4*mostLooked
	if roughly {
		most = mostLooked / 5
	}
	var behind []byte
	for looked := 0; ; {
		page, more, err := src.next(behind, 200)
		if err != nil {
			return 0, err
		}
		if err := c.askAll(page); err != nil {
			return 0, err
		}
		if err := c.lookBack(page, q); err != nil {
			return 0, err
		}
		for i := range page {
			fits, err := c.fits(&page[i], q)
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
		if looked += len(page); looked >= most {
			return 0, &standard.Fault{Kind: standard.TooLarge, Message: "There are too many to count.", Hint: "Search for less, or leave _total out."}
		}
	}
}

// matching gives what a search finds, up to a number: for what depends on whether there is such a resource. Nothing of what is asked is left out.
func (c *call) matching(kind string, values url.Values, limit int) ([]hit, error) {
	if err := c.session.MustWith(c.ctx, access.Searches, kind); err != nil {
		return nil, err
	}
	q, err := c.question(kind, values, true)
	if err != nil {
		return nil, err
	}
	if _, err := c.view(); err != nil {
		return nil, err
	}
	src, err := c.source(kind, q)
	if err != nil {
		return nil, err
	}
	hits, _, err := c.collect(src, q, nil, limit, mostHeld)
	return hits, err
}

// addFound appends a resource to a result.
func (c *call) addFound(b, n *resource.Node, mode string) {
	e := b.Add("entry")
	e.Set("fullUrl", c.base()+"/"+n.Type.Name+"/"+n.Text("id"))
	e.AddResource("resource", n)
	if c.modes == nil {
		c.modes = map[string]*resource.Node{}
	}
	if s := c.modes[mode]; s != nil { // the same for all of them
		e.Share(s)
		return
	}
	s := e.Add("search")
	s.Set("mode", mode)
	c.modes[mode] = s
}
