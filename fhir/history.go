package fhir

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"rosemary/fhir/resource"
	"rosemary/record"
	"rosemary/standard"
)

// history answers GET {type}/{id}/_history: all versions of one record, the latest first.
func (c *call) history() (*reply, error) {
	since, count, err := c.historyParameters()
	if err != nil {
		return nil, err
	}
	versions, err := c.versions()
	if err != nil {
		return nil, err
	}
	versions = slices.DeleteFunc(slices.Clone(versions), func(v *record.Version) bool { return v.Committed.Before(since) })
	slices.Reverse(versions)
	b := c.newBundle("history")
	b.Set("total", strconv.Itoa(len(versions)))
	from := 0
	if after, err := c.after(); err != nil {
		return nil, err
	} else if after != nil {
		from = min(int(after.number), len(versions))
	}
	until := from
	for held := 0; until < min(from+count, len(versions)) && held < mostHeld; until++ {
		v := versions[until]
		held += len(v.Body)
		if err := c.addVersion(b, v); err != nil {
			return nil, err
		}
	}
	c.pageLinks(b, place{number: int64(until)}, until < len(versions))
	return &reply{status: http.StatusOK, node: b}, nil
}

// historyOfAll answers GET _history and {type}/_history: what was committed about anybody whom the reader may see, the latest first.
func (c *call) historyOfAll() (*reply, error) {
	since, count, err := c.historyParameters()
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
	b := c.newBundle("history")
	upTo := record.Moment(0)
	if after != nil {
		upTo = record.Moment(after.number)
	}
	found := 0
	for looked := 0; found < count && looked < 10; looked++ {
		list, next, err := view.Latest(c.ctx, upTo, count-found)
		if err != nil {
			return nil, err
		}
		upTo = next
		for _, sealed := range list {
			if sealed.Committed.Before(since) {
				upTo = 0
				break
			}
			n, err := c.addVersions(b, sealed.Versions)
			if found += n; err != nil {
				return nil, err
			}
		}
		if upTo == 0 {
			break
		}
	}
	c.pageLinks(b, place{moment: view.Moment(), number: int64(upTo)}, upTo > 0)
	return &reply{status: http.StatusOK, node: b}, nil
}

// addVersions appends those versions of a contribution that the path is about, and says how many.
func (c *call) addVersions(b *resource.Node, versions []*record.Version) (int, error) {
	n := 0
	for _, v := range slices.Backward(versions) {
		m, ok := c.m.ByClass(v.Class)
		if !ok || c.words["type"] != "" && m.Resource.Name != c.words["type"] {
			continue
		}
		if err := c.addVersion(b, v); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// addVersion appends a version to a history, as the interaction that made it.
func (c *call) addVersion(b *resource.Node, v *record.Version) error {
	m, ok := c.m.ByClass(v.Class)
	if !ok {
		return nil
	}
	method, status := http.MethodPut, "200"
	switch {
	case v.Status == record.EnteredInError:
		method, status = http.MethodDelete, "204"
	case v.Number == 1:
		method, status = http.MethodPost, "201"
	}
	address := m.Resource.Name + "/" + c.idOf(v)
	e := b.Add("entry")
	e.Set("fullUrl", c.base()+"/"+address)
	if len(v.Body) > 0 && v.Status != record.EnteredInError {
		n, err := c.show(v)
		if err != nil {
			return err
		}
		e.AddResource("resource", n)
	}
	request := e.Add("request")
	request.Set("method", method)
	if method == http.MethodPost {
		address = m.Resource.Name
	}
	request.Set("url", address)
	response := e.Add("response")
	response.Set("status", status)
	response.Set("etag", c.tag(v))
	response.Set("lastModified", v.Committed.UTC().Format("2006-01-02T15:04:05.000Z"))
	return nil
}

// historyParameters reads _since and _count.
func (c *call) historyParameters() (since time.Time, count int, err error) {
	return c.historyParametersOf("_since", "_count", "_after")
}

func (c *call) historyParametersOf(known ...string) (since time.Time, count int, err error) {
	problems := c.unknownParameters(append(known, "_format", "_pretty")...)
	if text := c.query.Get("_since"); text != "" {
		if since, err = time.Parse(time.RFC3339Nano, text); err != nil {
			problems = append(problems, badParameter("_since", text, "_since must be a date and time with its offset, such as 2026-03-04T09:30:00Z."))
		}
	}
	count, more := c.count()
	return since, count, badQuery(append(problems, more...))
}

func badParameter(name, value, words string) standard.Problem {
	return standard.Problem{Path: name, Rule: "bad-parameter", Value: value, Message: words}
}
