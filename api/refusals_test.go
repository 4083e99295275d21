package api_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/uuid"

	"rosemary/internal/fixture"
)

var update = flag.Bool("update", false, "write the golden files anew")

const otherUID = "018f2d1c-7b3a-7c41-9d2e-3f5a6b7c8d9e"

// refusal is one request that must be refused, by the name it has in the golden file.
type refusal struct {
	name, account, method, path, body string
	headers                           []string
	status                            int
}

// refusals are the bad inputs that the API must name every fault of. P and S stand for the person of this home and of the other one, N for a note.
func refusals() []refusal {
	records, one := "/api/people/P/records", "/api/people/P/records/N"
	post := func(name, body string, status int) refusal {
		return refusal{name: name, account: "senior", method: "POST", path: records, body: body, status: status}
	}
	note := func(content string) string { return `{"class":"daily-note","content":` + content + `}` }
	return []refusal{
		{name: "nobody signed in", method: "GET", path: "/api/people", status: 401},
		{name: "a token that is none", method: "GET", path: "/api/people", headers: []string{"Authorization", "Bearer rosemary_no"}, status: 401},
		{name: "another scheme", method: "GET", path: "/api/people", headers: []string{"Authorization", "Basic YTpi"}, status: 401},
		{name: "a purpose that is none", account: "carer", method: "GET", path: "/api/people", headers: []string{"Rosemary-Purpose", "curiosity"}, status: 400},
		{name: "a wrong role", account: "inspector", method: "POST", path: records, body: note(fixture.NoteContent("Slept well")), status: 403},
		{name: "a wrong role to register", account: "inspector", method: "POST", path: "/api/people", body: `{"changes":[{"type":"create","class":"subject-of-care","content":{}}]}`, status: 403},
		{name: "another home's person", account: "carer", method: "GET", path: "/api/people/S", status: 404},
		{name: "a person who does not exist", account: "carer", method: "GET", path: "/api/people/" + otherUID, status: 404},
		{name: "no such resource", account: "carer", method: "GET", path: "/api/persons", status: 404},
		{name: "a method it does not take", account: "carer", method: "DELETE", path: one, status: 405},
		{name: "a form it does not have", account: "carer", method: "GET", path: one, headers: []string{"Accept", "text/html, application/xml;q=0.9"}, status: 406},
		{name: "unknown and wrong query parameters, all at once", account: "carer", method: "GET",
			path:   records + "?colour=red&limit=0&from=2026-02-30&class=hat&versions=some&order=size&errors=maybe&as-at=then&moment=0&after=!&category=hats&until=never&limits=5",
			status: 400},
		{name: "a parameter twice", account: "carer", method: "GET", path: records + "?limit=5&limit=6", status: 400},
		{name: "a query that is not written right", account: "carer", method: "GET", path: records + "?limit=%zz", status: 400},
		{name: "a day and a moment", account: "carer", method: "GET", path: one + "?as-at=2026-03-16&moment=1", status: 400},
		{name: "a moment that has not been", account: "carer", method: "GET", path: one + "?moment=99999", status: 400},
		{name: "a cursor that is none", account: "carer", method: "GET", path: records + "?after=AAAA", status: 400},
		{name: "not JSON by its header", account: "senior", method: "POST", path: records, body: `{}`, headers: []string{"Content-Type", "text/plain"}, status: 415},
		post("nothing", "", 400),
		post("cut off", `{"class":"daily-note","content":{`, 400),
		post("not JSON", `{"class": daily-note}`, 400),
		post("something behind the end", note("{}")+" {}", 400),
		post("a duplicate key", `{"class":"daily-note","class":"risk","content":{}}`, 400),
		post("a duplicate key in the content", note(`{"freeText":"a","freeText":"b"}`), 400),
		post("invalid UTF-8", note("{\"freeText\":\"a\xff\"}"), 400),
		post("a lone surrogate", note(`{"freeText":"\ud83d here"}`), 400),
		post("deep nesting", note(strings.Repeat(`{"a":`, 80)+"1"+strings.Repeat("}", 80)), 400),
		post("not an object", `[]`, 422),
		post("unknown members and faults of content, all at once", `{"clas":"risk","class":"daily-note","author":"me","expected":-1,"content":{"freeText":7,"smell":"roses"},"note":1}`, 422),
		post("a Must missing", note(`{"freeText":"Slept well"}`), 422),
		post("nothing in it", `{"class":"daily-note"}`, 422),
		post("an unknown class", `{"class":"hat","content":{}}`, 422),
		post("an unknown element and an unknown code", note(`{"when":"2026-03-16T07:30:00+00:00","freeText":"a","smell":"roses","mood":{"code":"purple"}}`), 422),
		post("a date that is no date", note(`{"when":"2026-02-30","freeText":"a"}`), 422),
		post("an unknown unit", `{"class":"measurement","content":{"when":"2026-03-16","reading":[{"kind":{"code":"weight"},"value":{"value":61.4,"unit":"stone"}}]}}`, 422),
		post("a reference to another person's record", `{"class":"daily-note","content":{"when":"2026-03-16","freeText":"a","aboutRecord":[{"ref":"M"}]}}`, 422),
		post("a kind of change that makes no version", `{"type":"attest","class":"daily-note","content":{}}`, 422),
		{name: "an NHS number that fails modulus 11", account: "manager", method: "POST", path: "/api/people",
			body: `{"changes":[{"type":"create","class":"subject-of-care","content":` + fixture.PersonContent("Nora", "Blythe", "9990000019") + `}]}`, status: 422},
		{name: "an NHS number that is held already", account: "manager", method: "POST", path: "/api/people",
			body: `{"changes":[{"type":"create","class":"subject-of-care","content":` + fixture.PersonContent("Nora", "Blythe", "9990000026") +
				`},{"type":"create","class":"placement","content":{"serviceProvider":{"ref":"H"},"from":"2026-03-16"}}]}`, status: 422},
		{name: "no changes", account: "senior", method: "POST", path: "/api/people/P/contributions", body: `{"changes":[]}`, status: 422},
		{name: "one of two changes wrong", account: "senior", method: "POST", path: "/api/people/P/contributions",
			body:   `{"changes":[{"type":"create","class":"daily-note","content":` + fixture.NoteContent("Fine") + `},{"class":"risk","content":{}}]}`,
			status: 422},
		{name: "a change without the version before", account: "senior", method: "PUT", path: one, body: `{"type":"modify","content":{}}`, status: 428},
		{name: "If-Match that names no version", account: "senior", method: "PUT", path: one, body: `{"type":"modify","content":{}}`, headers: []string{"If-Match", `"x"`}, status: 400},
		{name: "a stale version, both sides shown", account: "senior", method: "PUT", path: one,
			body: `{"type":"modify","content":` + fixture.NoteContent("My own words") + `}`, headers: []string{"If-Match", `"N::SYSTEM::1"`}, status: 412},
		{name: "a stale version in a contribution, both sides shown", account: "senior", method: "POST", path: "/api/people/P/contributions",
			body: `{"changes":[{"type":"modify","record":"N","expected":1,"content":` + fixture.NoteContent("My own words") + `}]}`, status: 409},
		{name: "a correction without a reason", account: "senior", method: "PUT", path: one,
			body: `{"type":"correct","content":` + fixture.NoteContent("Other") + `}`, headers: []string{"If-Match", `"N::SYSTEM::2"`}, status: 422},
		{name: "a wrong password", account: "senior", method: "POST", path: one + "/attestations", body: `{"number":2,"description":"read","password":"guess"}`, status: 422},
		{name: "several without their streams", account: "senior", method: "POST", path: "/api/contributions",
			body: `{"contributions":[{"changes":[{"type":"create","class":"daily-note","content":{}}]},{"stream":"P","person":"P","changes":[]}]}`, status: 422},
	}
}

