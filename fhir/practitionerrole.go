package fhir

import (
	"encoding/hex"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"rosemary/access"
	"rosemary/fhir/resource"
	"rosemary/standard"
)

// A PractitionerRole is what a care worker does at one place, by the accounts that there are. It is called by the worker and the place.
func workRoleID(w *access.WorkRole) string {
	return hex.EncodeToString(w.Worker[:]) + hex.EncodeToString(w.Place[:])
}

// workRoleParameters can be searched by.
var workRoleParameters = []struct{ name, kind string }{{"_id", "token"}, {"practitioner", "reference"}, {"organization", "reference"}, {"role", "token"}, {"active", "token"}}

// workRoleRoutes are what PractitionerRole adds to the table.
func workRoleRoutes() []*route {
	return []*route{
		{method: http.MethodGet, path: "/PractitionerRole", needs: access.Searches, answer: (*call).searchWorkRoles},
		{method: http.MethodPost, path: "/PractitionerRole/_search", needs: access.Searches, answer: (*call).searchWorkRoles},
		{method: http.MethodGet, path: "/PractitionerRole/{id}", needs: access.Reads, answer: (*call).readWorkRole},
	}
}

// workRoles gives all of them.
func (c *call) workRoles() ([]access.WorkRole, error) {
	view, err := c.view()
	if err != nil {
		return nil, err
	}
	return view.WorkRoles(c.ctx)
}

// searchWorkRoles answers GET PractitionerRole.
func (c *call) searchWorkRoles() (*reply, error) {
	if err := c.posted(); err != nil {
		return nil, err
	}
	count, problems := c.count()
	known := []string{"_count", "_after", "_format", "_pretty"}
	for _, p := range workRoleParameters {
		known = append(known, p.name)
	}
	problems = append(problems, c.unknownParameters(known...)...)
	if err := badQuery(problems); err != nil {
		return nil, err
	}
	after, err := c.after()
	if err != nil {
		return nil, err
	}
	if _, err := c.viewAt(after); err != nil {
		return nil, err
	}
	all, err := c.workRoles()
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(w access.WorkRole) bool { return !c.fitsWorkRole(&w) })
	b := c.newBundle("searchset")
	b.Set("total", strconv.Itoa(len(all)))
	from := 0
	if after != nil {
		from = min(int(after.number), len(all))
	}
	until := min(from+count, len(all))
	for i := range all[from:until] {
		n, err := c.workRole(&all[from+i])
		if err != nil {
			return nil, err
		}
		c.addFound(b, n, "match")
	}
	c.pageLinks(b, place{moment: c.seen.Moment(), number: int64(until)}, until < len(all) && count > 0)
	return &reply{status: http.StatusOK, node: b}, nil
}

// fitsWorkRole holds one against what is searched for.
func (c *call) fitsWorkRole(w *access.WorkRole) bool {
	one := func(name string, fits func(value string) bool) bool {
		for _, list := range c.query[name] {
			if !slices.ContainsFunc(strings.Split(list, ","), fits) {
				return false
			}
		}
		return true
	}
	last := func(value string) string { return value[strings.LastIndex(value, "/")+1:] }
	return one("_id", func(v string) bool { return v == workRoleID(w) }) &&
		one("practitioner", func(v string) bool { return last(v) == w.Worker.String() }) &&
		one("organization", func(v string) bool { return last(v) == w.Place.String() }) &&
		one("active", func(v string) bool { return v == strconv.FormatBool(w.Active) }) &&
		one("role", func(v string) bool {
			system, code, has := strings.Cut(v, "|")
			if !has {
				code = v
			}
			return (!has || system == roleSystem) && slices.Contains(w.Roles, access.Role(code))
		})
}

const roleSystem = "urn:rosemary:role"

// readWorkRole answers GET PractitionerRole/id.
func (c *call) readWorkRole() (*reply, error) {
	all, err := c.workRoles()
	if err != nil {
		return nil, err
	}
	for i := range all {
		if workRoleID(&all[i]) == c.words["id"] {
			n, err := c.workRole(&all[i])
			return &reply{status: http.StatusOK, node: n}, err
		}
	}
	return nil, &standard.Fault{Kind: standard.NotFound}
}

// workRole writes one.
func (c *call) workRole(w *access.WorkRole) (*resource.Node, error) {
	n := newResource(c.m.Definitions, "PractitionerRole")
	n.Set("id", workRoleID(w))
	n.Set("active", strconv.FormatBool(w.Active))
	who, err := c.agent(w.Worker, w.Worker)
	if err != nil {
		return nil, err
	}
	if who != "" {
		n.Add("practitioner").Set("reference", who)
	}
	where, err := c.agent(w.Place, w.Place)
	if err != nil {
		return nil, err
	}
	if strings.HasPrefix(where, "Organization/") {
		n.Add("organization").Set("reference", where)
	} else if where != "" {
		n.Add("location").Set("reference", where)
	}
	for i, role := range w.Roles {
		code := n.Add("code")
		coding := code.Add("coding")
		sayCode(coding, roleSystem, string(role))
		coding.Set("display", w.Names[i])
		code.Set("text", w.Names[i])
	}
	return n, nil
}
