package api_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/uuid"

	"rosemary/internal/fixture"
)

func head(t *testing.T, w *fixture.World) int64 {
	t.Helper()
	m, _, err := w.Log.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return int64(m)
}

// TestAllOrNothing: of a contribution with one wrong change nothing is kept, whether the fault is in what was sent or in what stands there.
func TestAllOrNothing(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	c := w.As("senior")
	good := `{"type":"create","class":"daily-note","content":` + fixture.NoteContent("Fine") + `}`
	before := head(t, w)
	p := c.Post(person(w)+"/contributions", `{"changes":[`+good+`,{"type":"create","class":"risk","content":{}},{"type":"create","class":"daily-note","content":{"freeText":1}}]}`).WantProblem(422, "invalid")
	if got := strings.Join(p.Rules(), "; "); got != "/changes/1/content/riskCategory must-occur; /changes/2/content/freeText wrong-type; /changes/2/content/when must-occur" {
		t.Errorf("faults: %s", got)
	}
	if after := head(t, w); after != before {
		t.Errorf("a refused contribution took the log from %d to %d", before, after)
	}
	moved := w.Write("senior", w.Person, "daily-note", fixture.NoteContent("One"))
	change := func(expected int, text string) string {
		return fmt.Sprintf(`{"type":"modify","record":"%s","expected":%d,"content":%s}`, moved, expected, fixture.NoteContent(text))
	}
	c.Post(person(w)+"/contributions", `{"changes":[`+change(1, "Two")+`]}`).Want(201)
	before = head(t, w)
	c.Post(person(w)+"/contributions", `{"changes":[`+good+`,`+change(1, "Three")+`]}`).WantProblem(409, "conflict")
	c.Post("/api/contributions", fmt.Sprintf(`{"contributions":[{"stream":"%s","changes":[%s]},{"stream":"%s","changes":[%s]}]}`, w.Person, good, w.Stranger, good)).
		WantProblem(404, "not-found")
	if after := head(t, w); after != before {
		t.Errorf("the log went from %d to %d", before, after)
	}
}

// TestSentAgain: the same contribution again gets the first answer again, whatever the spaces; with other content or from somebody else it is refused.
func TestSentAgain(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	c := w.As("senior")
	id := uuid.Must(uuid.NewV7()).String()
	body := `{"id":"` + id + `","changes":[{"type":"create","class":"daily-note","content":{"when":"2026-03-16T07:30:00+00:00","freeText":"Fine"}}]}`
	spaced := "{ \"changes\" : [\n{\"class\":\"daily-note\", \"content\" : { \"when\":\t\"2026-03-16T07:30:00+00:00\",\n \"freeText\" : \"Fine\" }, \"type\":\"create\"} ],\r\n\"id\":\"" + id + `"}`
	var first, again receipt
	c.Post(person(w)+"/contributions", body).Want(201).Read(&first)
	before := head(t, w)
	for _, same := range []string{body, spaced} {
		again = receipt{}
		c.Post(person(w)+"/contributions", same).Want(200).Read(&again)
		if !again.Repeated || again.Moment != first.Moment || again.Changes[0].Hash != first.Changes[0].Hash || first.Repeated {
			t.Errorf("the first answer was %+v, then %+v", first, again)
		}
	}
	c.Post(person(w)+"/contributions", strings.Replace(body, "Fine", "Fit", 1)).WantProblem(409, "reused")
	w.As("carer").Post(person(w)+"/contributions", body).WantProblem(409, "reused")

	record := `{"contribution":"` + uuid.Must(uuid.NewV7()).String() + `","class":"daily-note","content":` + fixture.NoteContent("Once") + `}`
	one := c.Post(person(w)+"/records", record).Want(201)
	two := c.Post(person(w)+"/records", record).Want(200)
	if one.Header.Get("Location") != two.Header.Get("Location") || one.Header.Get("ETag") != two.Header.Get("ETag") {
		t.Errorf("the record is at %s, then at %s", one.Header.Get("Location"), two.Header.Get("Location"))
	}
	several := fmt.Sprintf(`{"contributions":[%s]}`, strings.Replace(body, `{"id":"`+id, fmt.Sprintf(`{"stream":"%s","id":"%s`, w.Person, id), 1))
	c.Post("/api/contributions", several).Want(200)
	if after := head(t, w); after != before+1 {
		t.Errorf("the log went from %d to %d", before, after)
	}
}

// TestEverybodyHadTea: contributions to several people in one transaction, and the list of a person's contributions.
func TestEverybodyHadTea(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	other := w.MoveIn("manager", w.Home, "Nora", "Blythe", "9990000034", "Room 8")
	tea := `{"type":"create","class":"daily-note","content":` + fixture.NoteContent("Had tea") + `}`
	var both struct{ Items []receipt }
	w.As("carer").Post("/api/contributions", fmt.Sprintf(`{"contributions":[{"stream":"%s","description":"tea round","changes":[%s]},{"stream":"%s","changes":[%s,%s]}]}`,
		w.Person, tea, other, tea, tea)).Want(201).Read(&both)
	if len(both.Items) != 2 || both.Items[0].Stream != w.Person.String() || both.Items[1].Moment != both.Items[0].Moment+1 || len(both.Items[1].Changes) != 2 {
		t.Fatalf("receipts: %+v", both.Items)
	}
	var seen []string
	for next := person(w) + "/contributions?limit=1"; next != ""; {
		var list struct {
			Items []struct {
				Contribution string
				Sequence     int
				Changes      []struct{ Type, Class, Description string }
			}
			Next string
		}
		w.As("carer").Get(next).Want(200).Read(&list)
		for _, one := range list.Items {
			for _, ch := range one.Changes {
				seen = append(seen, fmt.Sprint(one.Sequence, " ", ch.Class, " ", ch.Description))
			}
		}
		next = list.Next
	}
	if got := strings.Join(seen, "; "); got != "1 subject-of-care ; 1 placement ; 2 daily-note tea round" {
		t.Errorf("contributions: %s", got)
	}
}

// TestHiddenContributions: what a contribution did to records above the reader's limit shows nowhere.
func TestHiddenContributions(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	manager := w.As("manager")
	var r receipt
	manager.Post(person(w)+"/contributions", `{"description":"after the meeting","changes":[{"type":"create","class":"daily-note","sensitivity":"confidential","content":`+
		fixture.NoteContent("Only for the manager")+`},{"type":"create","class":"daily-note","content":`+fixture.NoteContent("For everybody")+`}]}`).Want(201).Read(&r)
	carer := w.As("carer")
	var one struct {
		Changes  []struct{ Record string }
		Versions []version
	}
	carer.Get("/api/contributions/" + r.Contribution).Want(200).Read(&one)
	if len(one.Changes) != 1 || len(one.Versions) != 1 || one.Versions[0].Content["freeText"] != "For everybody" {
		t.Errorf("the carer sees %+v", one)
	}
	hidden := person(w) + "/records/" + r.Changes[0].Record
	carer.Get(hidden).WantProblem(404, "not-found")
	if p := carer.Put(hidden, `{"type":"modify","content":`+fixture.NoteContent("x")+`}`, "If-Match", fmt.Sprintf("%q", r.Changes[0].Version)).WantProblem(422, "invalid"); p.Problems[0].Rule != "unknown-record" {
		t.Errorf("a change of what is hidden: %+v", p)
	}
	if list := carer.Get(person(w) + "/contributions").Want(200); strings.Contains(string(list.Body), r.Changes[0].Record) {
		t.Errorf("the list names the hidden record: %s", list.Body)
	}
	carer.Get("/api/contributions/"+otherUID).WantProblem(404, "not-found")
}
