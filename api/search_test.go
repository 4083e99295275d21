package api_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"rosemary/internal/fixture"
)

// TestSearch finds records by their words, page by page at one moment, and refuses in words what cannot be searched for.
func TestSearch(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	for range 3 {
		w.Write("carer", w.Person, "daily-note", fixture.NoteContent("Käthe: walked round the pond."))
	}
	type found struct {
		Items []struct {
			Snippet struct {
				Text  string
				Marks [][2]int
			}
			Who     struct{ Person string }
			Version struct{ Class string }
		}
		Count      int
		Next       string
		Unfinished bool
	}
	c := w.As("carer")
	var first, second, none found
	c.Get("/api/search?limit=2&count=true&text=kathe+ponds").Want(200).Read(&first)
	if len(first.Items) != 2 || first.Count != 3 || first.Next == "" || first.Unfinished || first.Items[0].Who.Person != w.Person.String() || first.Items[0].Version.Class != "daily-note" {
		t.Fatalf("found %+v", first)
	}
	text := []rune(first.Items[0].Snippet.Text)
	var marked []string
	for _, m := range first.Items[0].Snippet.Marks {
		marked = append(marked, string(text[m[0]:m[1]]))
	}
	if !slices.Equal(marked, []string{"Käthe", "pond"}) {
		t.Errorf("marked %q", marked)
	}
	w.Write("carer", w.Person, "daily-note", fixture.NoteContent("Käthe: another pond."))
	c.Get(first.Next).Want(200).Read(&second)
	if len(second.Items) != 1 || second.Next != "" {
		t.Errorf("the second page: %+v", second)
	}
	c.Get("/api/people/" + w.Person.String() + "/search?text=pond&class=risk").Want(200).Read(&none)
	if len(none.Items) != 0 {
		t.Errorf("found %+v", none)
	}
	for text, rule := range map[string]string{"": "search-short", "x": "search-short", "😀": "search-short", strings.Repeat("ab ", 25): "search-long"} {
		if got := c.Get("/api/search?text="+url.QueryEscape(text)).WantProblem(400, "bad-request").Rules(); !slices.Equal(got, []string{"?text " + rule}) {
			t.Errorf("%q: %v", text, got)
		}
	}
	c.Get("/api/search?text="+strings.Repeat("a", 10_000)).WantProblem(400, "bad-request")
	c.Get("/api/people/"+w.Stranger.String()+"/search?text=pond").WantProblem(404, "not-found")
	w.As("admin").Get("/api/search?text=pond").WantProblem(403, "forbidden")
}