// TestRefusals compares every refusal with the golden file, and checks that nothing was changed by any.
func TestRefusals(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	note := w.Write("senior", w.Person, "daily-note", fixture.NoteContent("Slept well"))
	w.As("carer").Put(fmt.Sprintf("/api/people/%s/records/%s", w.Person, note), `{"type":"modify","content":`+fixture.NoteContent("Slept until six")+`}`,
		"If-Match", fmt.Sprintf(`"%s::%s::1"`, note, w.Identity.System)).Want(200)
	elsewhere := w.Write("elm-manager", w.Stranger, "risk", `{"riskCategory":{"code":"fall"}}`)
	names := strings.NewReplacer(`/people/P`, "/people/"+w.Person.String(), `/people/S`, "/people/"+w.Stranger.String(), `"P"`, `"`+w.Person.String()+`"`,
		`records/N`, "records/"+note.String(), `"N::SYSTEM`, `"`+note.String()+"::"+w.Identity.System, `"N"`, `"`+note.String()+`"`,
		`"M"`, `"`+elsewhere.String()+`"`, `"H"`, `"`+w.Home.String()+`"`)
	stable := strings.NewReplacer(note.String(), "N", elsewhere.String(), "M", w.Identity.System, "SYSTEM", w.Person.String(), "P", w.Home.String(), "H",
		w.Workers["carer"].String(), "CARER")
	before, _, err := w.Log.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var golden strings.Builder
	for _, r := range refusals() {
		c := w.Nobody()
		if r.account != "" {
			c = w.As(r.account)
		}
		headers := r.headers
		for i := range headers {
			headers[i] = names.Replace(headers[i])
		}
		var reply *fixture.Reply
		switch r.method {
		case "POST":
			reply = c.Post(names.Replace(r.path), names.Replace(r.body), headers...)
		case "PUT":
			reply = c.Put(names.Replace(r.path), names.Replace(r.body), headers...)
		default:
			reply = c.Send(r.method, names.Replace(r.path), nil, headers...)
		}
		if reply.Status != r.status || reply.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: status %d, want %d: %s", r.name, reply.Status, r.status, reply.Body)
		}
		fmt.Fprintf(&golden, "== %s\n%s\n\n", r.name, stable.Replace(readable(t, reply.Body)))
	}
	if after, _, err := w.Log.Head(t.Context()); err != nil || after != before {
		t.Errorf("something was changed: the log went from %d to %d (%v)", before, after, err)
	}
	compare(t, "testdata/refusals.txt", golden.String())
}

