package api_test

import (
	"fmt"
	"net/url"
	"slices"
	"testing"
	"time"

	"rosemary/internal/fixture"
)

// version is a version as replies give it.
type version struct {
	Record  string         `json:"record"`
	Number  int            `json:"number"`
	Version string         `json:"version"`
	Class   string         `json:"class"`
	Status  string         `json:"status"`
	Author  string         `json:"author"`
	From    int64          `json:"from"`
	Until   int64          `json:"until"`
	Hash    string         `json:"hash"`
	Content map[string]any `json:"content"`
}

// page is a list as replies give it.
type page struct {
	Moment int64     `json:"moment"`
	Past   bool      `json:"past"`
	Items  []version `json:"items"`
	Next   string    `json:"next"`
}

// receipt is the answer to a commit.
type receipt struct {
	Contribution string `json:"contribution"`
	Stream       string `json:"stream"`
	Moment       int64  `json:"moment"`
	Repeated     bool   `json:"repeated"`
	Changes      []struct {
		Type, Record, Version, Hash, Description string
		Number                                   int
		Attestation                              *struct{ Method, Reason, Key, Signature string }
	} `json:"changes"`
}

func note(text string) string {
	return `{"class":"daily-note","content":` + fixture.NoteContent(text) + `}`
}

func person(w *fixture.World) string { return "/api/people/" + w.Person.String() }

// TestLifeOfARecord writes a record, reads it, corrects it, looks back, and marks it as entered in error.
func TestLifeOfARecord(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	carer, senior := w.As("carer"), w.As("senior")
	made := carer.Post(person(w)+"/records", note("Slept well")).Want(201)
	at, first := made.Header.Get("Location"), made.Header.Get("ETag")
	var r receipt
	made.Read(&r)
	if want := fmt.Sprintf("%q", r.Changes[0].Record+"::"+w.Identity.System+"::1"); first != want || r.Changes[0].Type != "create" || at != person(w)+"/records/"+r.Changes[0].Record {
		t.Fatalf("created %s at %s: %s", first, at, made.Body)
	}
	var v version
	got := senior.Get(at).Want(200).Read(&v)
	if v.Content["freeText"] != "Slept well" || v.Author != w.Workers["carer"].String() || v.Until != 0 || v.Status != "complete" || got.Header.Get("ETag") != first {
		t.Errorf("read %s %s", got.Header.Get("ETag"), got.Body)
	}
	if cc := got.Header.Get("Cache-Control"); cc != "private, no-cache" {
		t.Errorf("one record is kept like this: %s", cc)
	}
	if same := senior.Get(at, "If-None-Match", `"x", W/`+first).Want(304); len(same.Body) != 0 || same.Header.Get("ETag") != first {
		t.Errorf("not modified: %s", same.Body)
	}
	if head := senior.Send("HEAD", at, nil).Want(200); head.Header.Get("ETag") != first {
		t.Errorf("HEAD gives %s", head.Header.Get("ETag"))
	}

	w.Clock.Advance(time.Hour)
	changed := senior.Put(at, `{"type":"correct","description":"heard from the night carer","content":`+fixture.NoteContent("Slept badly")+`}`, "If-Match", first).Want(200)
	second := changed.Header.Get("ETag")
	senior.Get(at, "If-None-Match", first).Want(200)
	senior.Get(at, "If-None-Match", second).Want(304)
	senior.Put(at, `{"type":"modify","content":`+fixture.NoteContent("x")+`}`, "If-Match", first).WantProblem(412, "precondition-failed")
	senior.Put(at, `{"type":"modify","record":"`+otherUID+`","expected":7,"content":`+fixture.NoteContent("x")+`}`, "If-Match", second).WantProblem(422, "invalid")
	other := fmt.Sprintf("%q", otherUID+"::"+w.Identity.System+"::2")
	if p := senior.Put(at, `{"type":"modify","content":`+fixture.NoteContent("x")+`}`, "If-Match", other).WantProblem(412, "precondition-failed"); len(p.Current) != 1 || len(p.Sent) != 1 {
		t.Errorf("both sides: %+v", p)
	}

	senior.Get(at + fmt.Sprintf("?moment=%d", r.Moment)).Want(200).Read(&v)
	if v.Number != 1 || v.Content["freeText"] != "Slept well" {
		t.Errorf("as it was at the moment: %+v", v)
	}
	v = version{}
	senior.Get(at + "?as-at=2026-03-16T08:30:00%2B00:00").Want(200).Read(&v)
	if v.Number != 1 || v.Until != 0 {
		t.Errorf("as it was then: %+v", v)
	}
	senior.Get(at + "?as-at=2026-03-16").Want(200).Read(&v) // today
	if v.Number != 2 {
		t.Errorf("as it is today: %+v", v)
	}
	senior.Get(at+"?as-at=2026-03-15").WantProblem(404, "not-found")
	senior.Get(at+"?as-at=2026-03-18").WantProblem(400, "bad-request")

	senior.Put(at, `{"type":"enter-in-error","description":"wrong person"}`, "If-Match", second).Want(200)
	history(t, senior, at)
	for query, want := range map[string]int{"": 0, "&errors=true": 1, "&versions=all": 0, "&versions=all&errors=true": 3} {
		var p page
		if senior.Get(person(w) + "/records?class=daily-note" + query).Want(200).Read(&p); len(p.Items) != want {
			t.Errorf("%q lists %d, want %d", query, len(p.Items), want)
		}
	}
}

