package api

import (
	"net/http"
	"strings"
	"time"

	"rosemary/record"
	"rosemary/standard"
)

// tag is the entity tag of a version: its name, in quotes.
func tag(v record.VersionID) string {
	return string(append(appendVersionID([]byte{'"'}, v), '"'))
}

// unchanged says which version a reply shows, and reports that the asker holds it already.
func (c *call) unchanged(v *record.Version) bool {
	h := c.w.Header()
	h.Set("Cache-Control", "private, no-cache")
	h.Set("Vary", "Authorization, Cookie")
	h.Set("ETag", tag(v.VersionID))
	h.Set("Last-Modified", v.Committed.UTC().Format(http.TimeFormat))
	return c.holds(tag(v.VersionID), v.Committed)
}

// holds compares If-None-Match, or else If-Modified-Since, with what there is.
func (c *call) holds(current string, changed time.Time) bool {
	if given := c.r.Header["If-None-Match"]; len(given) > 0 {
		for part := range strings.SplitSeq(strings.Join(given, ","), ",") {
			part = strings.TrimPrefix(strings.TrimSpace(part), "W/")
			if part == current || part == "*" {
				return true
			}
		}
		return false
	}
	since, err := http.ParseTime(c.r.Header.Get("If-Modified-Since"))
	// A second can hold two versions: only what is older than the second asked about is surely held.
	return err == nil && !changed.IsZero() && changed.Before(since)
}

// expected reads If-Match: the one version that a change was made on.
func (c *call) expected() (record.VersionID, error) {
	given := c.r.Header["If-Match"]
	if len(given) == 0 || strings.TrimSpace(given[0]) == "*" {
		return record.VersionID{}, &standard.Fault{Kind: preconditionRequired, Message: "Say which version of the record you changed. Nothing was changed.",
			Hint: "Read the record, and send its ETag as If-Match."}
	}
	text, quoted := strings.CutPrefix(strings.TrimSpace(given[0]), `"`)
	text, closed := strings.CutSuffix(text, `"`)
	v, err := record.ParseVersionID(text)
	if len(given) > 1 || !quoted || !closed || err != nil {
		return v, &standard.Fault{Kind: badRequest, Message: "If-Match does not name one version of a record. Nothing was changed.",
			Hint: `It is the ETag of the record as you read it, with its quotes: "uid::system::number".`}
	}
	return v, nil
}