// readable writes JSON for people to read, without what differs from run to run.
func readable(t *testing.T, b []byte) string {
	t.Helper()
	v := jsontext.Value(b)
	if err := v.Indent(jsontext.WithIndent("  ")); err != nil {
		t.Fatalf("%v: %s", err, b)
	}
	var lines []string
	for line := range strings.SplitSeq(string(v), "\n") {
		switch key, _, _ := strings.Cut(strings.TrimSpace(line), ":"); key {
		case `"hash"`, `"committed"`, `"recorded"`:
			continue
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

func compare(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got == string(want) {
		return
	}
	a, b := strings.Split(string(want), "\n"), strings.Split(got, "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			t.Fatalf("%s differs on line %d (-update writes it anew):\nwant %s\ngot  %s", file, i+1, a[i], b[i])
		}
	}
	t.Fatalf("%s has %d lines, want %d (-update writes it anew)", file, len(b), len(a))
}

// TestTooLarge: a body over the limit is refused, whether it says its size or not; one just below is read.
func TestTooLarge(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	path := fmt.Sprintf("/api/people/%s/records", w.Person)
	large := `{"class":"daily-note","content":` + fixture.NoteContent(strings.Repeat("x", 4<<20)) + `}`
	w.As("carer").Post(path, large).WantProblem(413, "too-large")
	unsized := struct{ *strings.Reader }{strings.NewReader(large)}
	w.As("carer").Send("POST", path, unsized, "Content-Type", "application/json").WantProblem(413, "too-large")
	several := `{"changes":[` + strings.Repeat(`{"type":"create","class":"daily-note","content":`+fixture.NoteContent(strings.Repeat("y", 60_000))+`},`, 40)
	w.As("carer").Post(fmt.Sprintf("/api/people/%s/contributions", w.Person), several[:len(several)-1]+"]}").Want(201)
}

// TestLongNote: a note of 60,000 characters is taken and comes back as it was.
func TestLongNote(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	words := strings.Repeat("Café – tea at ½ past. ", 60_000/22+1)
	words = string([]rune(words)[:60_000])
	reply := w.As("carer").Post(fmt.Sprintf("/api/people/%s/records", w.Person), `{"class":"daily-note","content":`+fixture.NoteContent(words)+`}`).Want(201)
	var got struct {
		Content struct {
			FreeText string `json:"freeText"`
		} `json:"content"`
	}
	w.As("carer").Get(reply.Header.Get("Location")).Want(200).Read(&got)
	if got.Content.FreeText != words {
		t.Error("the note came back otherwise than it was sent")
	}
}

// TestAnotherHomesPerson: a person of another home is answered byte by byte as one who does not exist, by every resource and method.
func TestAnotherHomesPerson(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	rec := w.Write("elm-manager", w.Stranger, "daily-note", fixture.NoteContent("Slept well"))
	nobody := uuid.Must(uuid.NewV7())
	c := w.As("carer")
	note := `{"class":"daily-note","content":` + fixture.NoteContent("x") + `}`
	for _, try := range []struct{ method, path, body string }{
		{"GET", "", ""}, {"GET", "/records", ""}, {"POST", "/records", note}, {"GET", "/records/R", ""},
		{"PUT", "/records/R", `{"type":"modify","content":{}}`}, {"GET", "/records/R/versions", ""}, {"GET", "/records/R/versions/1", ""},
		{"GET", "/records/R/change-log", ""}, {"POST", "/records/R/attestations", `{"number":1,"description":"x","password":"y"}`},
		{"GET", "/contributions", ""}, {"POST", "/contributions", `{"changes":[{"type":"create","class":"daily-note","content":` + fixture.NoteContent("x") + `}]}`},
		{"GET", "/access-log", ""}, {"GET", "/export", ""},
	} {
		path := strings.ReplaceAll(try.path, "/R", "/"+rec.String())
		send := func(person uuid.UUID) *fixture.Reply {
			return c.Send(try.method, "/api/people/"+person.String()+path, strings.NewReader(try.body), "Content-Type", "application/json",
				"If-Match", fmt.Sprintf(`"%s::%s::1"`, rec, w.Identity.System))
		}
		there, nowhere := send(w.Stranger), send(nobody)
		there.WantProblem(404, "not-found")
		if string(there.Body) != string(nowhere.Body) || there.Status != nowhere.Status || fmt.Sprint(there.Header) != fmt.Sprint(nowhere.Header) {
			t.Errorf("%s %s: another home's person %d %s, nobody %d %s", try.method, try.path, there.Status, there.Body, nowhere.Status, nowhere.Body)
		}
	}
}

// TestKindOfStream: an entry of the directory is not found among the people, nor a person in the directory.
func TestKindOfStream(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	c := w.As("manager")
	note := `{"class":"daily-note","content":` + fixture.NoteContent("x") + `}`
	for _, path := range []string{"", "/records", "/contributions", "/access-log", "/export"} {
		c.Get(fmt.Sprintf("/api/people/%s%s", w.Home, path)).WantProblem(404, "not-found")
	}
	c.Get(fmt.Sprintf("/api/directory/%s/records", w.Person)).WantProblem(404, "not-found")
	c.Post(fmt.Sprintf("/api/directory/%s/records", w.Person), note).WantProblem(404, "not-found")
	c.Get(fmt.Sprintf("/api/directory/%s/records/%s", w.Home, w.Home)).Want(200)
	c.Get(fmt.Sprintf("/api/people/%s/records/%s", w.Home, w.Home)).WantProblem(404, "not-found")
}
