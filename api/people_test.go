package api_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/google/uuid"

	"rosemary/internal/fixture"
	"rosemary/record"
	"rosemary/transfer"
)

// TestRegister: a person is registered and found; the same sending again gives the same person; ids may be minted by the client.
func TestRegister(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	c := w.As("manager")
	opening := func(id, person, family, nhs string) string {
		members := ""
		if id != "" {
			members = `"id":"` + id + `",`
		}
		if person != "" {
			members += `"person":"` + person + `",`
		}
		return fmt.Sprintf(`{%s"changes":[{"type":"create","class":"subject-of-care","content":%s},{"type":"create","class":"placement","content":{"serviceProvider":{"ref":"%s"},"from":"2026-03-16","room":"Room 9"}}]}`,
			members, fixture.PersonContent("Nora", family, nhs), w.Home)
	}
	id, chosen := uuid.Must(uuid.NewV7()).String(), uuid.Must(uuid.NewV7()).String()
	first := c.Post("/api/people", opening(id, "", "Blythe", "9990000034")).Want(201)
	again := c.Post("/api/people", opening(id, "", "Blythe", "9990000034")).Want(200)
	if first.Header.Get("Location") != again.Header.Get("Location") || !strings.HasPrefix(first.Header.Get("Location"), "/api/people/") {
		t.Errorf("registered at %s, then at %s", first.Header.Get("Location"), again.Header.Get("Location"))
	}
	c.Post("/api/people", opening(id, "", "Other", "9990000042")).WantProblem(409, "reused")
	if at := c.Post("/api/people", opening("", chosen, "Chosen", "9990000042")).Want(201).Header.Get("Location"); at != "/api/people/"+chosen {
		t.Errorf("the chosen person is at %s", at)
	}
	reply := w.As("carer").Get(first.Header.Get("Location")).Want(200)
	if body := string(reply.Body); !strings.Contains(body, `"familyName":"Blythe"`) || !strings.Contains(body, `"room":"Room 9"`) ||
		!strings.Contains(body, `"placeName":"Harbour House"`) || !strings.Contains(body, `"records":{"placement":1,"subject-of-care":1}`) {
		t.Errorf("the person: %s", body)
	}
	for query, want := range map[string]int{"": 3, "?search=bly": 1, "?search=999+000+0034": 1, "?place=" + w.Home.String(): 3, "?place=" + w.Elm.String(): 0, "?left=true": 0, "?as-at=2026-03-15": 0} {
		var list struct{ Items []struct{ Person string } }
		if w.As("carer").Get("/api/people" + query).Want(200).Read(&list); len(list.Items) != want {
			t.Errorf("%q finds %d, want %d", query, len(list.Items), want)
		}
	}
	seen := map[string]int{}
	for next := "/api/people?limit=1"; next != ""; {
		var list struct {
			Items []struct{ Person string }
			Next  string
		}
		w.As("carer").Get(next).Want(200).Read(&list)
		for _, p := range list.Items {
			seen[p.Person]++
		}
		next = list.Next
	}
	if len(seen) != 3 || seen[chosen] != 1 {
		t.Errorf("page by page: %v", seen)
	}
}

