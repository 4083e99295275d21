package web_test

import (
	"net/http"
	"net/url"
	"testing"
)

// TestALongerLanguageAndOneFromTheRightInABrowser: words longer by a third, and pages from right to left, break no page of a carer's day on a phone: nothing to scroll sideways for, nothing that axe finds.
func TestALongerLanguageAndOneFromTheRightInABrowser(t *testing.T) {
	w := newShift(t)
	known := everySentence(t, w.Catalogue)
	w.speak(t, "en-XA.yaml", pseudo(known, false))
	w.speak(t, "ar-XB.yaml", pseudo(known, true))
	b := openBrowser(t, w.world)
	b.signIn(w.world, "carer")
	base := "/people/" + w.Person.String()
	v := w.as(t, "carer")
	for _, page := range []struct{ tag, name, path string }{
		{"en-XA", "90-long-shift", "/shift"}, {"en-XA", "90-long-drink", base + "/drink"}, {"en-XA", "90-long-medicines", base + "/medicines"}, {"en-XA", "90-long-note", base + "/new/daily-note"}, {"en-XA", "90-long-language", "/language"},
		{"ar-XB", "91-right-shift", "/shift"}, {"ar-XB", "91-right-drink", base + "/drink"}, {"ar-XB", "91-right-today", base + "/today"},
	} {
		v.post("/language", url.Values{"language": {page.tag}}).want(http.StatusSeeOther)
		b.Open(page.path)
		b.look(page.name)
	}
}