// history looks at the three versions and three entries of the change log of a record.
func history(t *testing.T, c *fixture.Caller, at string) {
	t.Helper()
	var all page
	c.Get(at + "/versions").Want(200).Read(&all)
	if len(all.Items) != 3 || all.Items[0].Until != all.Items[1].From || all.Items[1].Until != all.Items[2].From || all.Items[2].Until != 0 || all.Items[2].Status != "entered-in-error" {
		t.Errorf("versions: %+v", all.Items)
	}
	var v version
	if c.Get(at + "/versions/2").Want(200).Read(&v); v.Hash != all.Items[1].Hash {
		t.Errorf("version 2: %+v", v)
	}
	for _, number := range []string{"0", "4", "02", "x"} {
		c.Get(at+"/versions/"+number).WantProblem(404, "not-found")
	}
	var log struct {
		Items []struct {
			Contribution string
			Committer    struct{ Account, Role string }
			Change       struct{ Type, Description, Version string }
		}
	}
	c.Get(at + "/change-log").Want(200).Read(&log)
	var did []string
	for _, e := range log.Items {
		did = append(did, e.Committer.Account+" "+e.Change.Type+" "+e.Change.Description)
	}
	if want := []string{"carer create ", "senior correct heard from the night carer", "senior enter-in-error wrong person"}; !slices.Equal(did, want) {
		t.Errorf("change log: %q", did)
	}
	var one struct {
		Changes  []struct{ Type string }
		Versions []version
	}
	if c.Get("/api/contributions/" + log.Items[1].Contribution).Want(200).Read(&one); len(one.Changes) != 1 || len(one.Versions) != 1 || one.Versions[0].Content["freeText"] != "Slept badly" {
		t.Errorf("contribution: %+v", one)
	}
}

// TestAttestation: a version is signed after the password was given again, and the change log says so.
func TestAttestation(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	c := w.As("senior")
	at := c.Post(person(w)+"/records", note("Slept well")).Want(201).Header.Get("Location")
	var r receipt
	c.Post(at+"/attestations", `{"number":1,"description":"I have checked this","password":"`+fixture.Password+`"}`).Want(201).Read(&r)
	if a := r.Changes[0].Attestation; a == nil || a.Method != "password" || a.Reason != "I have checked this" || a.Signature == "" {
		t.Errorf("signed like this: %+v", r)
	}
	c.Post(at+"/attestations", `{"number":2,"description":"x","password":"`+fixture.Password+`"}`).WantProblem(404, "not-found")
	if p := c.Post(at+"/attestations", `{"number":0,"reason":"x","password":7}`).WantProblem(422, "invalid"); len(p.Problems) != 3 || p.Problems[1].Value != "" && p.Problems[1].Path == "/password" {
		t.Errorf("faults: %+v", p.Problems)
	}
	w.As("carer").Post(at+"/attestations", `{"number":1,"description":"x","password":"`+fixture.Password+`"}`).WantProblem(403, "forbidden")
}

