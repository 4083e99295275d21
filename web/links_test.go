package web_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
)

var (
	anyDay   = regexp.MustCompile(`\d{4}-\d\d-\d\d(T[^/?&]*)?`)
	anyValue = regexp.MustCompile(`=[^&]*`)
)

// kindOf is an address without what differs from one person, record or day to the next.
func kindOf(path string) string {
	return anyValue.ReplaceAllString(anyDay.ReplaceAllString(anyID.ReplaceAllString(path, "ID"), "DAY"), "=")
}

// TestNoLinkLeadsNowhere follows the links of every kind of page that can be reached, one of each kind.
func TestNoLinkLeadsNowhere(t *testing.T) {
	w := newWorld(t)
	w.furnish(t)
	w.medicate(t)
	w.manage(t)
	for account, least := range map[string]int{"manager": 400, "carer": 300} {
		v := w.as(t, account)
		ahead, met, opened := []string{"/"}, map[string]string{}, 0
		for len(ahead) > 0 {
			path := ahead[0]
			ahead = ahead[1:]
			p := v.get(path)
			opened++
			if p.status == http.StatusSeeOther {
				ahead = append(ahead, p.location)
				continue
			}
			if p.status >= 400 && p.status != http.StatusConflict { // a dose that was given meanwhile
				t.Errorf("%s: %s leads to %s: %d", account, met[kindOf(path)], path, p.status)
			}
			if p.doc == nil {
				continue
			}
			for _, to := range p.links() {
				to, _, _ = strings.Cut(to, "#")
				if kind := kindOf(to); strings.HasPrefix(to, "/") && met[kind] == "" {
					met[kind] = path
					ahead = append(ahead, to)
				}
			}
		}
		if opened < least {
			t.Errorf("%s: only %d kinds of pages were opened", account, opened)
		}
	}
}
