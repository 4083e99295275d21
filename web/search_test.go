package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"rosemary/internal/fixture"
)

// TestSearch finds records by their words over everybody and over one person, says in words what cannot be searched for, and shows nobody what
// they may not see.
func TestSearch(t *testing.T) {
	w := newWorld(t)
	w.Write("carer", w.Person, "daily-note", fixture.NoteContent("Walked round the pond <b>twice</b>."))
	w.Write("elm-carer", w.Stranger, "daily-note", fixture.NoteContent("Walked to the shop."))
	v := w.as(t, "carer")
	v.get("/search").want(http.StatusOK).says("A name, or words to look for").keepsQuiet("found")
	v.get("/search?q=walking").want(http.StatusOK).says("1 record found", "Walked", "round the pond <b>twice</b>").keepsQuiet("shop")
	v.get("/search?q=" + "whitl").says("People of this name")
	base := "/people/" + w.Person.String()
	v.get(base+"/search?q=ponds").want(http.StatusOK).says("1 record found", "pond")
	v.get(base + "/search?q=ponds&category=nothing-here").want(http.StatusOK).says("There is no category of this name")
	v.get(base + "/search?q=nowhere").says("Nothing was found")
	v.get(base+"/search?q=x").want(http.StatusOK).says("at least two letters", "There is a problem")
	v.get("/search?q=" + strings.Repeat("a", 5000)).want(http.StatusOK).says("too long")
	for _, text := range []string{`"`, `"round the`, `AND OR NOT`, `NEAR(a b)`, `pond*`, "😀", "pond\x00", `-pond`, `)(`, "\xff"} {
		v.get("/search?q=" + url.QueryEscape(text)).want(http.StatusOK)
	}
	v.get("/people/" + w.Stranger.String() + "/search?q=walked").want(http.StatusNotFound)
	w.as(t, "admin").get("/search?q=walked").want(http.StatusForbidden)
}