// TestPagesAgree: the pages of a list are disjoint and together are exactly what was there when the first was asked for, while others commit.
func TestPagesAgree(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	c := w.As("senior")
	want := map[string]bool{}
	for i := range 23 {
		content := fmt.Sprintf(`{"when":"2026-03-%02dT0%d:30:00+00:00","freeText":"Note %d"}`, 1+i%7, i%3, i)
		want[w.Write("carer", w.Person, "daily-note", content).String()] = true
	}
	for _, query := range []string{"", "&order=committed", "&versions=all", "&category=" + categoryOf(t, w, "daily-note")} {
		got, moment, pages := map[string]int{}, int64(0), 0
		for next := person(w) + "/records?class=daily-note&limit=5&from=2026-03-01&until=2026-03-08" + query; next != ""; pages++ {
			var p page
			c.Get(next).Want(200).Read(&p)
			for _, v := range p.Items {
				got[v.Record]++
			}
			if pages == 0 {
				moment = p.Moment
			} else if p.Moment != moment || !p.Past {
				t.Errorf("%q: page %d shows moment %d, the first %d", query, pages+1, p.Moment, moment)
			}
			next = p.Next
			// Somebody writes another, which lies outside the list from now on, and changes one of those listed.
			w.Write("carer", w.Person, "daily-note", `{"when":"2026-03-02","freeText":"Later"}`)
		}
		if pages < 5 || len(got) != len(want) {
			t.Errorf("%q: %d pages, %d records", query, pages, len(got))
		}
		for id := range want {
			if got[id] != 1 {
				t.Errorf("%q: record %s stands on %d pages", query, id, got[id])
			}
		}
		for id, n := range got {
			if n != 1 {
				t.Errorf("%q: record %s stands on %d pages", query, id, n)
			}
		}
		for _, v := range everything(t, c, w) { // with what was written meanwhile
			want[v.Record] = true
		}
	}
}

func everything(t *testing.T, c *fixture.Caller, w *fixture.World) []version {
	t.Helper()
	var p page
	c.Get(person(w) + "/records?class=daily-note&limit=200").Want(200).Read(&p)
	return p.Items
}

func categoryOf(t *testing.T, w *fixture.World, class string) string {
	t.Helper()
	c, ok := w.Catalogue.Class(class)
	if !ok {
		t.Fatalf("no class %s", class)
	}
	return c.Category.ID
}

// TestCursorBelongsToItsList: a cursor continues the list that it came from, and no other.
func TestCursorBelongsToItsList(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	c := w.As("senior")
	for i := range 3 {
		w.Write("carer", w.Person, "daily-note", fixture.NoteContent(fmt.Sprint("Note ", i)))
	}
	var p page
	c.Get(person(w) + "/records?class=daily-note&limit=1").Want(200).Read(&p)
	next, err := url.Parse(p.Next)
	if err != nil {
		t.Fatal(err)
	}
	after := next.Query().Get("after")
	c.Get(person(w) + "/records?class=daily-note&limit=2&after=" + after).Want(200)
	for _, other := range []string{"/records?after=", "/records?class=risk&after=", "/records?class=daily-note&order=committed&after=", "/contributions?after="} {
		if p := c.Get(person(w)+other+after).WantProblem(400, "bad-request"); p.Problems[0].Rule != "bad-cursor" {
			t.Errorf("%s: %+v", other, p)
		}
	}
	c.Get("/api/people?after="+after).WantProblem(400, "bad-request")
	changed := []byte(after)
	changed[len(changed)-3] ^= 1
	c.Get(person(w)+"/records?class=daily-note&limit=2&after="+string(changed)).WantProblem(400, "bad-request")
}
