package api

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/standard"
)

// The query parameters of the API.
const (
	paramAfter    = "after"
	paramAsAt     = "as-at"
	paramCategory = "category"
	paramClass    = "class"
	paramCount    = "count"
	paramErrors   = "errors"
	paramFrom     = "from"
	paramLeft     = "left"
	paramLimit    = "limit"
	paramMoment   = "moment"
	paramNumber   = "number"
	paramOrder    = "order"
	paramPlace    = "place"
	paramSearch   = "search"
	paramText     = "text"
	paramTo       = "to"
	paramUntil    = "until"
	paramVersions = "versions"
	paramWhy      = "why"
)

// The sizes of a page.
const (
	usualLimit = 50
	mostLimit  = 200
)

// param is one query parameter that a route takes.
type param struct {
	name  string
	about string // for the index
	many  bool   // may be given more than once
	read  func(s *service, text string) (value any, fault string)
}

// query is what the address asks for, read and checked.
type query map[string][]any

func (q query) has(name string) bool { return len(q[name]) > 0 }

// get gives the value of a parameter, zero when it was not given.
func get[T any](q query, name string) T {
	var none T
	if len(q[name]) == 0 {
		return none
	}
	v, _ := q[name][0].(T)
	return v
}

// all gives every value of a parameter that may be given more than once.
func all[T any](q query, name string) []T {
	var values []T
	for _, v := range q[name] {
		if t, ok := v.(T); ok {
			values = append(values, t)
		}
	}
	return values
}

// limit is the size of the page asked for.
func (q query) limit() int {
	if n := get[int64](q, paramLimit); n > 0 {
		return int(n)
	}
	return usualLimit
}

// readQuery checks the query parameters against the table, all faults at once.
func (c *call) readQuery() error {
	if c.r.URL.RawQuery == "" {
		return nil
	}
	sent, err := url.ParseQuery(c.r.URL.RawQuery)
	if err != nil {
		return &standard.Fault{Kind: badRequest, Message: "The query in the address is not written as it should be.", Hint: "Write name=value, with & between them."}
	}
	c.query = query{}
	var faults []standard.Problem
	for _, name := range sortedKeys(sent) {
		faults = append(faults, c.readParam(name, sent[name])...)
	}
	if c.query.has(paramAsAt) && c.query.has(paramMoment) {
		faults = append(faults, standard.Problem{Path: "?" + paramMoment, Rule: "one-of", Message: "Give as-at or moment, not both."})
	}
	return badQuery(faults)
}

func (c *call) readParam(name string, values []string) []standard.Problem {
	at := slices.IndexFunc(c.route.query, func(p param) bool { return p.name == name })
	if at < 0 {
		message := "This resource takes no query parameters."
		if len(c.route.query) > 0 {
			message = "This resource does not take this parameter. It takes " + paramNames(c.route.query) + "."
		}
		return []standard.Problem{{Path: "?" + short(name), Rule: "unknown-parameter", Message: message}}
	}
	p := c.route.query[at]
	if len(values) > 1 && !p.many {
		return []standard.Problem{{Path: "?" + name, Rule: "given-twice", Message: "This parameter may be given once only."}}
	}
	var faults []standard.Problem
	for _, text := range values {
		if !utf8.ValidString(text) || strings.ContainsFunc(text, unicode.IsControl) {
			faults = append(faults, standard.Problem{Path: "?" + name, Rule: "not-text", Message: "This is not text."})
			continue
		}
		v, wrong := p.read(c.service, text)
		if wrong != "" {
			faults = append(faults, standard.Problem{Path: "?" + name, Rule: "bad-parameter", Value: short(text), Message: wrong})
			continue
		}
		c.query[name] = append(c.query[name], v)
	}
	return faults
}

func paramNames(params []param) string {
	names := make([]string, len(params))
	for i, p := range params {
		names[i] = p.name
	}
	return strings.Join(names, ", ")
}

func sortedKeys(v url.Values) []string {
	keys := make([]string, 0, len(v))
	for k := range v {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// short cuts what was sent to a length that fits an answer.
func short(s string) string {
	const most = 80
	s = strings.ToValidUTF8(s, "\uFFFD")
	if len(s) <= most {
		return s
	}
	cut := most
	for cut > 0 && !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut] + "…"
}

func readYesNo(_ *service, text string) (any, string) {
	switch text {
	case "true":
		return true, ""
	case "false":
		return false, ""
	}
	return nil, "This must be true or false."
}

func readLimit(_ *service, text string) (any, string) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 1 || n > mostLimit {
		return nil, "The limit must be a whole number from 1 to " + strconv.Itoa(mostLimit) + "."
	}
	return n, ""
}

func readMoment(_ *service, text string) (any, string) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 1 {
		return nil, "A moment is a whole number from 1, as replies give it."
	}
	return n, ""
}

func readUID(_ *service, text string) (any, string) {
	id, ok := parseUID(text)
	if !ok {
		return uuid.Nil, "This must be an id, as replies give it."
	}
	return id, ""
}

func readCursor(_ *service, text string) (any, string) {
	if text == "" {
		return nil, "Take the cursor from the link to the next page, as it stands there."
	}
	return text, ""
}

func readWords(_ *service, text string) (any, string) {
	const most = 200
	if utf8.RuneCountInString(text) > most {
		return nil, "Search for fewer words: at most " + strconv.Itoa(most) + " characters."
	}
	return strings.TrimSpace(text), ""
}

func readClass(s *service, text string) (any, string) {
	if _, ok := s.Catalogue.Class(text); !ok {
		return nil, "There is no class of this name. See the list under /api/standard/classes."
	}
	return text, ""
}

func readCategory(s *service, text string) (any, string) {
	for _, c := range s.Catalogue.Categories() {
		if c.ID == text {
			return text, ""
		}
	}
	return nil, "There is no category of this name. See the list under /api/standard."
}

// readStart reads an instant, or a day as its first moment.
func readStart(s *service, text string) (any, string) {
	if t, ok := instant(text); ok {
		return t, ""
	}
	if t, err := time.ParseInLocation(time.DateOnly, text, s.Zone); err == nil {
		return t, ""
	}
	return nil, dateFault
}

// readEnd reads an instant, or a day as its last moment: as far as it has come, when it is today.
func readEnd(s *service, text string) (any, string) {
	if t, ok := instant(text); ok {
		return t, ""
	}
	start, err := time.ParseInLocation(time.DateOnly, text, s.Zone)
	if err != nil {
		return nil, dateFault
	}
	end, now := start.AddDate(0, 0, 1).Add(-time.Microsecond), s.Now()
	if !now.Before(start) && now.Before(end) {
		return now, ""
	}
	return end, ""
}

const dateFault = "This must be a date like 2026-03-16, or an instant with its offset like 2026-03-16T14:10:00Z."

// instant reads an instant with its offset. A plus sign in an address is a space: it is taken for what was meant.
func instant(text string) (time.Time, bool) {
	t, err := time.Parse(time.RFC3339Nano, strings.Replace(text, " ", "+", 1))
	return t, err == nil
}

func readWhich(_ *service, text string) (any, string) {
	switch text {
	case "current":
		return record.Current, ""
	case "all":
		return record.All, ""
	}
	return nil, "This must be current or all."
}

func readOrder(_ *service, text string) (any, string) {
	switch text {
	case "happened":
		return record.HappenedDesc, ""
	case "committed":
		return record.CommittedDesc, ""
	}
	return nil, "This must be happened or committed."
}