// TestDirectory: the directory is read by all staff, written by few, with the same resources as a person's record.
func TestDirectory(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	admin := w.As("admin")
	id := uuid.Must(uuid.NewV7()).String()
	body := `{"id":"` + id + `","changes":[{"type":"create","class":"care-worker","content":{"personName":{"personFirstName":"Bea","personFamilyName":"Lund"}}}]}`
	at := admin.Post("/api/directory", body).Want(201).Header.Get("Location")
	if again := admin.Post("/api/directory", body).Want(200).Header.Get("Location"); again != at {
		t.Errorf("the entry is at %s, then at %s", at, again)
	}
	w.As("carer").Post("/api/directory", body).WantProblem(403, "forbidden")
	uid := strings.TrimPrefix(at, "/api/directory/")
	if body := string(w.As("carer").Get(at).Want(200).Body); !strings.Contains(body, `"class":"care-worker","name":"Bea Lund","records":{"care-worker":1}`) {
		t.Errorf("the entry: %s", body)
	}
	var v version
	reply := w.As("carer").Get(at + "/records/" + uid).Want(200).Read(&v)
	change := `{"type":"modify","content":{"personName":{"personFirstName":"Bea","personFamilyName":"Holm"}}}`
	admin.Put(at+"/records/"+uid, change, "If-Match", reply.Header.Get("ETag")).Want(200)
	w.As("carer").Put(at+"/records/"+uid, change, "If-Match", reply.Header.Get("ETag")).WantProblem(403, "forbidden")
	var list struct {
		Items []struct{ Entry, Class, Name string }
	}
	w.As("carer").Get("/api/directory?class=care-worker").Want(200).Read(&list)
	if len(list.Items) != len(w.Workers)+1 || !strings.Contains(fmt.Sprint(list.Items), "Bea Holm") {
		t.Errorf("the directory: %+v", list.Items)
	}
	if w.As("carer").Get("/api/directory?class=service-provider").Want(200).Read(&list); len(list.Items) != 2 {
		t.Errorf("the places: %+v", list.Items)
	}
}

// TestSession says who is asking and what they may do.
func TestSession(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	var me struct {
		Account, Name, Role, Purpose, Worker string
		Places, May                          []string
	}
	w.As("carer").Get("/api/session", "Rosemary-Purpose", "own-request").Want(200).Read(&me)
	if me.Account != "carer" || me.Role != "care-assistant" || me.Purpose != "own-request" || len(me.Places) != 1 || me.Places[0] != w.Home.String() ||
		!strings.Contains(fmt.Sprint(me.May), "record") || strings.Contains(fmt.Sprint(me.May), "export") {
		t.Errorf("%+v", me)
	}
}

// TestAccessLog: the manager sees who looked, page by page, and a carer does not.
func TestAccessLog(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	at := w.As("carer").Post(person(w)+"/records", note("Slept well")).Want(201).Header.Get("Location")
	for range 3 {
		w.As("nurse").Get(at).Want(200)
	}
	w.As("carer").Get(person(w)+"/access-log").WantProblem(403, "forbidden")
	looked, last := 0, int64(1<<62)
	for next := person(w) + "/access-log?limit=2"; next != ""; {
		var list struct {
			Items []struct {
				ID                       int64
				Account, Action, Outcome string
			}
			Next string
		}
		w.As("manager").Get(next).Want(200).Read(&list)
		for _, e := range list.Items {
			if e.ID >= last {
				t.Errorf("entry %d comes behind %d", e.ID, last)
			}
			last = e.ID
			if e.Account == "nurse" && e.Action == "record" && e.Outcome == "done" {
				looked++
			}
		}
		next = list.Next
	}
	if looked != 3 {
		t.Errorf("the nurse is logged %d times", looked)
	}
}

// TestExport: a manager takes the whole record out, line by line, and it proves itself.
func TestExport(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	w.Write("carer", w.Person, "daily-note", fixture.NoteContent("Slept well – café"))
	w.As("carer").Get(person(w)+"/export").WantProblem(403, "forbidden")
	reply := w.As("manager").Get(person(w)+"/export", "Accept", "application/x-ndjson").Want(200)
	if ct := reply.Header.Get("Content-Type"); ct != "application/x-ndjson" {
		t.Errorf("it comes as %s", ct)
	}
	var sealed []*record.Sealed
	var head transfer.Header
	err := transfer.Read(bytes.NewReader(reply.Body), func(h transfer.Header) error { head = h; return nil }, func(s *record.Sealed) error {
		sealed = append(sealed, s)
		return nil
	})
	if err != nil || len(sealed) != 2 || head.System != w.Identity.System || len(head.Keys) == 0 || !bytes.Contains(sealed[1].Versions[0].Body, []byte("Slept well – café")) {
		t.Errorf("exported %d contributions from %s: %v", len(sealed), head.System, err)
	}
	w.As("manager").Get(person(w)+"/export?moment=1", "Accept", "text/html").WantProblem(406, "not-acceptable")
}
